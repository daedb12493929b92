"""`texas811 doctor`: what is wrong with this installation, and how to mend it.

It looks at everything that a person would look at, each by itself, so that it also tells the rest
while Redis is away, the data directory is missing or a variable is wrong. It changes nothing.
"""

import asyncio
import logging
import os
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import doctor_checks as checks
from cli import doctor_machine as machine
from cli.diagnosis import Diagnosis, State
from cli.doctor_bucket import look_at_bucket
from cli.doctor_restore import look_at_restore
from cli.doctor_settings import ON_RAILWAY, drain, keeping, settings, usable
from cli.statuses import Status
from cli.tables import print_json, print_table
from config import Config
from domain.errors import RejectedError, Texas811Error
from extraction.ocr.tesseract import Tesseract
from storage.clock import system_clock

if TYPE_CHECKING:
    from storage.store import Store

LOCK = Path(__file__).parent.parent / "requirements" / "run.lock"
VOLUME_PATH = "RAILWAY_VOLUME_MOUNT_PATH"
API_SECONDS_MAX = 2.0
HIDDEN_STATES = frozenset({State.OK})
STYLES = {State.OK: "green", State.NOTE: "yellow", State.WRONG: "bold red"}


def doctor(
    *,
    brief: Annotated[
        bool, typer.Option("--brief", help="Leave out what is as it should be.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False,
) -> None:
    """Look at settings, volume, Redis, workers, clock, versions, store, queue and keys.

    Each is ok, a note (it works, and somebody may want it otherwise) or wrong, with what mends
    it. Exit status: 0 if nothing is wrong, 9 if something is.
    """
    # What others log beside is among the findings, or of no use here.
    logging.getLogger().addHandler(logging.NullHandler())
    found = list(asyncio.run(Examination(os.environ).run()))
    shown = [one for one in found if not (brief and one.state in HIDDEN_STATES)]
    if as_json:
        print_json([one.as_json() for one in shown])
    else:
        _print(shown, found)
    if any(one.state is State.WRONG for one in found):
        raise typer.Exit(Status.WRONG)


@dataclass(slots=True)
class Examination:
    """One look at everything."""

    environ: Mapping[str, str]
    found: list[Diagnosis] = field(default_factory=list)
    logged_at: datetime | None = None
    can_ask_redis: bool = True

    async def run(self) -> Sequence[Diagnosis]:
        """Return what was seen, in the order of the groups."""
        wall, monotonic = system_clock(), time.monotonic()
        config, refused = usable(self.environ)
        self.found += settings(self.environ, config, refused)
        self.found += keeping(config)
        self._look_at_volume(config)
        await self._look_at_service(config)
        await self._look_at_store(config)
        self.found += look_at_restore(config.root)
        self.found += await look_at_bucket(config, system_clock())
        self.found += drain(config, is_on_railway=bool(self.environ.get(ON_RAILWAY)))
        now = system_clock()
        jumped = (now - wall).total_seconds() - (time.monotonic() - monotonic)
        self.found += machine.clock(now, jumped_seconds=jumped, logged_at=self.logged_at)
        self.found += machine.zones(now.year)
        lock = LOCK.read_text("utf-8") if LOCK.is_file() else None
        self.found += machine.versions(lock, machine.installed_version)
        self.found += machine.pictures(Tesseract())
        return self.found

    def _look_at_volume(self, config: Config) -> None:
        from storage.examining import volume_at

        try:
            seen = volume_at(config.root)
        except Texas811Error as failure:
            self.found.append(checks.VOLUME.failed("data directory", failure))
            return
        self.found += checks.volume(
            seen,
            self.environ.get(VOLUME_PATH),
            is_on_railway=bool(self.environ.get(ON_RAILWAY)),
        )

    async def _look_at_service(self, config: Config) -> None:
        from jobs.examining import look_at_redis
        from storage.examining import living_workers, owner_of

        owner = owner_of(config.root, now=system_clock())
        workers = living_workers(config.root)
        answers = await asyncio.to_thread(api_answers, config.url)
        self.found += checks.service(owner, workers, wanted=config.workers, answers=answers)
        is_our_own = config.redis_url is None
        try:
            seen = await look_at_redis(config.redis_address, system_clock)
        except Texas811Error as failure:
            if is_our_own and not (owner and owner.is_alive):
                remedy = "`texas811 up` starts one of its own; or set REDIS_URL."
                self.found.append(checks.REDIS.note("server", "Not running.", remedy))
            else:
                self.found.append(checks.no_redis(failure))
            self.can_ask_redis = not isinstance(failure, RejectedError)
        else:
            self.found.append(checks.heartbeat(seen.heartbeat_seconds, workers))
            self.found += checks.redis(seen, is_our_own=is_our_own)

    async def _look_at_store(self, config: Config) -> None:
        from storage.migration_notes import refuse_unmigrated
        from storage.store import Store

        store = Store(config.root)
        if not store.quarantine.layout.tickets.is_dir():
            return  # that is told of with the volume
        try:
            refuse_unmigrated(config.root)
        except RejectedError as failure:
            self.found.append(checks.STORE.failed("layout", failure))
        for name, look in (
            (checks.STORE, self._look_at_contents(store)),
            (checks.QUEUE, self._look_at_queue(config)),
            (checks.KEYS, self._look_at_keys(store, config)),
        ):
            try:
                await look
            except Texas811Error as failure:
                self.found.append(name.failed("readable", failure))

    async def _look_at_contents(self, store: "Store") -> None:
        from storage.examining import contents_of
        from storage.restoring import Restoring

        seen = await asyncio.to_thread(contents_of, store.quarantine.layout.root)
        self.logged_at = seen.logged_at
        damage = await Restoring(store).damage(limit=0)
        self.found += checks.store(seen, damage.total)

    async def _look_at_queue(self, config: Config) -> None:
        from jobs.queue_state import QueueWatch
        from jobs.wiring import make_env

        if not self.can_ask_redis:
            config = config.model_copy(update={"redis_url": None})
        env = make_env(config)
        try:
            self.found += checks.queue(await QueueWatch(env, patience_seconds=None).look())
        finally:
            await env.queue.close()

    async def _look_at_keys(self, store: "Store", config: Config) -> None:
        store.api_keys.give(config.api_keys, now=system_clock())
        self.found += checks.keys(await store.api_keys.list(), system_clock())


def api_answers(url: str) -> bool | None:
    """Return whether our API answers there; None if something else does."""
    import httpx2

    try:
        with httpx2.Client(timeout=API_SECONDS_MAX, trust_env=False) as client:
            answer = client.get(f"{url}/healthz")
    except (httpx2.ConnectError, httpx2.TimeoutException):
        return False
    except httpx2.TransportError:  # somebody is there, and does not speak HTTP
        return None
    is_json = answer.headers.get("content-type", "").startswith("application/json")
    return True if answer.is_success and is_json else None


def _print(shown: Iterable[Diagnosis], found: Sequence[Diagnosis]) -> None:
    from rich.text import Text

    rows: list[tuple[Text | str, ...]] = []
    for group, members in groupby(shown, key=lambda one: one.group):
        rows.append(("", Text(group, "bold"), "", ""))
        rows += [
            (Text(one.state, STYLES[one.state]), one.name, one.seen, one.remedy)
            for one in members
        ]
    if rows:
        print_table(("", "what", "seen", "how to mend it"), rows)
    counts = {state: sum(one.state is state for one in found) for state in State}
    told = ", ".join(f"{counts[state]} {state}" for state in reversed(State))
    sys.stdout.write(f"{told}.\n")
