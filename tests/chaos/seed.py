"""One seed: a service, clients, faults; then quiet, the end of the service, and the verdict."""

import asyncio
import time
from dataclasses import dataclass, field
from pathlib import Path

from jobs.owed import owed_work
from storage.store import Store
from tests.chaos.clients import CLIENTS, Client
from tests.chaos.faults import Injector
from tests.chaos.history import Verdict, verdict_on
from tests.chaos.host import Host
from tests.chaos.receipts import Receipts
from tests.chaos.recovery import Recovery, recoveries

SETTLE_SECONDS_MAX = 60.0
LOOK_SECONDS = 0.1


@dataclass
class Outcome:
    """What one seed came to."""

    seed: int
    receipts: Receipts
    faults: dict[str, int] = field(default_factory=dict)
    settle_seconds: float = 0.0
    refusals: int = 0
    tracebacks: int = 0
    recoveries: list[Recovery] = field(default_factory=list)
    verdict: Verdict = field(default_factory=Verdict)


async def run_seed(seed: int, seconds: float, place: Path) -> Outcome:
    """Run one seed in a directory of its own, and judge."""
    outcome = Outcome(seed, Receipts())
    async with Host(place) as host:
        injector = Injector(host, seed)
        unsettled = await _disturb(host, injector, outcome, seconds)
        status, left = await host.stop()
        outcome.faults = dict(sorted(injector.done.items()))
        outcome.refusals, outcome.tracebacks = host.refusals, host.log.tracebacks
        outcome.recoveries = recoveries(injector.interruptions, host.log.runs, injector.times)
        outcome.verdict = await verdict_on(host.config.root, outcome.receipts, injector.poison)
    outcome.verdict.wrong += unsettled
    if status != 0:
        outcome.verdict.wrong.append(f"the service ended with status {status}")
    outcome.verdict.wrong += (
        f"outlived the service: {pid} {command}" for pid, command in left.items()
    )
    return outcome


async def _disturb(
    host: Host, injector: Injector, outcome: Outcome, seconds: float
) -> list[str]:
    """Let clients work while faults are done; then wait for quiet. Returns what did not settle."""
    stopping = asyncio.Event()
    clients = [
        Client(f"{outcome.seed}-{number}", host, outcome.receipts) for number in range(CLIENTS)
    ]
    working = [asyncio.create_task(client.run(stopping)) for client in clients]
    await injector.run(seconds)
    stopping.set()
    await injector.end()
    quiet_at = time.monotonic()
    found = []
    try:
        async with asyncio.timeout(SETTLE_SECONDS_MAX):
            await asyncio.gather(*working)
            await host.until_healthy()
            while await owed_work(Store(host.config.root)):
                await asyncio.sleep(LOOK_SECONDS)
    except TimeoutError:
        found.append(f"not settled {SETTLE_SECONDS_MAX:.0f} s after the last fault")
    finally:
        for task in working:
            task.cancel()
    outcome.settle_seconds = time.monotonic() - quiet_at
    return found
