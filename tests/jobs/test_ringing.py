"""A job run by hand: queued once, audited, and never with what is only half remembered."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from config import Config
from domain.audit import SYSTEM, Actor, AuditEvent, Author
from domain.errors import RejectedError, UnavailableError
from domain.runs import EntryState, Run
from jobs.check_store import CheckStore
from jobs.extract_ticket import ExtractTicket
from jobs.job import Env
from jobs.queue import ArqQueue, connect
from jobs.ringing import due_for_hand, job_again, job_of, run_now
from jobs.timetable import TIMETABLE
from storage.clock import system_clock
from storage.layout import Layout
from tests.jobs.orders import queued

DANA = Author(actor=Actor.USER, name="Dana Ruiz", key_id="key-7", request_id="req-1")
JOB = ExtractTicket(work_order_id="order-1")
NIGHTLY = next(entry for entry in TIMETABLE if entry.job == "check_store")
# In Chicago half past two in the morning was at half past eight UTC.
DUE_AT = datetime(2026, 11, 29, 8, 30, tzinfo=UTC)
NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


async def audited(env: Env) -> list[AuditEvent]:
    history = await env.store.audit.on(system_clock().date())
    return [event for event in history.events if event.action == "job_rung"]


async def test_a_job_is_queued_and_who_wanted_it_is_audited(env: Env) -> None:
    """Months later somebody asks why it ran at that hour."""
    rung = await run_now(env, JOB, by=DANA, reason="the disk is back")

    assert (rung.job_id, rung.is_new) == ("extract_ticket:order-1", True)
    assert await queued(env) == {JOB.id}
    [event] = await audited(env)
    assert "Dana Ruiz" in (event.notes or "")
    assert "the disk is back" in (event.notes or "")
    assert (event.key_id, event.request_id) == ("key-7", "req-1")
    assert event.compliance_relevant


async def test_a_job_that_waits_already_is_not_queued_twice_and_both_are_audited(
    env: Env,
) -> None:
    """Two people press the same button in the same night."""
    await run_now(env, JOB, by=DANA, reason="first")
    again = await run_now(env, JOB, by=DANA, reason="second")

    assert not again.is_new
    assert await queued(env) == {JOB.id}
    said = [event.notes or "" for event in await audited(env)]
    assert ["first" in said[0], "second" in said[1]] == [True, True]


async def test_without_a_name_or_a_reason_nothing_is_rung_for(env: Env) -> None:
    """An order from nobody is none."""
    with pytest.raises(RejectedError):
        await run_now(env, JOB, by=SYSTEM, reason="why not")
    with pytest.raises(RejectedError):
        await run_now(env, JOB, by=DANA, reason="  ")

    assert await queued(env) == set()
    assert await audited(env) == []


async def test_who_asks_while_redis_is_away_is_audited_and_told(env: Env) -> None:
    """The event says that it was asked for, and not that it ran."""
    away = replace(env, queue=ArqQueue(connect("unix:///nowhere.sock"), system_clock))
    with pytest.raises(UnavailableError):
        await run_now(away, JOB, by=DANA, reason="now")

    [event] = await audited(env)
    assert "asked for" in (event.notes or "")


async def test_nothing_is_rung_for_that_the_audit_log_cannot_tell(
    env: Env, config: Config
) -> None:
    """A full disk must not let somebody act unseen."""
    Layout(config.root).audit_day(system_clock()).mkdir(parents=True)
    with pytest.raises(UnavailableError):
        await run_now(env, JOB, by=DANA, reason="now")

    assert await queued(env) == set()


def test_a_job_is_made_again_of_what_is_remembered_of_it() -> None:
    """Whoever runs it again means that very job."""
    assert job_again("extract_ticket", JOB.id, JOB.model_dump_json()) == JOB


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        ("extract_ticket", '{"work_order_id": "order-'),
        ("extract_ticket", '{"work_order_id": "another"}'),
        ("extract_ticket", "[]"),
        ("extract_ticket", '{"work_order_id": 7}'),
        ("once_known", '{"work_order_id": "order-1"}'),
    ],
    ids=["cut", "of another job", "no object", "of another type", "of no kind"],
)
def test_what_does_not_make_that_very_job_again_is_refused(kind: str, arguments: str) -> None:
    """To run something else under its name would be worse than to run nothing."""
    with pytest.raises(RejectedError):
        job_again(kind, JOB.id, arguments)


def test_by_hand_a_dated_job_is_run_for_its_latest_date_until_that_is_done() -> None:
    """Then the run is one beside the schedule, under an id of its own."""
    open_run = Run(due_at=DUE_AT, rung_at=DUE_AT)
    done = open_run.ended(succeeded=True, said="done: fine", now=NOW)

    def due(*runs: Run) -> datetime | None:
        return due_for_hand(NIGHTLY, EntryState(decided_until=NOW, runs=runs), NOW)

    assert due_for_hand(NIGHTLY, None, NOW) == due() == due(open_run) == DUE_AT
    assert due(done) is None
    assert job_of(NIGHTLY, DUE_AT).id == NIGHTLY.job_id(DUE_AT)
    assert job_of(NIGHTLY, None) == CheckStore()


def test_what_has_no_dates_is_run_beside_its_schedule() -> None:
    """It comes again in a moment anyway."""
    often = next(entry for entry in TIMETABLE if not entry.is_dated)

    assert due_for_hand(often, None, NOW) is None
    assert job_of(often, None).name == often.job
