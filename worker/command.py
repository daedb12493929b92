"""`python -m worker`: one worker. `python -m worker up`: everything, under one supervisor.

`worker.__main__` runs it.
"""

import argparse
import asyncio
import logging
import math
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from socket import gaierror

from redis.exceptions import RedisError

from config import EXIT_REFUSED, Config, refusal
from domain.errors import RejectedError, Texas811Error
from jobs.kinship import end_after
from jobs.listening import listen
from jobs.queue import connect_blocking
from jobs.span_sending import send_spans
from logs import write_logs
from storage.incarnations import checked_incarnation, new_incarnation
from storage.migration_notes import refuse_unmigrated
from storage.mounted import refuse_unmounted
from storage.store import Store
from worker import railway
from worker.engine import REDIS_PAUSE_SECONDS, Engine
from worker.first_restore import restore_from_bucket
from worker.redis_server import answers
from worker.restoring import supervise
from worker.settings import make_engine

EXIT_UNAVAILABLE = 5  # something that is needed does not answer; to start again may help
TROUBLE_PAUSE_SECONDS = 0.2
TROUBLE_PAUSE_SECONDS_MAX = 5.0

log = logging.getLogger(__name__)


def main() -> int:
    """Run what the arguments ask for; return the exit status."""
    given = _parser().parse_args()
    try:
        workers = {"WORKERS": given.workers} if given.workers else {}
        config = Config.from_env({**os.environ, **workers})
        write_logs(config.log_level)
        if config.volume:
            refuse_unmounted(config.root, config.volume)
        if given.what == "up":
            return _supervise(
                config,
                demo=given.demo,
                identity=given.restore_from_bucket,
                installation=given.installation,
            )
        send_spans(os.environ, service="texas811-worker")
        incarnation = new_incarnation(given.name)
        if given.incarnation:
            incarnation = checked_incarnation(given.incarnation)
        if given.supervisor:
            end_after(given.supervisor)
        asyncio.run(_work(config, given.name, incarnation))
    except Texas811Error as error:
        sys.stderr.write(refusal(error))
        # A failure that names a setting, such as REDIS_URL, is not mended by another start.
        is_refused = isinstance(error, RejectedError) or error.field is not None
        return EXIT_REFUSED if is_refused else EXIT_UNAVAILABLE
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m worker", description="Run one worker, or everything."
    )
    parser.add_argument("what", nargs="?", choices=["up"], help="run everything")
    parser.add_argument("--name", default="worker-1", help="what people call this worker")
    parser.add_argument("--demo", action="store_true", help="with up: feed the samples")
    parser.add_argument("--workers", help="with up: how many workers, in place of WORKERS")
    parser.add_argument(
        "--restore-from-bucket",
        type=Path,
        metavar="IDENTITY_FILE",
        help="with up: where there is nothing",
    )
    parser.add_argument("--installation", metavar="ID", help="with it: whose backup it is")
    # Both are given by the supervisor to its children.
    parser.add_argument("--incarnation", help=argparse.SUPPRESS)
    parser.add_argument("--supervisor", type=int, help=argparse.SUPPRESS)
    return parser


def _supervise(
    config: Config, *, demo: bool, identity: Path | None, installation: str | None
) -> int:
    railway.warn(config)
    with Store(config.root).owned(on_rival=_stop) as is_free:
        if not is_free:
            sys.stderr.write(
                f"texas811 is running on {config.root} already. Stop it, or set DATA_DIR and "
                "PORT to run another beside it.\n"
            )
            return EXIT_REFUSED
        refuse_unmigrated(config.root)
        _refuse_what_children_would(config)
        if identity:
            restore_from_bucket(config, identity, installation)
        return asyncio.run(supervise(config, os.environ, demo=demo))


def _refuse_what_children_would(config: Config) -> None:
    """Raise RejectedError for a Redis or an address that the children could not use.

    Whoever has the port already would answer in the place of our API, and be taken for it.
    """
    connect_blocking(config.redis_address).close()
    listen(config.address, config.port).close()


def _stop() -> None:
    """Stop as for any signal: another host writes to the volume, and two must not."""
    log.critical("another host has taken over the volume: stopping")
    os.kill(os.getpid(), signal.SIGTERM)


async def _work(config: Config, name: str, incarnation: str) -> None:
    """Work until a signal asks to stop.

    A Redis that is away, or a disk that is ill, is waited for and never died of. Raises
    RejectedError if the settings cannot be used.
    """
    stop, trouble = Stop(), Trouble()
    while await _until_redis_answers(config.redis_address, stop):
        engine = make_engine(
            config,
            name=name,
            incarnation=incarnation,
            on_begun=trouble.is_over,
            handle_signals=False,
        )
        stop.engine = engine
        try:
            await engine.async_run()
        except asyncio.CancelledError:
            return  # arq stops itself by cancelling its main task
        except (RedisError, OSError, Texas811Error) as error:
            trouble.say(error)
        finally:
            stop.engine = None
            await engine.close()
        await stop.within(trouble.pause())


class Trouble:
    """What keeps the worker from work: said once, and again when it is over.

    The pauses grow, so that a disk which stays ill is not busy with us.
    """

    def __init__(self) -> None:
        self._said = ""
        self._pause = TROUBLE_PAUSE_SECONDS
        self._begun_at = math.inf

    def say(self, error: Exception) -> None:
        """Say what it is, unless that was said before."""
        what = "Redis is lost" if _is_of_redis(error) else "waiting: no work can begin"
        said = f"{what}: {error.problem if isinstance(error, Texas811Error) else error}"
        if said != self._said:
            log.error("%s", said)
        self._said = said

    def is_over(self) -> None:
        """Say that work begins after all."""
        if self._said:
            log.warning("at work again; before: %s", self._said)
        self._said, self._begun_at = "", time.monotonic()

    def pause(self) -> float:
        """Return how long to wait (seconds); longer each time, unless all was well for a while."""
        if time.monotonic() - self._begun_at >= TROUBLE_PAUSE_SECONDS_MAX:
            self._pause = TROUBLE_PAUSE_SECONDS
        self._begun_at = math.inf
        pause, self._pause = self._pause, min(TROUBLE_PAUSE_SECONDS_MAX, self._pause * 2)
        return pause


def _is_of_redis(error: Exception) -> bool:
    """Has the connection failed? All else that the system refuses is of the disk."""
    is_of_a_socket = isinstance(error, (ConnectionError, TimeoutError, gaierror))
    return isinstance(error, RedisError) or is_of_a_socket


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
