"""The service's log, read as it grows: which child has which pid, and when which job was run."""

import json
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple


class Run(NamedTuple):
    """An attempt at a job that came to its end, and when it began (seconds of the epoch)."""

    job: str
    began_at: float


class ServiceLog:
    """What every process of the service, and of those before it, has written to one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.pids: dict[str, int] = {}
        self.incarnations: dict[str, str] = {}  # by which each child that lives now claims
        self.runs: list[Run] = []
        self.tracebacks = 0
        self._read_bytes = 0

    def read(self) -> None:
        """Take in what was written since."""
        with self.path.open("rb") as file:
            file.seek(self._read_bytes)
            grown = file.read()
        whole = grown[: grown.rfind(b"\n") + 1]
        self._read_bytes += len(whole)
        for raw in whole.splitlines():
            self.tracebacks += raw.startswith(b"Traceback") or b'"exception"' in raw
            with suppress(ValueError):
                line = json.loads(raw)
                if isinstance(line, dict):
                    self._note(line)

    def workers(self) -> dict[str, int]:
        """Return the pids of the workers that were started last, by name."""
        return {name: pid for name, pid in self.pids.items() if name.startswith("worker")}

    def _note(self, line: dict[str, Any]) -> None:
        if line.get("message") == "started" and "pid" in line:
            self.pids[line["child"]] = line["pid"]
            self.incarnations[line["child"]] = line.get("incarnation", "")
        if "job" in line and "ms" in line:
            ended_at = datetime.fromisoformat(line["time"]).timestamp()
            self.runs.append(Run(line["job"], ended_at - line["ms"] / 1000))
