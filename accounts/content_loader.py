"""Bringing the legal texts kept as files into the page tree."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from core import markdown
from core.exceptions import DomainError
from core.page_loading import PageLoader, Report

from .models import LegalPage


def load_legal_pages(path, parent):
    """Every ``*.md`` under ``path`` as a LegalPage below ``parent``; returns a Report. Safe to run again.

    Head: title, slug, version, effective_on. Raises DomainError ``content.field`` naming the file and what is missing.
    """
    report = Report()
    with transaction.atomic():
        loader = PageLoader(parent, report)
        for file in sorted(path.glob("*.md")):
            source = markdown.read(file)
            missing = [name for name in ("title", "slug", "version", "effective_on") if not source.meta.get(name)]
            if missing or not isinstance(source.meta["effective_on"], date):
                raise DomainError(
                    "content.field",
                    _("{name} 的抬头要写全 {fields}，日期写成 2026-01-01。").format(
                        name=source.name, fields="、".join(missing) or "effective_on"
                    ),
                )

            def fill(page, source=source):
                page.title = source.meta["title"]
                page.version = str(source.meta["version"])
                page.effective_on = source.meta["effective_on"]
                page.body = markdown.rich_text(source.body, headings=True)
                if page.is_frozen_otherwise():
                    raise DomainError(
                        "content.version",
                        _(
                            "{name} 的正文改了，版本号还是 {version}。发布过的版本不能改，请写新的版本号和生效日期。"
                        ).format(name=source.name, version=page.version),
                    )

            loader.load(LegalPage, source.meta["slug"], source.fingerprint(), fill)
    return report
