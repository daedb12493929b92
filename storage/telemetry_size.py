"""How much of the disk the telemetry takes, and how much it may."""

from dataclasses import dataclass
from pathlib import Path

from storage.failures import unreadable
from storage.telemetry import BYTES_MAX


@dataclass(frozen=True, slots=True)
class TelemetrySize:
    """What lies in its folder and what its file may hold, in bytes."""

    bytes_now: int
    bytes_max: int = BYTES_MAX


def telemetry_size(file: Path) -> TelemetrySize:
    """Return how large the telemetry is that has this file. Blocks. Raises UnavailableError."""
    with unreadable(file):
        found = file.parent.iterdir() if file.parent.is_dir() else ()
        return TelemetrySize(sum(path.stat().st_size for path in found))
