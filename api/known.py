"""What is known of the service when somebody asks for its metrics."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from api.latency import Latencies
from jobs.health.seen import Seen
from jobs.health.verdict import Verdict
from storage.telemetry_records import AttemptEnding
from storage.timings import Timings

Kinds = Mapping[tuple[str, AttemptEnding], int]
Waits = Mapping[str, Timings]


@dataclass(frozen=True, slots=True)
class Known:
    """What is told at one scrape. `waits` and `runs` are by lane; None is what nobody can tell."""

    version: str
    seen: Seen
    verdict: Verdict
    latencies: Latencies
    jobs: Kinds | None = None
    waits: Waits = field(default_factory=dict)
    runs: Waits = field(default_factory=dict)
    tickets: Mapping[str, int] | None = None
