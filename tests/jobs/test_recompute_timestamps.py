"""What time changes: turned at the legal instant, found by the sweep, once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from arq.connections import ArqRedis

from config import Config
from domain.errors import ConflictError, NotFoundError
from domain.ticket import Ticket, TicketStatus
from jobs.job import Cancel, Done, Env
from jobs.lanes import QUEUES
from jobs.queue import connect, disconnect
from jobs.recompute_timestamps import TIMERS_AHEAD, RecomputeTimestamps, ring_at_next_turn
from jobs.turning import bring_up_to, is_due
from storage.clock import system_clock
from storage.layout import Layout
from tests.builders import NOW, make_ticket, tickets_in
from tests.conftest import working
from tests.domain.lives import AFTER, EXPIRY, NOTICE, REFRESH_BY, SECOND, START, make_life
from tests.jobs.clocks import ANSWER_HOURS, at, second_notice_given_at, stored

Status = TicketStatus


@pytest.fixture
async def redis(config: Config) -> AsyncIterator[ArqRedis]:
    redis = connect(config.redis_address)
    yield redis
    await disconnect(redis)


async def timers(redis: ArqRedis) -> dict[str, float]:
    """Return the timers that are set: job id to the Unix time of its ring."""
    queued = await redis.zrange(QUEUES[RecomputeTimestamps.lane], 0, -1, withscores=True)
    return {job_id.decode(): score / 1000 for job_id, score in queued}


async def actions(env: Env, ticket: Ticket) -> list[tuple[str, str | None]]:
    history = (await env.store.history(ticket.id)).events
    return [(event.action, event.to_status) for event in history][1:]


async def test_a_ticket_turns_at_its_legal_instant_and_not_before(env: Env) -> None:
    """A second before the lawful start digging is a violation."""
    await stored(env, make_life(Status.RESPONSES_IN))
    turn = RecomputeTimestamps(ticket_id="ticket-1")

    early = await turn.run(at(env, START - SECOND))
    due = await turn.run(at(env, START))

    assert early == Cancel("time has changed nothing")
    assert due == Done("ticket ticket-1: ResponsesIn -> ReadyToDig")


async def test_a_late_run_writes_the_history_in_legal_order(env: Env) -> None:
    """The worker was down for weeks: start, refresh and end are told, each with its instant."""
    ticket = await stored(env, make_life(Status.RESPONSES_IN))

    await RecomputeTimestamps().run(at(env, AFTER))

    assert await actions(env, ticket) == [
        ("time_passed", "ReadyToDig"),
        ("time_passed", "Expiring"),
        ("time_passed", "Expired"),
    ]
    notes = [event.notes or "" for event in (await env.store.history(ticket.id)).events][1:]
    assert [note.partition(":")[0] for note in notes] == [
        "Thu 2026-03-05 00",
        "Wed 2026-03-18 23",
        "Fri 2026-03-20 23",
    ]


async def test_a_second_run_finds_nothing_to_do(env: Env) -> None:
    """Timer and sweep may both ring: the second makes no event."""
    ticket = await stored(env, make_life(Status.READY_TO_DIG))
    sweep = RecomputeTimestamps()

    first = await sweep.run(at(env, EXPIRY))
    second = await sweep.run(at(env, EXPIRY))

    assert first == Done("time has changed 1 of 1 tickets")
    assert second == Cancel("time has changed none of 1 tickets")
    assert len(await actions(env, ticket)) == 2


async def test_the_sweep_turns_all_that_is_due_and_leaves_the_rest(env: Env) -> None:
    """One that waits for its start, one that has expired, one that is only a draft."""
    for ticket in (
        make_life(Status.RESPONSES_IN, id="waits", texas811_ticket_number="1"),
        make_life(Status.CANCELLED, id="cancelled", texas811_ticket_number="2"),
        make_ticket("draft"),
        make_life(
            Status.SUBMITTED, id="silent", texas811_ticket_number="3", member_responses=[]
        ),
    ):
        await stored(env, ticket)

    outcome = await RecomputeTimestamps().run(at(env, START))

    listed = await tickets_in(env.store)
    assert outcome == Done("time has changed 2 of 4 tickets")
    assert {
        ticket.id: (ticket.status.value, ticket.response_status.value) for ticket in listed
    } == {
        "waits": ("ReadyToDig", "Complete"),
        "cancelled": ("Cancelled", "Pending"),
        "draft": ("Draft", "Pending"),
        "silent": ("Submitted", "No Response"),
    }


async def test_timestamps_that_do_not_follow_from_the_notice_are_corrected(env: Env) -> None:
    """Another tool wrote 14 days after the answer: it would have dug on an expired ticket."""
    wrong = make_life(Status.RESPONSES_IN, expires_at=EXPIRY + timedelta(days=10))
    ticket = await stored(env, wrong)

    await RecomputeTimestamps().run(at(env, NOTICE))

    after = await env.store.tickets.get(ticket.id)
    [event] = (await env.store.history(ticket.id)).events[1:]
    assert after.expires_at == EXPIRY
    assert (event.action, event.changed_fields) == ("timestamps_recomputed", ["expires_at"])
    assert "16 TAC 18.3(e)-(f)" in (event.notes or "")


async def test_a_confirmed_start_that_came_too_near_is_asked_for_again(env: Env) -> None:
    """Confirmed on Monday and never sent: on Thursday the planned Friday is no longer lawful."""
    await stored(env, make_life(Status.READY, notice_at=None, texas811_ticket_number=None))
    late = NOW + timedelta(days=3)

    await RecomputeTimestamps().run(at(env, NOW + timedelta(hours=1)))
    waiting = await env.store.tickets.get("ticket-1")
    await RecomputeTimestamps().run(at(env, late))

    ticket = await env.store.tickets.get("ticket-1")
    assert waiting.status is Status.READY
    assert (ticket.status, ticket.confirmation) == (Status.DRAFT, None)
    assert "before_lawful_start" in {gap.problem for gap in ticket.open_gaps}


async def test_a_damaged_ticket_does_not_stop_the_others(env: Env, config: Config) -> None:
    """One bad block must not let every other ticket miss its expiry."""
    await stored(env, make_life(Status.READY_TO_DIG))
    Layout(config.root).ticket("broken").write_text("{")

    outcome = await RecomputeTimestamps().run(at(env, EXPIRY))

    assert outcome == Done("time has changed 1 of 1 tickets")


async def test_a_ticket_that_somebody_works_on_is_left_to_him(
    env: Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    """His action brings it up to the present first; the sweep goes on with the others."""
    for name in ("busy", "free"):
        life = make_life(Status.READY_TO_DIG, id=name, texas811_ticket_number=name)
        await stored(env, life)
    layout_of = Layout.ticket_lock

    def contended(layout: Layout, ticket_id: str) -> Path:
        if ticket_id == "busy":
            raise ConflictError("Somebody was faster.")
        return layout_of(layout, ticket_id)

    with monkeypatch.context() as patch:
        patch.setattr(Layout, "ticket_lock", contended)
        outcome = await RecomputeTimestamps().run(at(env, EXPIRY))

    assert outcome == Done("time has changed 1 of 2 tickets")
    assert (await env.store.tickets.get("free")).status is Status.EXPIRED


async def test_a_ticket_that_does_not_exist_is_not_found(env: Env) -> None:
    """A timer that outlived its ticket says so."""
    with pytest.raises(NotFoundError):
        await RecomputeTimestamps(ticket_id="gone").run(env)


async def test_the_timer_is_set_for_the_next_instant(env: Env, redis: ArqRedis) -> None:
    """Start, then refresh, then end: one timer at a time, each named after its instant."""
    await ring_at_next_turn(at(env, NOTICE), make_life(Status.RESPONSES_IN))
    first = await timers(redis)
    await RecomputeTimestamps(
        ticket_id=(await stored(env, make_life(Status.RESPONSES_IN))).id
    ).run(at(env, START))

    both = await timers(redis)
    assert list(first) == ["recompute_timestamps:ticket-1-20260305T060000"]
    assert set(both) - set(first) == {"recompute_timestamps:ticket-1-20260319T045959"}
    assert is_due(make_life(Status.READY_TO_DIG), REFRESH_BY)


async def test_the_sweep_sets_timers_that_redis_has_lost(env: Env, redis: ArqRedis) -> None:
    """Redis was flushed: what turns before the sweep comes round twice rings in time again."""
    now = system_clock()
    near = now - ANSWER_HOURS + TIMERS_AHEAD - timedelta(minutes=1)
    await stored(env, second_notice_given_at(near, "near"))
    await stored(env, second_notice_given_at(near + timedelta(hours=1), "far"))

    await RecomputeTimestamps().run(env)

    [(name, rings_at)] = (await timers(redis)).items()
    assert name.startswith("recompute_timestamps:near-")
    assert rings_at == pytest.approx((near + ANSWER_HOURS).timestamp(), abs=0.01)


async def test_a_queue_that_is_away_stops_no_sweep(
    config: Config, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Redis is down: tickets turn all the same, and one warning says so, not one a ticket."""
    from jobs.wiring import make_env

    away = make_env(config.model_copy(update={"redis_url": f"unix://{tmp_path}/nobody.sock"}))
    await away.store.open()
    for name in ("one", "two", "three"):
        life = make_life(Status.RESPONSES_IN, id=name, texas811_ticket_number=name)
        await stored(away, life)

    outcome = await RecomputeTimestamps().run(at(away, START))

    await away.queue.close()
    assert outcome == Done("time has changed 3 of 3 tickets")
    assert sum("timer not set" in record.message for record in caplog.records) == 1


async def test_a_worker_turns_a_ticket_at_the_instant_by_its_timer(
    config: Config, env: Env
) -> None:
    """With the real clock and the real engine, the sweep being minutes away."""
    due_at = system_clock() + timedelta(seconds=2.5)
    ticket = await stored(env, second_notice_given_at(due_at - ANSWER_HOURS))

    async with working(config):
        await asyncio.sleep(1)  # the sweep at the start finds nothing
        before = await env.store.tickets.get(ticket.id)
        await ring_at_next_turn(env, before)
        after = before
        async with asyncio.timeout(30):
            while after.version == before.version:
                await asyncio.sleep(0.05)
                after = await env.store.tickets.get(ticket.id)

    assert (before.response_status, after.response_status) == ("Pending", "No Response")
    # Late by what the machine is late; the sweep would be later by minutes.
    assert timedelta(0) <= after.updated_at - due_at < timedelta(seconds=10)


async def test_turns_that_never_end_are_stopped(
    env: Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistake in the rules must not fill the disk with events."""
    from jobs import turning

    ticket = await stored(env, make_life(Status.READY_TO_DIG))
    monkeypatch.setattr(turning, "TURNS_MAX", 1)

    after = await bring_up_to(env, ticket, AFTER)

    assert (after.status, after.version) == (Status.EXPIRING, 2)
