"""The telemetry: ours beside JSON lines, for the same attempts and samples, as ratios.

    python bench/telemetry.py [--attempts 100000] [--days 30]

JSON lines are how the audit log is kept: one line an attempt as it begins and one as it ends, one
line a sample, a file a day. To write they are the cheapest there is; to answer they must be read.
"""

import argparse
import json
import statistics
import struct
import tempfile
import time
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from storage import series
from storage.layout import Layout
from storage.telemetry import Telemetry
from storage.telemetry_records import AttemptEnding, AttemptRecord
from storage.telemetry_times import ms_of

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
LANES = ("within_1s", "within_30s", "whenever")
PER_LANE = (
    *("ready", "scheduled", "running", "retrying", "oldest_s", "in_per_s", "out_per_s"),
    *("wait_p50_ms", "wait_p95_ms", "wait_p99_ms", "run_p50_ms", "run_p95_ms", "run_p99_ms"),
)
TOGETHER = (
    *("dead", "owed", "recoveries_per_s", "sync_p50_ms", "sync_p99_ms", "slots", "busy"),
    *("disk_used_percent", "redis_away", "api_p99_ms", "http_per_s"),
    *(f"failures_per_s:Error{number}" for number in range(12)),
)
NAMES = [f"{name}:{lane}" for lane in LANES for name in PER_LANE] + [*TOGETHER]
ATTEMPT_FIELDS = [field.name for field in fields(AttemptRecord)]
BATCH = 50  # as many attempts as a busy worker writes at a time
ROUNDS = 7
LINE = (
    '{"level": "info", "message": "the job is done", "job_id": "%s", "ms": 12.5, "attempt": 1}'
)


def attempt(number: int, count: int) -> AttemptRecord:
    """Return one of many attempts: some wait, some fail, and each has logged a little."""
    started = NOW - timedelta(seconds=(count - number) * 5)
    job_id = f"extract_ticket:{number * 7919 % count:012x}"
    ending = AttemptEnding.BURIED if number % 500 == 0 else AttemptEnding.DONE
    return AttemptRecord(
        token=number + 1,
        job_id=job_id,
        kind="extract_ticket" if number % 3 else "validate_ticket",
        lane=LANES[number % 97 % 3],
        number=1,
        worker=f"worker-{number % 4}.0a1b2c3d-{number % 4:08x}",
        enqueued_at=started,
        due_at=started,
        started_at=started,
        ended_at=started + timedelta(milliseconds=40 + number % 300),
        ending=ending,
        said="done",
        error="ValueError" if ending is AttemptEnding.BURIED else None,
        about=f"ticket-{number % 10_000}",
        arguments=json.dumps({"work_order_id": f"order-{number}"}),
        request_id=f"{number:032x}",
        logs=[LINE % job_id] * 3,
    )


def value_of(number: int, name: int) -> float:
    """Return some value for one series in one second."""
    return float((number * 31 + name * 17) % 1000)


def as_line(record: AttemptRecord) -> dict[str, Any]:
    """Return an attempt as a line says it."""
    return {name: getattr(record, name) for name in ATTEMPT_FIELDS}


class JsonLines:
    """The other way: a file of lines a day, read from its beginning."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, Any] = {}

    def append(self, what: str, at: datetime, lines: list[dict[str, Any]]) -> None:
        name = f"{what}_{at:%Y%m%d}.jsonl"
        file = self._files.get(name)
        if file is None:
            file = self._files[name] = (self._folder / name).open("ab", buffering=0)
        file.write("".join(json.dumps(line, default=str) + "\n" for line in lines).encode())

    def record(self, records: list[AttemptRecord]) -> None:
        begun = [as_line(replace(one, ended_at=None, ending=None, logs=())) for one in records]
        self.append("attempts", records[0].started_at, begun)
        self.append("attempts", records[0].started_at, [as_line(one) for one in records])

    def hour(self) -> list[Any]:
        """Return the samples of the last hour: those of a day are read."""
        since = (NOW - timedelta(hours=1)).isoformat()
        with (self._folder / f"samples_{NOW:%Y%m%d}.jsonl").open() as lines:
            return [one for one in map(json.loads, lines) if one["at"] >= since]

    def job(self, job_id: str) -> list[Any]:
        """Return the attempts at a job: they may lie in any file, and a word finds their lines."""
        return [
            json.loads(line)
            for path in sorted(self._folder.glob("attempts_*.jsonl"))
            for line in path.open()
            if job_id in line
        ]

    @property
    def size(self) -> int:
        return sum(path.stat().st_size for path in self._folder.iterdir())


def fill_samples(telemetry: Telemetry, days: int) -> None:
    """Fill every ring, as so many days of samples leave it; to take them would take days."""

    def fill(connection: Any) -> None:
        connection.executemany("INSERT INTO series (name) VALUES (?)", [(n,) for n in NAMES])
        for ring in series.RINGS:
            last = ms_of(NOW) // ring.step_ms
            steps = min(ring.keeps, days * 86_400_000 // ring.step_ms)
            connection.executemany(
                "INSERT OR REPLACE INTO samples VALUES (?, ?, ?)",
                (
                    (ring.place(number), number * ring.step_ms, row_of(number))
                    for number in range(last - steps + 1, last + 1)
                ),
            )

    telemetry._file.write(fill)  # noqa: SLF001 - the past, which nobody can sample


def row_of(number: int) -> bytes:
    """Return a row of a ring as `storage/series.py` writes it."""
    return struct.pack(
        f"<{len(NAMES)}f", *(value_of(number, name) for name in range(len(NAMES)))
    )


def fill_lines(lines: JsonLines) -> None:
    """Write the samples of the last day: what an older one costs does not show in a question."""
    for number in range(0, 86_400, 10):
        at = NOW - timedelta(seconds=86_400 - number)
        lines.append("samples", at, [sample_of(number) | {"at": at.isoformat()}])


def sample_of(number: int) -> dict[str, Any]:
    """Return one second's values by their names."""
    return {name: value_of(number, place) for place, name in enumerate(NAMES)}


def milliseconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the median time of doing this."""
    spent = []
    for _round in range(rounds):
        begun = time.perf_counter()
        work()
        spent.append((time.perf_counter() - begun) * 1000)
    return statistics.median(spent)


def write_all(ours: Telemetry, lines: JsonLines, count: int) -> tuple[float, float]:
    """Write every attempt in both ways, by turns; return what one attempt costs (ms)."""
    ours_ms, lines_ms = [], []
    for start in range(0, count, BATCH):
        some = [attempt(number, count) for number in range(start, min(count, start + BATCH))]
        begun = [replace(one, ended_at=None, ending=None, logs=()) for one in some]

        def told(begun: list[AttemptRecord] = begun, some: list[AttemptRecord] = some) -> None:
            ours.record_attempts_now(begun)
            ours.record_attempts_now(some)

        ours_ms.append(milliseconds(told, 1))
        lines_ms.append(milliseconds(lambda some=some: lines.record(some), 1))
    return sum(ours_ms) / count, sum(lines_ms) / count


def show(what: str, ours: float, lines: float | None = None) -> None:
    """Print a figure of ours, and how many times as long the other way took."""
    beside = f"{lines:12.3f}{lines / ours:10.1f}" if lines is not None else ""
    print(f"{what:44}{ours:12.3f}{beside}")


def questions(ours: Telemetry) -> dict[str, Callable[[], object]]:
    """Return what is asked of ours alone."""
    window, attempts = ours._window, ours._attempts  # noqa: SLF001 - without the hop
    return {
        "window, a day": lambda: window(NOW - timedelta(days=1), NOW),
        "window, 7 days": lambda: window(NOW - timedelta(days=7), NOW),
        "window, 30 days": lambda: window(NOW - timedelta(days=30), NOW),
        "attempts, the newest 50": attempts,
        "attempts, dead ones of one kind": lambda: attempts(
            kind="validate_ticket", ending=AttemptEnding.BURIED
        ),
        "attempts, of a kind that there is not": lambda: attempts(kind="none"),
        "attempts, about one ticket": lambda: attempts(about="ticket-77"),
        "attempts, those that run": lambda: attempts(is_running=True),
        "retrying": lambda: ours._retrying(NOW),  # noqa: SLF001 - measured without its thread
        "tallies, 7 days by the hour": lambda: ours._tallies(  # noqa: SLF001 - measured without its thread
            NOW - timedelta(days=7), NOW, timedelta(hours=1)
        ),
    }


def main(count: int, days: int) -> None:
    """Fill both, ask both, and print."""
    with tempfile.TemporaryDirectory(prefix="texas811-") as folder:
        layout = Layout(Path(folder) / "data")
        layout.locks.mkdir(parents=True)
        (Path(folder) / "lines").mkdir()
        ours, lines = Telemetry(layout), JsonLines(Path(folder) / "lines")
        print(f"{count:,} attempts, {days} days of {len(NAMES)} series; ms, and lines / ours")
        show("write an attempt, begun and ended", *write_all(ours, lines, count))
        fill_samples(ours, days)
        fill_lines(lines)
        values = sample_of(1)
        second, sample = iter(range(1, 10_000)), ours._sample  # noqa: SLF001 - without the hop
        show(
            "write a sample, with all that follows",
            milliseconds(lambda: sample(NOW + next(second) * timedelta(seconds=1), values), 99),
            milliseconds(lambda: lines.append("samples", NOW, [values | {"at": "9999"}]), 99),
        )
        job_id = attempt(count // 2, count).job_id
        show(
            "the last hour",
            milliseconds(lambda: ours._window(NOW - timedelta(hours=1), NOW)),  # noqa: SLF001 - measured without its thread
            milliseconds(lines.hour, 3),
        )
        show(
            "the attempts at one job",
            milliseconds(lambda: ours._job(job_id)),  # noqa: SLF001 - measured without its thread
            milliseconds(lambda: lines.job(job_id), 3),
        )
        for what, ask in questions(ours).items():
            show(what, milliseconds(ask))
        ours.close_now()
        size = ours.path.stat().st_size
        print(
            f"{size / 1e6:.0f} MB beside {lines.size / 1e6:.0f} MB of lines (samples of a day)"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--attempts", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=30)
    given = parser.parse_args()
    main(given.attempts, given.days)
