"""What holds on every page: whoever comes to it, with whatever eyes, hands and screen."""

import pytest

from tests.browser.accessibility import faults, out_of_reach, too_wide
from tests.browser.load import SAMPLES, lose, read_one
from tests.browser.running import Running
from tests.browser.tabs import PHONE, Tab

POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
DOCUMENT = SAMPLES / "gas_main_relocation.pdf"
PAGES = {
    "overview": "/dashboard",
    "storage": "/dashboard/storage",
    "jobs": "/dashboard/jobs",
    "job": "/dashboard/jobs/extract_ticket:{order}",
    "dead letters": "/dashboard/dead-letters",
    "workers": "/dashboard/workers",
    "schedules": "/dashboard/schedules",
    "tickets": "/dashboard/tickets",
    "draft": "/dashboard/tickets/{draft}",
    "ticket": "/dashboard/tickets/{diggable}",
    "document": "/dashboard/tickets/{read}/document",
}


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_serves_every_eye_hand_and_screen(
    name: str, tab: Tab, running: Running
) -> None:
    """In the light at a desk, in the dark on a phone: nothing is grave, and all is in reach.

    At its end the tab is asked whether anything came from elsewhere, or was forbidden.
    """
    await tab.go(await path_of(name, running))
    await tab.page.get_by_role("button", name="Live").click()  # it shall stand still
    at_desk = await faults(tab.page)
    unreached = await out_of_reach(tab.page)
    await tab.page.emulate_media(color_scheme="dark")
    await tab.page.set_viewport_size(PHONE)
    at_night = await faults(tab.page)

    assert at_desk == []
    assert at_night == []
    assert unreached == []
    assert await too_wide(tab.page) == []


async def test_the_policy_for_content_is_the_strictest_that_works(tab: Tab) -> None:
    """No script and no style but from our own files; nobody frames us."""
    answer = await tab.page.goto(f"{tab.url}/dashboard")

    assert answer
    told = (await answer.all_headers())["content-security-policy"]
    assert dict(part.strip().split(" ", 1) for part in told.split(";") if part) == POLICY


async def path_of(name: str, running: Running) -> str:
    """Return where a page is; a dead letter, and a ticket that was read, are made once."""
    if not running.lost:
        running.lost += await lose(running, 3, seed=7)
    if name == "document" and "read" not in running.tickets:
        running.tickets["read"] = await read_one(running, DOCUMENT)
    return PAGES[name].format(order=running.lost[0], **running.tickets)
