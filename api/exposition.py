"""Metrics as Prometheus reads them: each with its unit in its name, and what it tells.

Imported late: `prometheus_client` takes a tenth of a second.
"""

import platform
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder

from api.known import Known
from jobs.health.causes import Level
from storage.timings import SYNCS, Spread

Labels = TypeVar("Labels", bound=tuple[str, ...])


class _Told:
    """What is known at one scrape, as the encoder asks for it."""

    def __init__(self, known: Known) -> None:
        self._known = known

    def collect(self) -> Iterator[Metric]:
        for part in PARTS:
            yield from part(self._known)


def written(known: Known, accept: str) -> tuple[bytes, str]:
    """Return the text, in the format that the `Accept` of the request asks for, and its type."""
    encode, media_type = choose_encoder(accept)
    return encode(_Told(known)), media_type


def _gauge(
    name: str, told: str, values: Mapping[Labels, float | None], labels: tuple[str, ...] = ()
) -> Iterator[Metric]:
    """Yield a metric with the values that are known; nothing if none is."""
    metric = GaugeMetricFamily(f"texas811_{name}", told, labels=labels)
    for key, value in values.items():
        if value is not None:
            metric.add_metric(key, value)
    if metric.samples:
        yield metric


def _histogram(
    name: str,
    told: str,
    spreads: Mapping[Labels, Spread],
    labels: tuple[str, ...] = (),
) -> Iterator[Metric]:
    metric = HistogramMetricFamily(f"texas811_{name}", told, labels=labels)
    for key, spread in spreads.items():
        metric.add_metric(key, _buckets(spread), spread.seconds)
    if metric.samples:
        yield metric


def _buckets(spread: Spread) -> list[tuple[str, float]]:
    """Return how many were no longer than each bound: here each counts those below it, too."""
    bounds = [*map(str, spread.bounds), "+Inf"]
    sums = [sum(spread.counts[: at + 1]) for at in range(len(bounds))]
    return list(zip(bounds, sums, strict=True))


def _build(known: Known) -> Iterator[Metric]:
    about = {"version": known.version, "python": platform.python_version()}
    yield InfoMetricFamily("texas811_build", "The release that runs.", value=about)


def _verdict(known: Known) -> Iterator[Metric]:
    yield from _gauge(
        "verdict",
        "How things stand: 0 healthy, 1 degraded, 2 stuck.",
        {(): known.verdict.level.rank},
    )
    causes = known.verdict.causes
    counts = {(level.value,): sum(one.level is level for one in causes) for level in Level}
    yield from _gauge("verdict_causes", "Causes of the verdict, by level.", counts, ("level",))


def _queue(known: Known) -> Iterator[Metric]:
    lanes = known.seen.lanes.values()
    yield from _gauge(
        "queue_jobs",
        "Jobs by lane and state; dead: those that were given up.",
        {
            (lane.lane, state): getattr(lane, state)
            for lane in lanes
            for state in ("ready", "scheduled", "running", "retrying", "dead")
        },
        ("lane", "state"),
    )
    yield from _gauge(
        "queue_oldest_ready_seconds",
        "How long the oldest job that is ready has waited.",
        {(lane.lane,): lane.oldest_seconds for lane in lanes},
        ("lane",),
    )
    yield from _gauge(
        "queue_target_seconds",
        "How long a job of the lane should wait at most.",
        {(lane.lane,): lane.target_seconds for lane in lanes},
        ("lane",),
    )
    yield from _gauge(
        "paused",
        "1 for each lane and kind of job that somebody has paused.",
        {(pause.what, pause.name): 1 for pause in known.seen.pauses},
        ("what", "name"),
    )
    yield from _gauge("redis_up", "Whether Redis answers.", {(): not known.seen.redis.problem})


def _jobs(known: Known) -> Iterator[Metric]:
    if known.jobs is not None:
        counter = CounterMetricFamily(
            "texas811_jobs",
            "Attempts at jobs that have ended since this process was started, by kind and ending.",
            labels=("kind", "ending"),
        )
        for (kind, ending), count in known.jobs.items():
            counter.add_metric((kind, ending.value), count)
        yield counter
    for name, told, timings in (
        ("job_wait_seconds", "How long a job was due before it was begun.", known.waits),
        ("job_run_seconds", "How long an attempt at a job took.", known.runs),
    ):
        spreads = {(lane,): one.spread() for lane, one in timings.items()}
        yield from _histogram(name, told, spreads, ("lane",))
    dead, owed = known.seen.dead, known.seen.owed
    yield from _gauge(
        "dead_letters", "Jobs that were given up.", {(): dead.count if dead else None}
    )
    yield from _gauge(
        "work_orders_owed",
        "Accepted work orders that have no ticket yet.",
        {(): owed.count if owed else None},
    )


def _schedule(known: Known) -> Iterator[Metric]:
    yield from _gauge(
        "schedule_late_seconds",
        "How long an entry of the schedule has been due and not rung for.",
        {(entry.job,): entry.late_seconds for entry in known.seen.schedule},
        ("job",),
    )


def _tickets(known: Known) -> Iterator[Metric]:
    counts = {(str(status),): count for status, count in (known.tickets or {}).items()}
    yield from _gauge("tickets", "Tickets by status.", counts, ("status",))


def _store(known: Known) -> Iterator[Metric]:
    told = "How long this process waited for the disk to make a write durable."
    yield from _histogram("store_sync_seconds", told, {(): SYNCS.spread()})
    disk, audit, backups = known.seen.disk, known.seen.audit, known.seen.backups
    if disk:
        yield from _gauge("disk_free_bytes", "Free space of the volume.", {(): disk.free_bytes})
        told = "Size of the volume, but for what is reserved for others."
        yield from _gauge("disk_size_bytes", told, {(): disk.total_bytes})
        yield from _gauge(
            "disk_files_used_ratio",
            "Which part of the files that the volume can hold there are.",
            {(): disk.used_files_share},
        )
        yield from _gauge("disk_writable", "Whether it takes writes.", {(): not disk.problem})
    if audit:
        yield from _gauge(
            "audit_chain_intact",
            "Whether the last lines of the audit log hang together.",
            {(): not audit.problem},
        )
    if backups and backups.created_at:
        yield from _gauge(
            "backup_last_timestamp_seconds",
            "When the last backup was made.",
            {(): backups.created_at.timestamp()},
        )


def _http(known: Known) -> Iterator[Metric]:
    spreads = {
        (method, route, str(status)): spread
        for (method, route, status), spread in known.latencies.spreads().items()
    }
    yield from _histogram(
        "http_request_duration_seconds",
        "How long it took until an answer of this one process began.",
        spreads,
        ("method", "route", "status"),
    )


def _workers(known: Known) -> Iterator[Metric]:
    yield from _gauge(
        "workers_alive",
        "Workers that live, proved by the locks that they hold, and are not silent.",
        {(): None if known.seen.alive is None else len(known.seen.alive)},
    )
    yield from _gauge(
        "workers_silent",
        "Workers that live and have told nothing of themselves for 10 s: they stand still.",
        {(): len(known.seen.silent)},
    )
    yield from _gauge(
        "worker_slots",
        "How many jobs a worker can run at a time.",
        {(one.name,): one.slots for one in known.seen.workers},
        ("process",),
    )


def _processes(known: Known) -> Iterator[Metric]:
    processes = known.seen.processes
    for name, told, values in (
        (
            "process_resident_memory_bytes",
            "Memory of a process of the service.",
            {(one.name,): float(one.rss_bytes) for one in processes},
        ),
        (
            "process_loop_lag_seconds",
            "How late the loop of a process was of late.",
            {(one.name,): one.loop_lag_ms / 1000 for one in processes},
        ),
        (
            "process_start_time_seconds",
            "When a process of the service was started.",
            {(one.name,): one.started_at.timestamp() for one in processes},
        ),
        (
            "process_sync_p99_seconds",
            "How long 99 % of the last writes of a process waited for the disk at most.",
            {
                (one.name,): None if one.sync_ms_p99 is None else one.sync_ms_p99 / 1000
                for one in processes
            },
        ),
    ):
        yield from _gauge(name, told, values, ("process",))


PARTS: tuple[Callable[[Known], Iterable[Metric]], ...] = (
    _build,
    _verdict,
    _queue,
    _jobs,
    _schedule,
    _tickets,
    _store,
    _http,
    _workers,
    _processes,
)
