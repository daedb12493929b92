"""A service with a past, for `bench/dashboard.py`: tickets, finished jobs, an hour of samples."""

import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from _material import filed

from domain.access import Role
from jobs.lanes import LANES
from storage.api_keys import REQUESTS_PER_MINUTE_MAX, KeyTerms
from storage.clock import system_clock
from storage.layout import Layout
from storage.store import Store
from storage.telemetry_records import AttemptEnding, AttemptRecord, Mark, MarkKind

BATCH = 2_000
KINDS = ("extract_ticket", "validate_ticket", "recompute_timestamps")
MEASURES = {
    "ready": 40,
    "scheduled": 900,
    "running": 8,
    "retrying": 3,
    "oldest_s": 12,
    "in_per_s": 9,
    "out_per_s": 9,
    **{f"{what}_{part}_ms": 80 for what in ("wait", "run") for part in ("p50", "p95", "p99")},
}
TOGETHER = {
    "dead": 4,
    "owed": 20,
    "failures_per_s:TimeoutError": 1,
    "recoveries_per_s": 1,
    "sync_p50_ms": 4,
    "sync_p99_ms": 30,
    "slots": 8,
    "busy": 7,
    "disk_used_percent": 40,
    "redis_away": 0,
    "api_p99_ms": 20,
    "http_per_s": 30,
}


async def make_past(root: Path, *, tickets: int, jobs: int, seconds: int) -> str:
    """Fill a data directory; return a key that may do everything, as often as any."""
    store, layout, now = Store(root), Layout(root), system_clock()
    await store.open()
    for number in range(tickets):
        work = filed(number)
        (layout.tickets / work.name).write_bytes(work.content)
    chance = random.Random(811)  # noqa: S311 - the same past each time
    for start in range(0, jobs, BATCH):
        records = [attempt(number, jobs, now, chance) for number in range(start, start + BATCH)]
        store.telemetry.record_attempts_now(records)
    for at, values in samples(now, seconds, chance):
        await store.telemetry.sample(at, values)
    store.telemetry.mark_now(
        Mark(now - timedelta(minutes=20), MarkKind.DEPLOY, "version 0.1.0")
    )
    terms = KeyTerms(
        name="bench",
        role=Role.ADMIN,
        created_at=now,
        created_by="bench",
        requests_per_minute=REQUESTS_PER_MINUTE_MAX,
    )
    key, text = await store.api_keys.make(terms)
    await store.api_keys.add(key, now=now)
    store.telemetry.close_now()
    await store.close()
    return text


def attempt(number: int, of: int, now: datetime, chance: random.Random) -> AttemptRecord:
    """Return a finished attempt, the last of them a second ago; one in fifty has failed."""
    started = now - timedelta(seconds=1 + (of - number) * 0.1)
    has_failed = number % 50 == 0
    kind = KINDS[number % len(KINDS)]
    about = f"ticket-{number % 10_000:06}"
    lines = [json.dumps({"message": "stage", "level": "info", "job": f"{kind}:{number}"})]
    return AttemptRecord(
        token=number + 1,
        job_id=f"{kind}:{about}-{number}",
        kind=kind,
        lane=LANES[number % len(LANES)],
        number=1,
        worker="worker-1.bench",
        enqueued_at=started - timedelta(seconds=1),
        due_at=started - timedelta(milliseconds=chance.randrange(900)),
        started_at=started,
        ended_at=started + timedelta(milliseconds=chance.randrange(5, 400)),
        ending=AttemptEnding.RETRY if has_failed else AttemptEnding.DONE,
        said="the disk was full" if has_failed else "made",
        error="TimeoutError" if has_failed else None,
        about=about,
        arguments=json.dumps({"ticket_id": about}),
        logs=lines,
    )


def samples(
    now: datetime, seconds: int, chance: random.Random
) -> Iterator[tuple[datetime, dict[str, float]]]:
    """Yield what was seen each second up to now."""
    names = {f"{name}:{lane}": most for lane in LANES for name, most in MEASURES.items()}
    for second in range(seconds, 0, -1):
        values = {name: chance.random() * most for name, most in (names | TOGETHER).items()}
        yield now - timedelta(seconds=second), values
