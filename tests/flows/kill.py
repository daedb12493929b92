"""kill -9 of a worker in the middle of an extraction, then of Redis, then of everything.

    python -m tests.flows.kill [--rounds 20] [--orders 6]

Each round starts the service on the same data, hands in work orders, waits until a worker is
in the middle of reading, and kills. After the last round it is started once more and everything
accepted must be there exactly once: one ticket, and one creation event in the audit log.
"""

import argparse
import asyncio
import collections
import json
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from redis.exceptions import RedisError

from config import Config
from jobs.queue import RUNNING_KEY, connect, disconnect
from tests.flows.service import Service, free_port

SETTLE_SECONDS_MAX = 60.0
# Long enough to be caught in the middle of being read.
FILLER_LINES = 1_500


@dataclass
class Tally:
    """What was promised, and what came of it."""

    accepted: dict[str, str] = field(default_factory=dict)  # ticket id -> company
    caught_running: int = 0
    recovery_seconds: float = 0.0


def order(company: str) -> bytes:
    notes = "".join(f"Note {line}: bring cones and plates\n" for line in range(FILLER_LINES))
    return f"WORK ORDER\nContractor: {company}\nCounty: Travis\nCity: Austin\n{notes}".encode()


async def rounds(data: Path, *, count: int, orders: int) -> Tally:
    """Run the rounds on one data directory and return what was accepted."""
    tally = Tally()
    port = free_port()
    for number in range(count):
        service = await Service.up(data, port=port)
        await service.until_started("worker-1")
        await hand_in(service, tally, number, orders)
        if await running_jobs(data):
            tally.caught_running += 1
        service.kill("worker-1")
        await asyncio.sleep(0.05 * (number % 4))
        service.kill("redis")
        await asyncio.sleep(0.05 * (number % 3))
        await service.kill_all()
    started = time.monotonic()
    service = await Service.up(data, port=port)
    await until_settled(service, tally)
    tally.recovery_seconds = time.monotonic() - started
    await service.stop()
    return tally


async def hand_in(service: Service, tally: Tally, number: int, orders: int) -> None:
    """Post the orders one by one until the worker is in the middle of one of them."""
    for index in range(orders):
        company = f"Excavator {number}-{index}"
        answer = await service.client.post(
            "/work-orders",
            files={"file": (f"{company}.txt", order(company))},
            headers={"Idempotency-Key": company},
        )
        tally.accepted[answer.raise_for_status().json()["ticket_id"]] = company


async def running_jobs(data: Path) -> int:
    """Wait a moment for a job that is running now; return how many there are."""
    redis = connect(Config(data_dir=data).redis_address)
    try:
        for _look in range(200):
            if running := await redis.execute_command("HLEN", RUNNING_KEY):
                return int(running)
            await asyncio.sleep(0.01)
    except RedisError:
        pass
    finally:
        await disconnect(redis)
    return 0


async def until_settled(service: Service, tally: Tally) -> None:
    """Wait until as many tickets are listed as were accepted."""
    deadline = time.monotonic() + SETTLE_SECONDS_MAX
    while time.monotonic() < deadline:
        listed = (await service.client.get("/tickets", params={"limit": 1})).json()
        if listed["total"] >= len(tally.accepted):
            return
        await asyncio.sleep(0.05)


def faults(data: Path, tally: Tally) -> list[str]:
    """Compare the disk with what was accepted; read as plain files, by none of our code."""
    found = []
    tickets = {}
    for path in (data / "tickets").glob("ticket_*.json"):
        ticket = json.loads(path.read_text())
        tickets[ticket["id"]] = ticket
    lines = [
        json.loads(line)
        for path in (data / "audit").glob("*/audit_*.jsonl")
        for line in path.read_text().splitlines()
    ]
    created = collections.Counter(
        line["ticket_id"] for line in lines if line["action"] == "ticket_created"
    )
    for ticket_id, company in tally.accepted.items():
        if ticket_id not in tickets:
            found.append(f"lost: {company}")
        elif tickets[ticket_id]["company"] != company:
            found.append(f"wrong: {company} is {tickets[ticket_id]['company']}")
        if created[ticket_id] != 1:
            found.append(f"{company} has {created[ticket_id]} creation events")
    extra = set(tickets) - set(tally.accepted)
    found += [f"nobody asked for {ticket_id}" for ticket_id in extra]
    found += [f"left behind: {path}" for path in data.rglob("*.tmp")]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--orders", type=int, default=6)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        data = Path(directory) / "data"
        tally = asyncio.run(rounds(data, count=asked.rounds, orders=asked.orders))
        found = faults(data, tally)
    sys.stdout.write(
        f"{asked.rounds} rounds, {len(tally.accepted)} work orders accepted, "
        f"{tally.caught_running} workers killed in the middle of an extraction, "
        f"all there {tally.recovery_seconds:.1f} s after the last `up`; faults: {len(found)}\n"
    )
    for fault in found:
        sys.stdout.write(f"  {fault}\n")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
