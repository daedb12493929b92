"""A step of a person: on the ticket as time has left it, once, with its refusals told."""

import asyncio
import errno
from typing import Any

import pytest

from domain import following, submitting
from domain.audit import Change
from domain.errors import ConflictError, NotFoundError, RejectedError, UnavailableError
from domain.facts import TicketType
from domain.refreshing import FollowUp, refresh
from domain.ticket import TicketStatus
from jobs import acting
from jobs.acting import Scene, act, follow_up
from jobs.job import Env
from tests.domain.lives import AFTER, ANSWERED, DANA, DIGGING, GAS, POWER, START, make_life
from tests.jobs.clocks import at, stored

Status = TicketStatus


def answer(code: str, **said: Any) -> following.Answer:
    return following.Answer.model_validate({"member_code": code, "outcome": "Marked", **said})


def respond(code: str, **said: Any) -> acting.Step:
    return lambda scene: following.respond(
        scene.ticket, answer(code, **said), now=scene.now, by=scene.by, codes=scene.codes
    )


def close(scene: Scene) -> Change:
    return submitting.close(scene.ticket, now=scene.now, by=scene.by)


def update(scene: Scene) -> Change:
    return refresh(
        scene.ticket, FollowUp(TicketType.UPDATE), scene.extraction, now=scene.now, by=scene.by
    )


async def test_time_comes_before_the_step(env: Env) -> None:
    """Whoever closes the work after the expiry closes an expired ticket, whatever ran until then."""
    ticket = await stored(env, make_life(Status.RESPONSES_IN))

    after = await act(at(env, AFTER), ticket.id, close, by=DANA)

    history = (await env.store.history(ticket.id)).events
    assert after.status is Status.EXPIRED
    assert [event.action for event in history][1:] == ["time_passed"] * 3 + ["work_closed"]


async def test_steps_of_many_people_at_once_are_all_made(env: Env) -> None:
    """Five members answer in the same second: none of them is told to try again."""
    facilities = [f"line {number}" for number in range(5)]
    member = GAS.model_copy(update={"facilities": facilities})
    life = make_life(Status.SUBMITTED, members=[member, POWER], member_responses=[])
    ticket = await stored(env, life)

    steps = [respond("ATM01", facility=facility) for facility in facilities]
    await asyncio.gather(*(act(at(env, ANSWERED), ticket.id, step, by=DANA) for step in steps))

    after = await env.store.tickets.get(ticket.id)
    assert {one.facility for one in after.member_responses} == set(facilities)
    assert after.version == 1 + len(facilities)


async def test_a_step_on_a_version_that_was_seen_is_made_on_no_other(env: Env) -> None:
    """Somebody confirmed what he saw; what he has not seen he has not confirmed."""
    ticket = await stored(env, make_life(Status.SUBMITTED))
    now = at(env, DIGGING)
    await act(now, ticket.id, respond("ATM01"), by=DANA, version=1)

    with pytest.raises(ConflictError, match="is at version 2, not 1"):
        await act(now, ticket.id, respond("ATM01"), by=DANA, version=1)


async def test_a_step_that_is_overtaken_each_time_gives_up(
    env: Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says so instead of trying for ever."""
    ticket = await stored(env, make_life(Status.SUBMITTED))
    tries: list[int] = []

    def overtaken(scene: Scene) -> Change:
        tries.append(scene.ticket.version)
        raise ConflictError("Somebody was faster.")

    with pytest.raises(ConflictError):
        await act(at(env, DIGGING), ticket.id, overtaken, by=DANA)

    assert len(tries) == acting.ATTEMPTS_MAX


async def test_a_refusal_is_told_in_the_history_and_changes_nothing(env: Env) -> None:
    """Who tried to dig, when, and what he was told: it may matter in court."""
    ticket = await stored(env, make_life(Status.SUBMITTED))

    with pytest.raises(RejectedError) as refused:
        await act(at(env, DIGGING), ticket.id, respond("NOBODY"), by=DANA)

    event = (await env.store.history(ticket.id)).events[-1]
    assert await env.store.tickets.get(ticket.id) == ticket
    assert (event.action, event.from_status, event.to_status) == (
        "step_refused",
        "Submitted",
        None,
    )
    assert event.notes == f"Dana Ruiz: {refused.value.problem} {refused.value.remedy}"
    assert event.compliance_relevant
    assert event.timestamp == DIGGING


async def test_an_action_sets_the_timer_for_what_comes_next(env: Env) -> None:
    """The last answer came on Wednesday: on Thursday at midnight the ticket turns by itself."""
    from tests.jobs.orders import queued

    life = make_life(Status.SUBMITTED, member_responses=[])
    ticket = await stored(env, life)

    await act(at(env, DIGGING), ticket.id, respond("ATM01"), by=DANA)

    assert await queued(env) == {"recompute_timestamps:ticket-1-20260319T045959"}
    assert START < DIGGING


async def test_a_step_on_no_ticket_is_not_found(env: Env) -> None:
    """There is nothing to act on."""
    with pytest.raises(NotFoundError):
        await act(env, "nobody", close, by=DANA)


async def test_a_follow_up_asked_for_twice_is_made_once(env: Env) -> None:
    """A client that lost our answer will ask again."""
    ticket = await stored(env, make_life(Status.READY_TO_DIG))
    now = at(env, DIGGING)

    first = await follow_up(now, ticket.id, update, by=DANA)
    second = await follow_up(now, ticket.id, update, by=DANA, version=1)

    assert first == second
    assert first.previous_ticket_id == ticket.id
    assert (await env.store.tickets.get(ticket.id)).version == 1


async def test_a_disk_that_refuses_the_trace_of_a_refusal_says_so(
    env: Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refusal that leaves no trace did not happen as promised."""
    from tests.storage.trouble import fail

    ticket = await stored(env, make_life(Status.SUBMITTED))
    fail(monkeypatch, "fsync", errno.EIO)

    with pytest.raises(UnavailableError):
        await act(at(env, DIGGING), ticket.id, respond("NOBODY"), by=DANA)
