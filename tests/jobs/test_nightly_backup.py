"""The backup of the night: made in a child that nobody waits for, once, and then those of old go."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.keeping import Keeping
from jobs.job import Cancel, Done, Env
from jobs.nightly_backup import NightlyBackup
from storage.backup import Backups
from storage.clock import system_clock
from storage.file_locks import FileLock
from tests.builders import NOW, make_change, make_ticket
from tests.jobs.test_check_store import WITHIN_SECONDS, children
from tests.worker.errands import until
from tests.worker.processes import end_warm_readers

JOB = NightlyBackup(due_at=NOW)


async def test_a_night_has_its_backup_once(env: Env) -> None:
    """Whoever rings twice, or tries again after a crash, finds that it is there."""
    await env.store.commit(make_change(make_ticket()))

    outcome = await JOB.run(env)
    again = await JOB.run(env)

    [note] = await env.store.backups.notes()
    assert note.verified_at
    assert isinstance(outcome, Done)
    assert outcome.note.startswith(f"{note.filename}: 1 ticket, 2 files, ")
    assert outcome.note.endswith("iB, read back")
    assert again == Cancel(f"{note.filename} is there")
    assert JOB.id == f"nightly_backup:{NOW:%Y%m%dT%H%MZ}"


async def test_what_is_older_than_the_night_is_not_its_backup(env: Env) -> None:
    """Nor is what was saved before a restore, nor what can no longer be read."""
    layout = env.store.quarantine.layout
    due_at = system_clock() - timedelta(seconds=30)
    older = Backups(layout, clock=lambda: due_at - timedelta(hours=1)).make_now("nightly")
    Backups(layout).make_now("restore_point")
    bad = Backups(layout).make_now("asked")
    await env.store.backups.note(bad.filename, verified_at=None)

    outcome = await NightlyBackup(due_at=due_at).run(env)

    assert isinstance(outcome, Done)
    assert older.filename not in outcome.note
    assert len(await env.store.backups.notes()) == 4


async def test_none_is_made_where_none_is_wanted(env: Env) -> None:
    """And whoever looks for the reason finds the name of the setting."""
    outcome = await JOB.run(replace(env, keeping=Keeping(makes_backups=False)))

    assert isinstance(outcome, Cancel)
    assert "BACKUP_ENABLED" in outcome.reason
    assert await env.store.backups.notes() == ()


async def test_those_past_their_time_are_removed_afterwards(env: Env) -> None:
    """In the same night, and also if it was cut off just before."""
    layout = env.store.quarantine.layout
    now = system_clock()
    ages = [timedelta(days=days) for days in (*range(800, 40, -40), 2, 1)]
    made = [Backups(layout, clock=lambda age=age: now - age).make_now("asked") for age in ages]

    outcome = await NightlyBackup(due_at=now).run(replace(env, clock=system_clock))

    names = [note.filename for note in await env.store.backups.notes()]
    assert isinstance(outcome, Done)
    gone = [note.filename for note in made if note.filename not in names]
    assert outcome.note.endswith(f"read back, {len(gone)} removed")
    # Twelve months and the days of this one are kept; of the older ones none.
    assert gone == [note.filename for note in made[: len(gone)]]
    assert len(made) - len(gone) in (12, 13, 14)


@pytest.mark.slow
async def test_the_child_ends_with_whoever_asked_and_the_next_tidies_up(
    env: Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits for the log, which somebody holds, and tells meanwhile how far it is."""
    layout = env.store.quarantine.layout
    await end_warm_readers()
    before = children()
    with FileLock(layout.audit_lock):
        making = asyncio.create_task(JOB.run(env))
        await until(lambda: bool(list(layout.backups.glob(".snapshot.*"))), WITHIN_SECONDS)
        step = await env.store.backups.under_way()
        making.cancel()
        with pytest.raises(asyncio.CancelledError):
            await making
        await until(lambda: not children() - before)

    assert step == ("taking a snapshot", 0)
    assert await env.store.backups.under_way() is None
    assert list(layout.backups.glob(".snapshot.*"))
    assert isinstance(await JOB.run(env), Done)
    assert not list(layout.backups.rglob(".*"))
