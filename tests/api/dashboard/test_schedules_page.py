"""The schedules page: plain words, the next times, and what a person does to an entry."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from api.dashboard.schedules import Row, entry_of, written
from config import Config
from domain.access import Role
from domain.audit import AuditEvent
from domain.runs import EntryState, Run
from jobs.job import Env
from jobs.ringing import due_for_hand
from storage.clock import system_clock
from storage.telemetry_records import AttemptEnding
from tests.api.dashboard.attempts import attempt
from tests.api.dashboard.signing import NAME, Browser, signed_in
from tests.jobs.orders import queued

PAGE = "/dashboard/schedules"
NIGHTLY = entry_of("check_store")


@pytest.fixture
async def browser(config: Config, env: Env) -> AsyncIterator[Browser]:
    async with signed_in(config, env) as browser:
        yield browser


async def audited(env: Env, action: str) -> list[AuditEvent]:
    history = await env.store.audit.on(system_clock().date())
    return [event for event in history.events if event.action == action]


async def known(env: Env, *runs: Run) -> None:
    """Make these the runs that the schedule remembers of the nightly check."""
    state = EntryState(decided_until=system_clock(), runs=runs)
    await env.store.schedule.dated.change(lambda _known: {"check_store": state})


async def test_each_entry_is_told_in_plain_words_with_its_zone_and_last_run(
    env: Env, browser: Browser
) -> None:
    """At 2 a.m. nobody wants to read a crontab."""
    due_at = NIGHTLY.when.latest_until(system_clock())
    run = Run(due_at=due_at, rung_at=due_at)
    await known(env, run.ended(succeeded=False, said="given up: disk", now=system_clock()))
    gone = attempt("recompute_timestamps:all", ending=AttemptEnding.GIVEN_UP)
    await env.store.telemetry.record_attempts([gone])

    text = await browser.text(PAGE)

    assert "Every day at 2:30 in the morning, America/Chicago." in text
    assert "given up: disk" in text
    assert 'class="bad"' in text
    assert "1 given up" in text


def test_the_next_times_are_given_in_utc_and_by_the_clocks_of_the_entry() -> None:
    """In the night of March 14, 2027 half past two is missing: it is due as the clocks jump."""
    row = Row(NIGHTLY, None, datetime(2027, 3, 13, 12, tzinfo=UTC))

    told = [(utc.isoformat(), f"{local:%d %H:%M %Z}") for utc, local in row.next_times]

    assert told == [
        ("2027-03-14T08:00:00+00:00", "14 03:00 CDT"),
        ("2027-03-15T07:30:00+00:00", "15 02:30 CDT"),
        ("2027-03-16T07:30:00+00:00", "16 02:30 CDT"),
    ]


async def test_a_dated_job_is_run_for_its_date_and_audited(env: Env, browser: Browser) -> None:
    """The date makes it the run that the schedule would ring for: there are never two."""
    await known(env)
    due_at = due_for_hand(NIGHTLY, None, system_clock())
    assert due_at

    answer = await browser.act(
        f"{PAGE}/check_store/run", reason="the disk was full", due=written(due_at)
    )

    assert answer.status_code == 303
    assert NIGHTLY.job_id(due_at) in await queued(env)
    [event] = await audited(env, "job_rung")
    assert "the disk was full" in (event.notes or "")
    assert NAME in (event.notes or "")
    assert event.key_id


async def test_a_date_that_was_run_meanwhile_is_not_run_again_unseen(
    env: Env, browser: Browser
) -> None:
    """Whoever pressed the button meant the run that he saw."""
    due_at = due_for_hand(NIGHTLY, None, system_clock())
    assert due_at
    done = Run(due_at=due_at, rung_at=due_at).ended(
        succeeded=True, said="done", now=system_clock()
    )
    await known(env, done)

    stale = await browser.act(f"{PAGE}/check_store/run", due=written(due_at))
    again = await browser.act(f"{PAGE}/check_store/run", due="")

    assert (stale.status_code, again.status_code) == (409, 303)
    assert await queued(env) == {"check_store:now"}


async def test_a_kind_is_paused_and_resumed_and_both_are_audited(
    env: Env, browser: Browser
) -> None:
    """The page says who holds it and why."""
    await browser.act(f"{PAGE}/expire_sessions/pause", reason="we move the disk")
    shown = await browser.text(PAGE)
    [paused] = await env.store.pauses.list()
    await browser.act(f"{PAGE}/expire_sessions/resume", reason="it is moved")

    assert (paused.name, paused.by, paused.reason) == (
        "expire_sessions",
        NAME,
        "we move the disk",
    )
    assert f"Paused by {NAME}" in shown
    assert await env.store.pauses.list() == ()
    [first], [second] = await audited(env, "queue_paused"), await audited(env, "queue_resumed")
    assert "we move the disk" in (first.notes or "")
    assert "it is moved" in (second.notes or "")
    assert first.key_id == second.key_id is not None


async def test_the_recovery_has_no_button_for_a_pause_and_refuses_it(
    env: Env, browser: Browser
) -> None:
    """Without it what was accepted could be forgotten."""
    text = await browser.text(PAGE)
    answer = await browser.act(f"{PAGE}/recover_work/pause")

    assert f"{PAGE}/recover_work/pause" not in text
    assert "would be forgotten" in text
    assert answer.status_code == 422
    assert await env.store.pauses.list() == ()


async def test_what_is_held_with_its_lane_says_so_and_why_nothing_is_lost(
    env: Env, browser: Browser
) -> None:
    """It is never paused by itself; a paused lane holds it all the same."""
    await browser.act("/dashboard/lanes/within_1s/pause", reason="we move Redis")

    overview, page = await browser.text(), await browser.text(PAGE)

    said = "recover_work is held while its lane is paused; nothing is lost"
    recovery = page[page.index("job-recover_work") :].split("</section>")[0]
    assert "held with its lane" in recovery
    assert said in recovery
    assert "we move Redis" in recovery
    assert "held with its lane" not in page[page.index("job-check_store") :]
    assert overview.count(said) >= 2  # at the lane, and in what came of the pause


async def test_what_is_not_in_the_schedule_cannot_be_run_or_held_from_it(
    browser: Browser,
) -> None:
    """Its page has its buttons."""
    for act in ("run", "pause", "resume"):
        assert (await browser.act(f"{PAGE}/extract_ticket/{act}")).status_code == 404


async def test_who_may_only_look_is_shown_the_schedule_and_no_button(
    config: Config, env: Env
) -> None:
    """A viewer's key must not run anything."""
    async with signed_in(config, env, Role.VIEWER) as viewer:
        text = await viewer.text(PAGE)
        answers: list[Any] = [
            await viewer.act(f"{PAGE}/expire_sessions/{act}") for act in ("run", "pause")
        ]

    assert "Every minute" in text
    assert "Run now" not in text
    assert [answer.status_code for answer in answers] == [403, 403]
    assert await queued(env) == set()
