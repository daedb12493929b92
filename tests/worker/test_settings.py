"""What a worker does beside its jobs: the schedule goes on, whatever happens to it."""

from typing import NoReturn

import pytest

from config import Config
from jobs.job import Env
from jobs.lanes import QUEUE_NAME
from storage.incarnations import new_incarnation
from tests.worker.errands import until
from worker import schedule
from worker.settings import Upkeep


async def test_a_schedule_that_fails_as_nobody_foresaw_begins_anew(
    config: Config, env: Env, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Else nothing would be swept, expired or recovered any more, and nobody would know."""
    real, failures = schedule.decide, []

    def fail_once(*given: object) -> object:
        if not failures:
            failures.append(given)
            fail()
        return real(*given)  # type: ignore[arg-type]  # given on as it came

    def fail() -> NoReturn:
        raise ArithmeticError("nobody foresaw this")

    monkeypatch.setattr(schedule, "decide", fail_once)
    redis = env.queue._redis
    upkeep = Upkeep(env, new_incarnation("worker-1"))

    await upkeep.start({"redis": redis})
    await until(lambda: redis.zscore(QUEUE_NAME, "recover_work:owed"), seconds=5)
    await upkeep.stop({})

    assert len(failures) == 1
    assert "it begins anew" in caplog.text
