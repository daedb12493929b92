"""That Redis went away and came back is marked, for whoever wonders at a gap in a plot."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from jobs.job import Env
from jobs.queue import ArqQueue, connect
from jobs.sampling import Sampler
from storage.telemetry_records import MarkKind

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


async def test_that_redis_went_away_and_is_back_is_marked_once(env: Env) -> None:
    """Also where the process that saw it go was started anew before it came back."""
    now = NOON
    env = replace(env, clock=lambda: now)
    away = ArqQueue(connect("redis://127.0.0.1:1"), env.clock)
    without = replace(env, queue=away)

    async def look(sampler: Sampler, times: int) -> None:
        nonlocal now
        for _time in range(times):
            now += SECOND
            await sampler.look()

    await look(first := Sampler(env), 2)
    first._env = without
    await look(first, 1)
    first._env = env
    await look(first, 1)  # one answer that is late is no news
    first._env = without
    await look(first, 3)
    await look(Sampler(without), 9)
    await look(Sampler(env), 2)
    await away.close()

    marks = await env.store.telemetry.marks(NOON, now)
    assert [(mark.kind, mark.said) for mark in marks] == [
        (MarkKind.REDIS, "Redis went away"),
        (MarkKind.REDIS, "Redis is back after 12 s"),
    ]
    assert marks[0].at == NOON + 5 * SECOND
