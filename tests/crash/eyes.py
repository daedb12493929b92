"""The data directory seen by no code of the store."""

import json
from collections.abc import Iterator
from pathlib import Path

from domain.audit import AuditEvent


def events_in(root: Path) -> Iterator[AuditEvent]:
    """Yield the events in the log, day by day. Raises ValueError for a line that is none."""
    for path in sorted(root.glob("audit/*/audit_*.jsonl")):
        for line in path.read_bytes().splitlines():
            raw = json.loads(line)
            raw.pop("_chain", None)
            yield AuditEvent.model_validate(raw)


def untidy_in(root: Path) -> Iterator[str]:
    """Yield what was left half written, or set aside though no crash can damage it.

    Of the log a torn end may have been set aside: it is a copy.
    """
    for path in root.rglob(".*"):
        yield f"left behind: {path.relative_to(root)}"
    quarantine = root / "quarantine"
    for path in quarantine.rglob("*"):
        if path.is_file() and path.relative_to(quarantine).parts[0] != "audit":
            yield f"set aside: {path.relative_to(root)}"
