"""The drill of a restore: once a week it is tried, and what cannot be restored is seen at once."""

import logging
from dataclasses import replace

import pytest

from domain.errors import UnavailableError
from jobs.drill_restore import DrillRestore
from jobs.job import Cancel, Done, Env
from tests.builders import NOW, make_change, make_ticket
from tests.jobs.orders import accepted

pytestmark = pytest.mark.slow  # each starts a process

JOB = DrillRestore(due_at=NOW)


async def backed_up(env: Env) -> str:
    """Make a backup of an order and a ticket; return its name."""
    await accepted(env)
    await env.store.commit(make_change(make_ticket()))
    return (await env.store.backups.make("nightly")).filename


async def test_a_backup_that_can_be_restored_is_told_in_numbers_and_noted(env: Env) -> None:
    filename = await backed_up(env)

    outcome = await JOB.run(env)

    assert isinstance(outcome, Done)
    assert outcome.note.startswith(f"{filename} can be restored: 1 tickets, ")
    (note,) = await env.store.backups.notes()
    assert note.drilled_at
    assert note.verified_at
    root = env.store.quarantine.layout.root
    assert not (root / ".restore-drill").exists()


async def test_a_backup_that_cannot_be_restored_fails_loudly(
    env: Env, caplog: pytest.LogCaptureFixture
) -> None:
    """It counts as good no longer, so the health of the service says so, too."""
    filename = await backed_up(env)
    path = env.store.backups.path_of(filename)
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])

    with pytest.raises(UnavailableError, match="drill of a restore has failed"):
        await JOB.run(env)

    (note,) = await env.store.backups.notes()
    assert (note.verified_at, note.drilled_at) == (None, None)
    errors = [one.getMessage() for one in caplog.records if one.levelno == logging.ERROR]
    assert any(filename in error for error in errors)
    root = env.store.quarantine.layout.root
    assert not (root / ".restore-drill").exists()


async def test_without_a_backup_there_is_nothing_to_try(env: Env) -> None:
    """That is a failure, unless nobody wants backups."""
    with pytest.raises(UnavailableError, match="no backup that was verified"):
        await JOB.run(env)
    without = replace(env, keeping=replace(env.keeping, makes_backups=False))

    assert isinstance(await JOB.run(without), Cancel)
