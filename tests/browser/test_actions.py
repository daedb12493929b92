"""What a person does on the pages, with scripts and without: it happens, and is audited."""

import asyncio
import json
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Locator, expect

from storage.clock import system_clock
from storage.layout import Layout
from tests.browser.load import HEEDED_SECONDS, buried, find, hand_in, lose, orders
from tests.browser.running import WAIT_SECONDS_MAX, Running
from tests.browser.tabs import Tab, act

BOTH_WAYS = pytest.mark.parametrize(
    "tab", [True, False], ids=["with scripts", "without scripts"], indirect=True
)
STANDS_STILL_SECONDS = 1.5
DONE = "done"
AN_ORDER = orders(seed=11)


@BOTH_WAYS
async def test_a_lane_is_paused_and_its_jobs_stand_still_until_it_is_resumed(
    tab: Tab, running: Running
) -> None:
    """What comes meanwhile is accepted, and waits; the page says who paused it and why."""
    await tab.go("/dashboard")
    lane = lane_of(tab, "within_1s")
    await act(lane, "The reader is looked at.")
    await expect(tab.page.locator(".flash")).to_contain_text("within_1s is paused")
    await asyncio.sleep(HEEDED_SECONDS)
    order_id = await hand_in(running, next(AN_ORDER))
    await asyncio.sleep(STANDS_STILL_SECONDS)
    waiting = await running.asked(f"/work-orders/{order_id}")
    await tab.go("/dashboard")
    told = await tab.text("#lanes")

    await act(lane, "The reader is well.")
    await running.until_extracted(order_id)

    assert waiting["state"] == "accepted"
    assert "Paused by Dana Ruiz" in told
    assert "The reader is looked at." in told
    assert reasons(running, "queue_paused")[-1].endswith("The reader is looked at.")
    assert reasons(running, "queue_resumed")[-1].endswith("The reader is well.")


@BOTH_WAYS
async def test_a_dead_letter_is_replayed_when_the_disk_is_mended_after_a_dry_run(
    tab: Tab, running: Running
) -> None:
    """Its order was gone from the disk; put back and replayed, it becomes its ticket."""
    [order_id] = await lose(running, 1, seed=system_clock().microsecond)
    letter = tab.page.locator("tr", has_text=order_id)
    await tab.go("/dashboard/dead-letters")
    await tab.page.get_by_role("link", name="NotFoundError").click()
    await letter.get_by_role("checkbox").check()
    await tab.page.get_by_role("button", name="Replay the chosen…").click()
    await expect(letter).to_contain_text("There is no work order")
    assert (await running.asked("/queue"))["dead_letters"] >= 1  # nothing was done yet

    find(running, order_id)
    await tab.page.get_by_label("Reason").fill("The volume is whole again.")
    await tab.page.get_by_role("button", name="Replay 1 letter").click()
    await running.until_extracted(order_id)
    await tab.go("/dashboard/dead-letters")

    assert order_id not in buried(running)
    assert "1 replayed" in await tab.text()
    assert "The volume is whole again." in reasons(running, "dead_letter_replayed")[-1]


@BOTH_WAYS
async def test_a_schedule_is_run_now_and_its_attempt_is_seen(
    tab: Tab, running: Running
) -> None:
    """Whoever has mended the disk wants to know at once what the check of the night will find."""
    runs = f"/dashboard/jobs?kind=check_store&state={DONE}"
    await tab.go(runs)
    before = await tab.page.locator("main tbody tr").count()
    await tab.go("/dashboard/schedules")
    entry = tab.page.locator("section", has=tab.page.get_by_role("heading", name="check_store"))
    run = entry.locator("details", has=tab.page.locator("summary", has_text="Run"))
    await act(run, "The disk was changed.")
    await expect(tab.page.locator(".flash")).to_contain_text("is queued")

    async with asyncio.timeout(WAIT_SECONDS_MAX):
        while await tab.page.locator("main tbody tr").count() <= before or tab.path not in runs:
            await asyncio.sleep(0.3)
            await tab.go(runs)
    await tab.page.locator("main tbody tr a").first.click()

    assert "findings" in await tab.text()


@BOTH_WAYS
async def test_a_ticket_is_confirmed_and_submitted(
    tab: Tab, running: Running, request: pytest.FixtureRequest
) -> None:
    """A named person confirms; with the center's number every date follows from the notice."""
    way = request.node.callspec.id
    ticket_id = running.tickets["pending" if way == "with scripts" else "pending too"]
    await tab.go(f"/dashboard/tickets/{ticket_id}")
    await act(tab.page.locator("#confirm"), "I have read it over.")
    await expect(tab.page.locator("h1")).to_contain_text("Ready")

    notice = system_clock().astimezone(ZoneInfo("America/Chicago"))
    number = f"26{notice:%m%d}{len(way):05}"
    await act(
        tab.page.locator("#submit"),
        "Keyed in by me.",
        **{
            "Number that the center gave": number,
            "Notice given": f"{notice:%Y-%m-%dT%H:%M}",
            "Members notified": "ATM01; Atmos Energy; gas",
        },
    )
    await expect(tab.page.locator("h1")).to_contain_text(number)
    await expect(tab.page.locator("h1")).to_contain_text("Submitted")

    ticket = (await running.asked(f"/tickets/{ticket_id}"))["ticket"]
    assert ticket["earliest_lawful_start"]
    assert ticket["confirmation"]["confirmed_by"] == "Dana Ruiz"


async def test_a_lane_is_paused_and_resumed_with_the_keys_alone(
    tab: Tab, running: Running
) -> None:
    """Nobody needs a mouse to stop the work."""
    keys = tab.page.keyboard
    for wish in ("Pause", "Resume"):
        await tab.go("/dashboard")
        await lane_of(tab, "whenever").locator("summary").focus()
        await keys.press("Enter")
        await keys.press("Tab")
        await keys.type(f"{wish} by the keys.")
        await keys.press("Tab")
        await keys.press("Enter")
        await expect(tab.page.locator(".flash")).to_contain_text("whenever")

    assert reasons(running, "queue_resumed")[-1].endswith("Resume by the keys.")


def lane_of(tab: Tab, name: str) -> Locator:
    """Return the row in which a lane can be paused."""
    header = tab.page.get_by_role("rowheader", name=name, exact=True)
    return tab.page.locator("tr").filter(has=header)


def reasons(running: Running, action: str) -> list[str]:
    """Return what the audit log says of each deed of this kind, the earliest first."""
    day = Layout(running.data).audit_day(system_clock())
    events = map(json.loads, day.read_text().splitlines())
    return [event["notes"] for event in events if event["action"] == action]
