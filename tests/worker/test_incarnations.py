"""Two processes of one name: neither lets go of what the other holds, and the dead hold nothing."""

import asyncio
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from config import Config
from jobs.lanes import LEASES_KEY, QUEUE_NAME, RUNNING_KEY
from storage.layout import Layout
from tests.worker.alone import LASTING, opened, redis_at, until_it_says, worker
from tests.worker.errands import Errand, until

pytestmark = pytest.mark.slow

FAR = 1e15  # ms of the epoch: no lease ends by itself in a test


@pytest.fixture
def alone(tmp_path: Path) -> Config:
    address = f"unix://{tmp_path / 'redis.sock'}"
    return Config(data_dir=tmp_path / "data", redis_url=address)


async def test_the_next_of_its_name_leaves_a_living_worker_its_job(
    alone: Config, tmp_path: Path
) -> None:
    """An old worker-1 drains for twenty seconds beside the new one; by hand both are worker-1."""
    may_end = tmp_path / "may end"
    lasting = (LASTING, str(may_end), "60")
    async with redis_at(alone), opened(alone) as env, worker(alone, *lasting) as first:
        await env.queue.put(Errand())
        await until_it_says(first, "begun")
        [holder] = await env.queue._redis.hvals(RUNNING_KEY)
        first.terminate()  # it finishes what it holds, and takes no more
        async with worker(alone, *lasting) as second:
            await until(lambda: _is_listening(alone), seconds=30)
            during = await env.queue._redis.hvals(RUNNING_KEY)
            may_end.touch()
            said, _nothing = await first.communicate()
            second.terminate()
            said_by_second, _nothing = await second.communicate()

    assert during == [holder]
    assert holder.startswith(b"worker-1.")
    assert b"done" in said
    assert b"begun" not in said_by_second


async def _is_listening(config: Config) -> bool:
    """Has the second begun to work? Its lock is there, and it has waited for a token."""
    async with opened(config) as env:
        told = (await env.queue._redis.execute_command("CLIENT", "LIST")).decode()
    return told.count("cmd=blpop") >= 1 and len(_locks(config)) == 2


def _locks(config: Config) -> list[Path]:
    return list(Layout(config.root).locks.glob("worker-*.lock"))


async def test_what_a_killed_worker_held_runs_as_soon_as_anybody_starts(alone: Config) -> None:
    """Everything was killed at once: nobody was there to see it, and no lease is waited for."""
    async with redis_at(alone), opened(alone) as env:
        async with worker(alone, LASTING, "60", "1") as first:
            await env.queue.put(Errand())
            await until_it_says(first, "begun")
            first.kill()
            await first.wait()
        redis = env.queue._redis
        await redis.zadd(LEASES_KEY, {"errand:town": FAR})
        await redis.zadd(QUEUE_NAME, {"errand:town": FAR})

        async with worker(alone, LASTING, "0", "1", "--name", "another") as second:
            released = await until_it_says(second, "of a dead worker-1 run again")
            await until_it_says(second, "done")
            second.terminate()
            await second.wait()

    assert "1 jobs" in released
    assert _locks(alone) == []


@pytest.mark.parametrize("name", ["my worker", "worker/1", "x" * 65])
async def test_a_name_that_would_break_the_queue_is_refused(alone: Config, name: str) -> None:
    """With a space in it, no claim could be told from its token, and no job would ever end."""
    async with worker(alone, "worker", "--name", name, errors=PIPE) as process:
        async with asyncio.timeout(20):
            _out, said = await process.communicate()

    assert process.returncode == 2
    assert said.decode().startswith("--name: ")
    assert "Use 1 to 64 letters" in said.decode()
    assert b"Traceback" not in said
