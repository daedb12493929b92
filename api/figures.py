"""What the sampler tells of this process: how fast it answers, and how much it is asked.

Of several processes of the API it is that of the one alone that samples.
"""

import time
from collections.abc import Mapping

from api.latency import Latencies


class Figures:
    """Gives the series `api_p99_ms` and `http_per_s`, each time since the last time."""

    def __init__(self, latencies: Latencies) -> None:
        self._latencies = latencies
        self._count = latencies.count
        self._counted_at = time.monotonic()

    def __call__(self) -> Mapping[str, float]:
        """Return them; the time of the answers is left out until there is one."""
        count, now = self._latencies.count, time.monotonic()
        asked, seconds = count - self._count, max(now - self._counted_at, 0.001)
        self._count, self._counted_at = count, now
        p99_ms = self._latencies.p99_ms()
        figures = {"http_per_s": asked / seconds}
        return figures if p99_ms is None else {**figures, "api_p99_ms": p99_ms}
