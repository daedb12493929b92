"""Many letters replayed at once: told how far, stopped by a person, one batch at a time."""

from dataclasses import replace

import pytest

from config import Config
from domain.audit import SYSTEM, AuditEvent
from domain.errors import ConflictError, NotFoundError, RejectedError
from jobs.job import Env
from jobs.queue import ArqQueue, connect
from jobs.replaying import Fate
from jobs.replays import Filed, Replays
from storage.clock import system_clock
from storage.layout import Layout
from tests.jobs.orders import queued
from tests.jobs.test_replaying import DANA, audited, kept

KEYS = [f"t-{number}" for number in range(4)]


async def of_batches(env: Env) -> list[AuditEvent]:
    """Return what the log says of batches."""
    history = await env.store.audit.on(system_clock().date())
    return [event for event in history.events if event.action.startswith("replay_")]


async def letters(env: Env) -> list[Filed]:
    for key in KEYS:
        await kept(env, key=key, arguments={"ticket_id": key})
    return [("validate_ticket", key) for key in KEYS]


async def test_a_batch_tells_what_became_of_each_and_the_reason_is_audited(env: Env) -> None:
    """One that this release cannot run is named; it, and one that is gone, hold up no other."""
    await kept(env, job="once_known", key="t-9")
    batch = await Replays(env, per_second=1000).begin(
        [*await letters(env), ("once_known", "t-9"), ("once_known", "no-more")],
        by=DANA,
        reason="the reader is mended",
    )

    assert (batch.total, batch.seen) == (6, 6)
    assert batch.fates == {Fate.REPLAYED: 4, Fate.REFUSED: 1, Fate.GONE: 1}
    assert [one.letter.key for one in batch.untold] == ["t-9"]
    assert batch.ended_at
    assert await queued(env) == {f"validate_ticket:{key}" for key in KEYS}
    assert not batch.is_clean
    events = await audited(env)
    assert len(events) == 4
    assert all("the reader is mended" in (event.notes or "") for event in events)


async def test_a_batch_of_which_nothing_could_be_replayed_is_audited_all_the_same(
    env: Env,
) -> None:
    """Somebody wanted it, and that nothing came of it is what he is asked about."""
    await kept(env, job="once_known", key="t-9")
    filed = [("once_known", "t-9"), ("once_known", "no-more")]
    await Replays(env).begin(filed, by=DANA, reason="the reader is mended")

    begun, ended = await of_batches(env)
    assert (begun.action, ended.action) == ("replay_begun", "replay_ended")
    assert begun.notes == (
        "Dana Ruiz asked for a replay of dead letters (2): the reader is mended"
    )
    assert "once_known/t-9" in str(begun.field_changes["letters"])
    assert "2 of 2 letters: 1 refused, 1 gone." in (ended.notes or "")


async def test_no_batch_is_begun_that_the_audit_log_cannot_tell(
    env: Env, config: Config
) -> None:
    """A full disk must not let somebody act unseen."""
    Layout(config.root).audit_day(system_clock()).mkdir(parents=True)
    batch = await Replays(env).begin(await letters(env), by=DANA, reason="now")

    assert "The disk did not take" in (batch.trouble or "")
    assert await queued(env) == set()


async def test_a_batch_that_is_stopped_leaves_the_rest_as_it_was(env: Env) -> None:
    """Whoever sees that it was too early can keep the worst from happening."""
    replays = Replays(env, per_second=0.01)
    await replays.begin(await letters(env), by=DANA, reason="try", patience_seconds=0.1)
    with pytest.raises(ConflictError):
        await replays.begin(await letters(env), by=DANA, reason="me too")
    stopped = await replays.stop(by=DANA, reason="too early")

    assert stopped.fates == {Fate.REPLAYED: 1}
    assert stopped.trouble == "Dana Ruiz stopped it: too early"
    assert await queued(env) == {"validate_ticket:t-0"}
    with pytest.raises(NotFoundError):
        await replays.stop(by=DANA, reason="again")


async def test_a_queue_that_goes_away_ends_a_batch_with_its_reason(env: Env) -> None:
    """It can be begun again, and says why it must be."""
    away = replace(env, queue=ArqQueue(connect("unix:///nowhere.sock"), system_clock))
    batch = await Replays(away).begin(await letters(env), by=DANA, reason="now")

    assert (batch.seen, batch.fates[Fate.REPLAYED]) == (0, 0)
    assert "does not answer" in (batch.trouble or "")


async def test_nobody_replays_without_a_name(env: Env) -> None:
    """Each letter would be audited with nobody beside it."""
    replays = Replays(env)
    with pytest.raises(RejectedError):
        await replays.begin(await letters(env), by=SYSTEM, reason="now")

    assert replays.latest is None
