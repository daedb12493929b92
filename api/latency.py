"""How soon requests are answered: counted in this process, by method, route and status."""

from collections.abc import Mapping
from threading import Lock

from starlette.types import Scope

from storage.timings import Spread, Timings

# Most answers take a millisecond or two; from a second on somebody waits.
BOUNDS_SECONDS = (
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
)  # fmt: skip
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER_METHOD = "other"
NO_ROUTE = "none"  # nothing is there, or the door was not opened

Key = tuple[str, str, int]
"""The method, the path of the route with its parameters by name, the status."""


class Latencies:
    """How long it took until each answer began. What a client sends makes no key of its own."""

    def __init__(self) -> None:
        self._of: dict[Key, Timings] = {}
        self._all = Timings(BOUNDS_SECONDS)
        self._lock = Lock()

    def note(self, scope: Scope, status: int, seconds: float) -> None:
        """Add an answer, when it begins."""
        method = scope["method"] if scope["method"] in METHODS else OTHER_METHOD
        key = (method, getattr(scope.get("route"), "path_format", NO_ROUTE), status)
        timings = self._of.get(key)
        if timings is None:
            with self._lock:
                timings = self._of.setdefault(key, Timings(BOUNDS_SECONDS, kept=0))
        timings.note(seconds)
        self._all.note(seconds)

    @property
    def count(self) -> int:
        """How many answers there were since the start."""
        return self._all.spread().count

    def p99_ms(self) -> float | None:
        """Return what 99 % of the last thousand answers took at most; None before the first."""
        [found] = self._all.percentiles_ms(0.99)
        return found

    def spreads(self) -> Mapping[Key, Spread]:
        """Return how the answers of each kind were spread."""
        return {key: timings.spread() for key, timings in list(self._of.items())}
