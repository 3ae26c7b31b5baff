"""The site the browser tests stand on: web server, worker, static files, database, fonts."""

import time
import urllib.request

from celery import Celery

from accounts.models import User


def test_static_files_are_served(site):
    with urllib.request.urlopen(f"{site.url}/static/css/tokens.css") as answer:
        assert answer.status == 200


def test_rows_of_the_test_are_rows_of_the_site(site, world):
    printed = site.manage(
        "shell", "--no-imports", "-c", "from accounts.models import User; print(User.objects.count())"
    )
    assert int(printed.split()[-1]) == User.objects.count() > 10


def test_a_queued_task_is_done_by_the_worker(site):
    with Celery("sender", broker=site.broker_url, set_as_current=False).connection() as connection:
        sender = Celery("sender", broker=site.broker_url, set_as_current=False)
        done = sender.send_task("celery.backend_cleanup", connection=connection)
    deadline = time.monotonic() + 20
    while f"celery.backend_cleanup[{done.id}] received" not in site.tail(20_000):
        assert time.monotonic() < deadline, site.tail()
        time.sleep(0.05)
    site.settle()


def test_a_phone_draws_chinese(phone):
    phone.set_content("<p>质量学堂</p>")
    widths = phone.evaluate(
        "[...'质量学堂'].map(c => { p = document.querySelector('p'); p.textContent = c; "
        "s = document.createRange(); s.selectNodeContents(p); return s.getBoundingClientRect().width })"
    )
    assert len(set(widths)) == 1
    assert phone.viewport_size == {"width": 360, "height": 740}


def test_a_user_is_signed_in(open_page, world):
    page = open_page(world.wang, phone=False)
    page.goto("/static/css/tokens.css")
    cookies = {cookie["name"] for cookie in page.context.cookies()}
    assert "sessionid" in cookies
