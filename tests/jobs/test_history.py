"""Since when something is so: as it was seen to begin, or as the samples tell."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from config import Config
from jobs.health.history import History, at_least, not_falling
from jobs.health.memory import Memory
from jobs.health.seen import LaneSeen
from jobs.health.watching import Watch
from jobs.job import Env
from jobs.wiring import make_env
from storage.telemetry_records import AttemptEnding
from tests.jobs.attempts import an_attempt

NOW = datetime(2026, 11, 30, 14, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def past(env: Env, at: datetime) -> History:
    return History(env.store.telemetry, at, 5.0)


async def test_a_lane_is_late_from_a_while_beyond_its_target_until_it_is_kept_again(
    env: Env,
) -> None:
    """Or it would flap with each burst, and around its target with each look."""
    memory, lane = Memory(), LaneSeen("within_1s", 1.0)

    since = []
    for number, wait in enumerate([0.5, 5.9, 6.1, 3.0, 1.1, 1.0, 5.9]):
        history = past(env, NOW + number * SECOND)
        since.append(await memory.late_since(replace(lane, oldest_seconds=wait), history))
        memory.looked(history.at)

    began = NOW + 2 * SECOND - timedelta(seconds=5.1)
    assert since == [None, None, began, began, began, None, None]


async def test_what_is_owed_stands_still_while_it_does_not_become_less(env: Env) -> None:
    """A backlog that grows while tickets are made does move."""
    memory = Memory()

    async def at(minute: int, owed: int, *, made_some: bool = False) -> datetime | None:
        history = past(env, NOW + timedelta(minutes=minute))
        memory.looked(history.at - SECOND)
        return await memory.owed_unmoved_since(owed, history, made_some=made_some)

    assert await at(0, 0) is None
    assert await at(1, 5) == await at(2, 6) == NOW + timedelta(minutes=1)
    assert await at(3, 7, made_some=True) == NOW + timedelta(minutes=3)
    assert await at(4, 6) == NOW + timedelta(minutes=4)
    assert await at(5, 0) is None


async def test_who_looks_for_the_first_time_is_told_when_it_began(config: Config) -> None:
    """It is in the samples, whoever looked meanwhile and however often the API was restarted."""
    away = make_env(config.model_copy(update={"redis_url": "unix:///nowhere/redis.sock"}))
    await away.store.open()
    now = away.clock().replace(microsecond=0)
    for second in range(90, 0, -1):
        if not 40 < second < 60:  # while nobody samples nothing ends
            values = {"redis_away": float(second <= 75), "slots": 8.0 * (second > 30)}
            await away.store.telemetry.sample(now - second * SECOND, values)

    seen = await Watch(away).look()
    await away.queue.close()

    assert seen.redis.since == now - 75 * SECOND
    assert seen.unmanned_since == now - 30 * SECOND


async def test_what_began_days_ago_is_dated_by_the_coarser_samples(env: Env) -> None:
    """They are kept for thirty days, those of each second for ten minutes."""
    for hour in range(60, 0, -1):
        for second in range(2):
            values = {"owed": 0.0 if hour > 50 else 7.0 - (hour > 40)}
            await env.store.telemetry.sample(ago(hours=hour, seconds=-second), values)

    since = await past(env, NOW).since(not_falling("owed"))

    assert since
    assert timedelta(0) <= since - ago(hours=51) <= timedelta(hours=1)
    assert await past(env, NOW).since(at_least("owed", 9)) is None
    assert await past(env, NOW).since(at_least("redis_away", 1)) is None


async def test_orders_that_nobody_makes_tickets_of_are_dated_from_the_last_ticket(
    env: Env,
) -> None:
    """Their number rises also while some are made."""
    for second in range(300, 0, -1):
        await env.store.telemetry.sample(NOW - second * SECOND, {"owed": 5.0})
    made = replace(
        an_attempt("worker-1", ago(minutes=4)),
        ended_at=ago(minutes=3),
        ending=AttemptEnding.DONE,
    )
    await env.store.telemetry.record_attempts([made])

    history = past(env, NOW)

    assert await Memory().owed_unmoved_since(5, history, made_some=False) == ago(minutes=3)
