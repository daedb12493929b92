"""The overview: how things stand lane by lane, what is paused, and plots that outlive a restart."""

import html
import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import httpx2

from api.dashboard.plots.gallery import Gallery
from config import Config
from domain.access import Role
from domain.runs import EntryState, Run
from jobs import LANE_OF
from jobs.job import Env
from jobs.lanes import LANES
from jobs.queue import ArqQueue, connect
from jobs.timetable import TIMETABLE
from jobs.wiring import make_env
from storage.clock import system_clock
from storage.telemetry_records import AttemptEnding, AttemptRecord, Mark, MarkKind
from tests.api.dashboard.signing import NAME, signed_in
from tests.flows.site import Clock
from tests.jobs.orders import accepted, bury

WHY = "the county's line is down"
LIVE_ID = re.compile(r'id="([a-z0-9-]+)"[^>]*data-live')


async def recorded(env: Env) -> None:
    """Keep samples of the last half hour, with a gap of five minutes in their middle, and a mark.

    The last two minutes are alike: into which steps of a plot they fall, depends on the moment.
    """
    now = env.clock()
    for minute in (number / 2 for number in range(60, 0, -1)):
        if abs(minute - 15) > 2:
            values = {f"ready:{lane}": 14 * max(minute, 2) for lane in LANES}
            values |= {
                f"{name}:{lane}": 1 for lane in LANES for name in ("running", "retrying")
            }
            await env.store.telemetry.sample(now - timedelta(minutes=minute), values)
    await env.store.telemetry.mark(
        Mark(now - timedelta(minutes=4), MarkKind.LOST, "worker-2 was killed by signal 9")
    )


def plot(page: str, title: str) -> str:
    """Return the figure with this title."""
    figures = re.findall(r"<figure.*?</figure>", page, re.DOTALL)
    (found,) = [one for one in figures if f"<figcaption>{title}<" in one]
    return html.unescape(found)


async def first_event(stream: httpx2.Response) -> AsyncIterator[str]:
    """Yield the lines up to the first that has data."""
    async for line in stream.aiter_lines():
        yield line
        if line.startswith("data:"):
            return


async def notes(env: Env) -> list[str | None]:
    history = await env.store.audit.on(system_clock().date())
    return [event.notes for event in history.events if event.action.startswith("queue_")]


async def test_a_pause_by_its_form_is_held_shown_and_audited_with_name_and_reason(
    config: Config, env: Env
) -> None:
    async with signed_in(config, env) as browser:
        answer = await browser.act("/dashboard/lanes/whenever/pause", reason=WHY)
        assert (answer.status_code, answer.headers["location"]) == (303, "/dashboard")
        await browser.act("/dashboard/kinds/extract_ticket/pause", reason="a bad release")
        page = html.unescape(await browser.text())

        held = {(one.name, one.by, one.reason) for one in await env.store.pauses.list()}
        assert held == {("whenever", NAME, WHY), ("extract_ticket", NAME, "a bad release")}
        assert f"Paused by {NAME}" in page
        assert page.count(WHY) >= 2  # at its lane, and beside the form that ends it

        await browser.act("/dashboard/lanes/whenever/resume", reason="it is up again")
        await browser.act("/dashboard/kinds/extract_ticket/resume", reason="mended")

    assert await env.store.pauses.list() == ()
    assert await notes(env) == [
        f"{NAME} paused the lane whenever: {WHY}",
        f"{NAME} paused the job extract_ticket: a bad release",
        f"{NAME} resumed the lane whenever: it is up again",
        f"{NAME} resumed the job extract_ticket: mended",
    ]


async def test_what_cannot_be_done_is_refused_and_nothing_is_paused(
    config: Config, env: Env
) -> None:
    async with signed_in(config, env) as browser:
        refused = {
            path: (await browser.act(f"/dashboard/{path}")).status_code
            for path in (
                "kinds/recover_work/pause",  # never
                "lanes/extract_ticket/pause",  # is none
                "lanes/nowhere/pause",
                "lanes/whenever/resume",  # is not paused
                "lanes/whenever/wipe",
            )
        }
        without_reason = await browser.act("/dashboard/lanes/whenever/pause", reason=" ")
        page = await browser.text("/dashboard?period=7d")
        unknown = await browser.get("/dashboard", params={"period": "9y"})

    assert list(refused.values()) == [422, 422, 422, 404, 404]
    assert without_reason.status_code == 422
    assert unknown.status_code == 422
    assert "never paused" in page
    assert await env.store.pauses.list() == ()


async def test_who_may_only_look_sees_all_of_it_and_no_form_that_pauses(
    config: Config, env: Env
) -> None:
    async with signed_in(config, env, Role.VIEWER) as browser:
        page = await browser.text()
        refused = await browser.act("/dashboard/lanes/whenever/pause")

    assert all(f">{name}<" in page for name in (*LANES, *LANE_OF))
    assert "/pause" not in page
    assert refused.status_code == 403
    assert await env.store.pauses.list() == ()


async def test_the_plots_of_the_last_hour_are_there_after_everything_was_started_anew(
    config: Config, env: Env
) -> None:
    await recorded(env)
    await env.store.close()

    anew = make_env(config)
    async with signed_in(config, anew) as browser:
        page = await browser.text()
        day = await browser.text("/dashboard?period=24h&lane=within_1s")
    await anew.queue.close()

    depth = plot(page, "Queue depth")
    (way,) = re.findall(r'<path class="area s1" d="([^"]+)"', depth)
    assert way.count("M") == 2  # what was not recorded is a gap
    assert "ready: last 84, lowest 84, highest 1260" in depth
    assert "worker-2 was killed by signal 9" in depth
    assert "highest 420" in plot(day, "Queue depth")
    assert "<figcaption>Oldest age: whenever<" not in day


async def test_a_run_of_the_schedule_that_nobody_made_is_told_in_words(
    config: Config, env: Env
) -> None:
    await recorded(env)
    now = env.clock().replace(second=0, microsecond=0)
    runs = [now - timedelta(minutes=minute) for minute in range(30) if not 4 <= minute < 10]
    await env.store.telemetry.record_attempts(
        [
            AttemptRecord(
                token=number,
                job_id="expire_sessions:all",
                kind="expire_sessions",
                lane="within_30s",
                number=1,
                worker="worker-1",
                enqueued_at=at,
                due_at=at,
                started_at=at,
                ended_at=at + timedelta(milliseconds=9),
                ending=AttemptEnding.DONE,
            )
            for number, at in enumerate(runs, 1)
        ]
    )

    strips = (await Gallery(env).show("1h")).strips

    begin, end = now - timedelta(minutes=9), now - timedelta(minutes=3)
    entry = strips[strips.index("<b>expire_sessions</b>") :].split("</li>")[0]
    assert f"{begin:%H:%M} to {end:%H:%M}" in entry
    assert 'class="bad"' in entry


async def test_what_nobody_can_tell_is_said_and_shown_as_no_number(
    config: Config, env: Env
) -> None:
    away = replace(env, queue=ArqQueue(connect("unix:///nowhere.sock"), system_clock))

    async with signed_in(config, away) as browser:
        page = await browser.text()

    (lane,) = re.findall(r'aria-labelledby="lane-within_1s".*?</section>', page, re.DOTALL)
    assert re.findall(r"<dt>ready</dt><dd>(.*?)</dd>", lane) == [
        '<span class="muted">not known</span>'
    ]
    assert "<meter" not in lane


async def test_a_cause_leads_to_the_page_where_somebody_does_what_helps(
    config: Config, env: Env
) -> None:
    """The command is for who sits at a shell."""
    await bury(env, await accepted(env))

    async with signed_in(config, env) as browser:
        page = await browser.text()
        links = set(re.findall(r'Here: <a href="([^"]+)"', page))
        found = {link: (await browser.get(link)).status_code for link in links}

    assert {"/dashboard/dead-letters", "/dashboard/workers"} <= links
    assert set(found.values()) == {200}
    assert "dead-letters list --group" in page


async def test_what_is_sent_live_are_the_regions_of_the_page_and_never_a_form(
    config: Config, env: Env
) -> None:
    await recorded(env)
    async with signed_in(config, env) as browser:
        page = await browser.text()
        async with browser.client.stream("GET", "/dashboard/live?page=overview") as stream:
            said = [line async for line in first_event(stream)]

    regions = json.loads(said[-1].removeprefix("data: "))

    assert set(regions) <= set(LIVE_ID.findall(page))
    assert not any("<form" in region for region in regions.values())
    assert "Queue depth" in regions["plots-1h"]


async def test_the_last_ten_minutes_are_shown_by_every_three_seconds_and_stay_live(
    config: Config, env: Env
) -> None:
    """Who watches what happens now wants the seconds that are kept."""
    now = env.clock()
    for number in range(60):
        at = now - timedelta(seconds=number)
        await env.store.telemetry.sample(at, {"busy": float(number)})

    async with signed_in(config, env) as browser:
        page = await browser.text("/dashboard?period=10min")
        path = "/dashboard/live?page=overview-10min"
        async with browser.client.stream("GET", path) as stream:
            said = [line async for line in first_event(stream)]

    regions = json.loads(said[-1].removeprefix("data: "))
    assert page.index("?period=10min") < page.index("?period=1h")
    assert set(regions) <= set(LIVE_ID.findall(page))
    (way,) = re.findall(
        r'<path class="area s1" d="([^"]+)"',
        plot(regions["plots-10min"], "Slots of all workers"),
    )
    assert len(re.findall("[lh]", way)) >= 18  # by four seconds there were 15


async def test_a_nightly_run_that_failed_is_told_apart_from_one_that_ran(env: Env) -> None:
    entry = next(one for one in TIMETABLE if one.job == "check_store")
    due_at = entry.when.latest_until(env.clock())
    failed = Run(due_at=due_at, rung_at=due_at).ended(
        succeeded=False, said="given up", now=env.clock()
    )
    state = EntryState(decided_until=env.clock(), runs=(failed,))
    await env.store.schedule.dated.change(lambda _known: {entry.job: state})

    strips = (await Gallery(env).show("7d")).strips

    row = strips[strips.index("<b>check_store</b>") :].split("</li>")[0]
    assert "<span>failed: " in row
    assert 'class="failed"' in row


async def test_a_period_is_drawn_once_for_all_who_look_within_some_seconds(env: Env) -> None:
    clock = Clock()
    gallery = Gallery(replace(env, clock=clock))

    first = await gallery.show("1h")
    again = await gallery.show("1h")
    clock.now += timedelta(seconds=20)
    later = await gallery.show("1h")

    assert again is first
    assert later is not first
