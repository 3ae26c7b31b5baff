"""Without a network: what was read is there, what was not says so."""

from .waiting import until_kept


def test_a_page_once_read_opens_without_a_network(site, phone):
    phone.goto("/guide/words/")
    phone.evaluate("navigator.serviceWorker.ready.then(() => true)")
    phone.reload()
    until_kept(phone, "/guide/words/")
    phone.context.set_offline(True)
    phone.goto("/guide/words/")
    heading = phone.locator("h1").inner_text()
    assert heading
    phone.goto("/rounds/")
    assert "现在没有网络" in phone.locator("main").inner_text()
    phone.context.set_offline(False)
    phone.goto("/rounds/")
    assert "现在没有网络" not in phone.locator("main").inner_text()
    phone.problems[:] = [
        said for said in phone.problems if "net::ERR" not in said
    ]  # what the browser says of a missing network
