"""`python -m worker`: one worker. `python -m worker up`: everything, under one supervisor.

`worker.__main__` runs it.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
from contextlib import suppress

from redis.exceptions import RedisError

from config import EXIT_REFUSED, Config, refusal
from domain.errors import Texas811Error
from logs import write_logs
from storage.store import Store
from worker.engine import REDIS_PAUSE_SECONDS, Engine
from worker.redis_server import answers
from worker.settings import make_engine
from worker.supervisor import Supervisor

log = logging.getLogger(__name__)


def main() -> int:
    """Run what the arguments ask for; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m worker", description="Run one worker, or everything."
    )
    parser.add_argument("what", nargs="?", choices=["up"], help="run everything")
    parser.add_argument("--name", default="worker-1", help="tells workers apart")
    parser.add_argument("--demo", action="store_true", help="with up: feed the samples")
    parser.add_argument("--workers", help="with up: how many workers, in place of WORKERS")
    given = parser.parse_args()
    try:
        workers = {"WORKERS": given.workers} if given.workers else {}
        config = Config.from_env({**os.environ, **workers})
        write_logs(config.log_level)
        if given.what == "up":
            return _supervise(config, demo=given.demo)
        asyncio.run(_work(config, given.name))
    except Texas811Error as error:
        sys.stderr.write(refusal(error))
        return EXIT_REFUSED
    return 0


def _supervise(config: Config, *, demo: bool) -> int:
    with Store(config.root).owned(on_rival=_stop) as is_free:
        if not is_free:
            sys.stderr.write(
                f"texas811 is running on {config.root} already. Stop it, or set DATA_DIR and "
                "PORT to run another beside it.\n"
            )
            return EXIT_REFUSED
        return asyncio.run(Supervisor(config, os.environ, demo=demo).run())


def _stop() -> None:
    """Stop as for any signal: another host writes to the volume, and two must not."""
    log.critical("another host has taken over the volume: stopping")
    os.kill(os.getpid(), signal.SIGTERM)


async def _work(config: Config, name: str) -> None:
    """Work until a signal asks to stop. A Redis that is away is waited for, never died of."""
    stop = Stop()
    while await _until_redis_answers(config.redis_address, stop):
        engine = make_engine(config, name=name, handle_signals=False)
        stop.engine = engine
        try:
            await engine.async_run()
        except asyncio.CancelledError:
            return  # arq stops itself by cancelling its main task
        except (RedisError, OSError) as error:
            log.warning("Redis is lost: %s", error)
        finally:
            stop.engine = None
            await engine.close()


class Stop:
    """Whether a signal has asked to stop, remembered whichever engine there is, or none."""

    def __init__(self) -> None:
        self.engine: Engine | None = None
        self._asked = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self._ask, number)

    def _ask(self, number: signal.Signals) -> None:
        self._asked.set()
        if self.engine:
            self.engine.handle_sig_wait_for_completion(number)

    @property
    def is_asked(self) -> bool:
        return self._asked.is_set()

    async def within(self, seconds: float) -> None:
        """Wait so long, or until a signal asks to stop."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._asked.wait()


async def _until_redis_answers(address: str, stop: Stop) -> bool:
    """Wait for Redis; return False if a signal asks, or has asked, to stop."""
    said = False
    while not stop.is_asked and not await answers(address):
        if not said:
            log.warning("waiting for Redis; what is accepted meanwhile is kept")
            said = True
        await stop.within(REDIS_PAUSE_SECONDS)
    return not stop.is_asked
