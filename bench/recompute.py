"""Recomputing all stored tickets: the sweep beside reading them all the specification's way.

    python bench/recompute.py [--tickets 20000] [--turning 100]

A store of submitted tickets is made, of which so many have turned since; then the real job runs
over all of it, twice: the second time finds nothing to do. The alternative named for the ratio
reads every file with json.load and makes nothing of it, as the specification's listing does.
"""

import argparse
import asyncio
import json
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from config import Config
from domain.audit import SYSTEM, change
from domain.responses import Member, MemberResponse, Outcome, ResponseType
from domain.statements import SiteCheck
from domain.ticket import Ticket
from domain.timestamps import timestamps_of
from jobs.job import Env
from jobs.recompute_timestamps import RecomputeTimestamps
from jobs.wiring import make_env
from storage.layout import Layout
from storage.ticket_files import encode
from worker.redis_server import start_server

NOTICE = datetime(2026, 12, 7, 16, 0, tzinfo=UTC)  # start 9 December 10:00, expiry 28 December
AFTER_START = NOTICE + timedelta(hours=50)
LATER = NOTICE + timedelta(days=10)


def ticket(number: int, *, is_answered: bool) -> Ticket:
    """Return a submitted ticket; one that is answered turns when its lawful start comes."""
    answer = MemberResponse(
        id=f"r{number}",
        member_code="ATM01",
        member_name="Atmos",
        outcome=Outcome.MARKED,
        response_type=ResponseType.POSITIVE,
        response_date=NOTICE,
        received_at=NOTICE,
    )
    check = SiteCheck(
        checked_at=NOTICE,
        checked_by="Dana Ruiz",
        ticket_copy_on_site=True,
        place_verified=True,
        white_lines_verified=True,
        no_unmarked_lines_seen=True,
    )
    made = Ticket.model_validate(
        {
            "id": f"ticket-{number:06}",
            "status": "ResponsesIn" if is_answered else "Submitted",
            "created_at": NOTICE,
            "updated_at": NOTICE,
            "requested_at": NOTICE,
            "notice_at": NOTICE,
            "texas811_ticket_number": f"26341{number:06}",
            "company": "Caprock Line Builders",
            "county": "Travis",
            "city": "Austin",
            "members": [Member(code="ATM01", name="Atmos", extended_until=LATER)],
            "member_responses": [answer] if is_answered else [],
            "site_check": check if is_answered else None,
        }
    )
    return made.revised(now=NOTICE, **timestamps_of(made))


def fill(root: Path, tickets: int, turning: int) -> None:
    """Write so many tickets, without the syncs that make a commit durable."""
    layout = Layout(root)
    for number in range(tickets):
        made = ticket(number, is_answered=number < turning).model_copy(update={"version": 1})
        event = change(None, made, by=SYSTEM, action="ticket_submitted").event
        layout.ticket(made.id).write_bytes(encode(made, event))


async def sweep(env: Env) -> tuple[float, str]:
    """Run the job over everything; return the seconds it took and what it says."""
    started = time.perf_counter()
    outcome = await RecomputeTimestamps().run(env)
    return time.perf_counter() - started, str(outcome)


def read_plainly(root: Path) -> float:
    """Return the seconds that it takes to load every file as JSON, and no more."""
    started = time.perf_counter()
    for path in Layout(root).tickets.iterdir():
        with path.open(encoding="utf-8") as file:
            json.load(file)
    return time.perf_counter() - started


async def main(tickets: int, turning: int) -> None:
    """Fill a store, sweep it twice, and print the times side by side."""
    with tempfile.TemporaryDirectory() as directory:
        socket = Path(directory) / "redis.sock"
        redis = await start_server(socket)
        config = Config(data_dir=Path(directory) / "data", redis_url=f"unix://{socket}")
        env = replace(make_env(config), clock=lambda: AFTER_START)
        await env.store.open()
        fill(config.root, tickets, turning)
        plain = read_plainly(config.root)
        turned, said = await sweep(env)
        idle, nothing = await sweep(env)
        await env.queue.close()
        redis.kill()
        await redis.wait()
    each = 1e6 / tickets
    print(f"{tickets} stored tickets, one core")
    print(
        f"  json.load of every file, no more      {plain:6.2f} s  {plain * each:6.0f} us a ticket"
    )
    print(f"  sweep, {turning} tickets turn{'':18}{turned:6.2f} s  {said}")
    print(
        f"  sweep again, nothing to do            {idle:6.2f} s  {idle * each:6.0f} us a ticket  {nothing}"
    )
    print(f"  the law costs {idle / plain:.1f} times the bare reading")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=20_000)
    parser.add_argument("--turning", type=int, default=100)
    asked = parser.parse_args()
    asyncio.run(main(asked.tickets, asked.turning))
