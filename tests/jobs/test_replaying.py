"""Replaying and dropping what was given up: harmless twice, audited, within a rate."""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from config import Config
from domain.audit import Actor, AuditEvent, Author
from domain.errors import RejectedError, UnavailableError
from domain.work_order import WorkOrder
from jobs.job import Env
from jobs.queue import ArqQueue, connect
from jobs.replaying import Fate, Replay, job_of, letter_of, rehearse, replay
from storage.clock import system_clock
from storage.dead_letters import NAMELESS, DeadLetter, Ending, safe_key
from storage.layout import Layout
from tests.builders import NOW
from tests.conftest import working
from tests.jobs.orders import accepted, bury, forget_the_queue, queued
from tests.worker.errands import until

DANA = Author(actor=Actor.USER, name="Dana Ruiz")


def make_letter(**said: Any) -> DeadLetter:
    told = {"job": "validate_ticket", "key": "t-1", "arguments": {"ticket_id": "t-1"}}
    ended = {"reason": "boom", "attempts": 5, "buried_at": NOW, "ending": Ending.FAILED}
    return DeadLetter.model_validate({**told, **ended, **said})


async def kept(env: Env, **said: Any) -> DeadLetter:
    letter = make_letter(**said)
    await env.store.dead_letters.bury(letter)
    return letter


async def buried_order(env: Env) -> tuple[WorkOrder, DeadLetter]:
    """Return an order that was given up, which the queue does not know any more."""
    order = await accepted(env)
    await bury(env, order)
    await forget_the_queue(env)
    return order, await letter_of(env.store.dead_letters, "extract_ticket", order.id)


async def replayed(
    env: Env, letters: Sequence[DeadLetter], *, by: Author = DANA, per_second: float = 1000
) -> list[Replay]:
    return [one async for one in replay(env, letters, by=by, per_second=per_second)]


async def audited(env: Env) -> list[AuditEvent]:
    """Return what the log says was done to dead letters."""
    history = await env.store.audit.on(system_clock().date())
    return [event for event in history.events if event.action.startswith("dead_letter")]


async def test_a_letter_that_is_replayed_makes_its_ticket_and_is_gone(
    env: Env, config: Config
) -> None:
    """The whole way: queued with its own arguments, done, and no task for anybody any more."""
    order, letter = await buried_order(env)

    [done] = await replayed(env, [letter])
    assert done.fate is Fate.REPLAYED
    assert await env.store.dead_letters.list() == [letter]
    async with working(config):
        await until(lambda: env.store.tickets.find(order.ticket_id))
        await until(lambda: _is_empty(env))

    assert letter.id not in await queued(env)


async def test_a_replay_is_audited_with_who_and_what(env: Env) -> None:
    """Whoever asks later why this ran must find a name."""
    order, letter = await buried_order(env)

    await replayed(env, [letter])

    [event] = await audited(env)
    assert (event.action, event.actor) == ("dead_letter_replayed", Actor.USER)
    assert event.notes == (
        f"Dana Ruiz: extract_ticket:{order.id} had ended so: ValueError: it is cursed"
    )


async def test_a_letter_that_is_replayed_twice_is_queued_once(env: Env) -> None:
    """Somebody was impatient, or two people had the same thought; both are audited."""
    _order, letter = await buried_order(env)

    fates = [one.fate for one in await replayed(env, [letter, letter])]

    assert fates == [Fate.REPLAYED, Fate.QUEUED]
    assert await queued(env) == {letter.id}
    assert len(await audited(env)) == 2


async def test_a_letter_whose_job_has_succeeded_meanwhile_is_left_alone(env: Env) -> None:
    """A replay of thousands takes minutes, and the list it began with grows old."""
    letter = await kept(env)
    await env.store.dead_letters.forget(letter.job, letter.key)

    [one] = await replayed(env, [letter])

    assert one.fate is Fate.GONE
    assert await queued(env) == set()
    assert await audited(env) == []


REFUSED = {
    "no-kind": ({"job": "mow_the_lawn"}, "no job 'mow_the_lawn'"),
    "arguments": ({"arguments": {"ticket": "t-1"}}, "not valid: ticket_id: Field required"),
    "payload": ({"job": NAMELESS, "ending": Ending.EXPIRED}, "payload was gone"),
}


@pytest.mark.parametrize(("said", "problem"), REFUSED.values(), ids=REFUSED)
async def test_a_letter_that_can_no_longer_be_run_is_refused_with_its_reason(
    env: Env, said: dict[str, Any], problem: str
) -> None:
    """Queued all the same it would only come back as another letter."""
    letter = await kept(env, **said)
    other = await kept(env, key="t-2", arguments={"ticket_id": "t-2"})

    rehearsed = [one async for one in rehearse([letter, other])]
    done = await replayed(env, [letter, other])

    assert rehearsed == done
    assert [one.fate for one in done] == [Fate.REFUSED, Fate.REPLAYED]
    assert problem in (done[0].problem or "")
    assert await queued(env) == {"validate_ticket:t-2"}
    with pytest.raises(RejectedError):
        job_of(letter)


async def test_a_rehearsal_changes_nothing_and_needs_no_queue(env: Env) -> None:
    """A dry run is what one does when one is not sure, also while Redis is away."""
    _order, letter = await buried_order(env)

    [one] = [one async for one in rehearse([letter])]

    assert one.fate is Fate.REPLAYED
    assert await queued(env) == set()
    assert await audited(env) == []


async def test_a_replay_without_redis_fails_and_leaves_the_letter(env: Env) -> None:
    """So it can be replayed when Redis is back; who asked for it now is audited."""
    _order, letter = await buried_order(env)
    away = replace(env, queue=ArqQueue(connect("unix:///nowhere.sock"), system_clock))

    with pytest.raises(UnavailableError):
        await replayed(away, [letter])

    assert await env.store.dead_letters.list() == [letter]
    assert len(await audited(env)) == 1


async def test_nothing_is_replayed_that_the_audit_log_cannot_tell(
    env: Env, config: Config
) -> None:
    """A full disk must not let somebody act unseen."""
    _order, letter = await buried_order(env)
    Layout(config.root).audit_day(system_clock()).mkdir(parents=True)

    with pytest.raises(UnavailableError):
        await replayed(env, [letter])

    assert await queued(env) == set()


async def test_a_replay_keeps_to_its_rate(env: Env) -> None:
    """Thousands at once would stand in the way of whoever comes by the door."""
    letters = [
        await kept(env, key=f"t-{n}", arguments={"ticket_id": f"t-{n}"}) for n in range(6)
    ]

    started = time.monotonic()
    await replayed(env, letters, per_second=20)

    assert 5 / 20 <= time.monotonic() - started < 2


async def test_a_letter_under_a_strangers_id_is_filed_as_its_job_when_it_is_replayed(
    env: Env,
) -> None:
    """A stock arq client made the id; the job that succeeds will know itself by its own."""
    letter = await kept(env, key="4f0c", job_id="4f0c", ending=Ending.POISON)

    [one] = await replayed(env, [letter])

    [filed] = await env.store.dead_letters.list()
    assert one.fate is Fate.REPLAYED
    assert (filed.key, filed.job_id) == ("t-1", "4f0c")
    assert await queued(env) == {"validate_ticket:t-1"}


@pytest.mark.parametrize("key", ["a/b", "x" * 99, "Läufer"])
async def test_a_letter_is_found_by_the_key_that_its_job_had(env: Env, key: str) -> None:
    """A person knows the id from the log, and not what became of it in a file name."""
    letter = await kept(env, key=safe_key(key), arguments={"ticket_id": key})

    assert await letter_of(env.store.dead_letters, "validate_ticket", key) == letter
    assert await letter_of(env.store.dead_letters, "validate_ticket", letter.key) == letter


async def _is_empty(env: Env) -> bool:
    return await env.store.dead_letters.list() == []


async def has_no_file(config: Config) -> bool:
    return not list((config.root / "dead_letters").iterdir())
