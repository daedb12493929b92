"""What the specification's program had in its files of settings, and by which variables we take it."""

from collections.abc import Iterator
from typing import Any

from storage.old_json import json_of
from storage.old_values import shown

# The variables of the specification, and those that its rate limits may stand for.
VARIABLES = frozenset(
    {
        "DATA_RETENTION_DAYS",
        "MAX_FILE_SIZE_MB",
        "BACKUP_ENABLED",
        "SESSION_TIMEOUT_HOURS",
        "AUDIT_RETENTION_MONTHS",
        "CACHE_DURATION_SECONDS",
        "MAX_CACHED_TICKETS",
        "BATCH_SIZE_LIMIT",
        "FILE_SIZE_WARNING_MB",
        "INDEX_REBUILD_INTERVAL_HOURS",
        "CONCURRENT_FILE_LIMIT",
    }
)
LIMITS = frozenset(
    {"REQUESTS_PER_MINUTE", "RATE_LIMIT_PER_MINUTE", "PER_MINUTE", "LIMIT", "DEFAULT_LIMIT"}
)
LIMIT_VARIABLE = "RATE_LIMIT_PER_MINUTE"


def advice(content: bytes) -> str:
    """Return what to set in place of this file, in a sentence."""
    try:
        said = list(_said(json_of(content).value))
    except ValueError:
        return "It cannot be read. Settings are environment variables here: see docs/CLI.md."
    wanted = ", ".join(f"{name}={value}" for name, value in said)
    if not wanted:
        return "Nothing in it is read here: settings are environment variables."
    return f"Settings are environment variables here. It said: {wanted}."


def _said(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield the variables that stand for something in a file, and their values."""
    if isinstance(value, dict):
        for inner, said in value.items():
            yield from _said(said, inner.upper())
    elif name in LIMITS and isinstance(value, int):
        yield LIMIT_VARIABLE, str(value)
    elif name in VARIABLES and isinstance(value, bool | int | float):
        yield name, shown(value)
