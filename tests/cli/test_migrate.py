"""`texas811 migrate`: once by hand, on the day when our program takes the earlier one's place."""

import json
from pathlib import Path
from typing import Any

import pytest

from storage.store import Store
from tests.cli.commands import texas811
from tests.storage import old_program


@pytest.fixture
def data(tmp_path: Path) -> str:
    """Return a data directory of the specification's program."""
    old_program.write_small(tmp_path / "data")
    return str(tmp_path / "data")


def audit_of(data: str) -> list[str]:
    """Return the names of the files of the audit trail."""
    return sorted(path.name for path in Path(data, "audit").rglob("audit_*"))


def reported(data: str) -> dict[str, Any]:
    """Return the report of the one migration."""
    (path,) = Path(data, "migrated").glob("*/report.json")
    told: dict[str, Any] = json.loads(path.read_text())
    return told


async def test_a_directory_is_migrated_once_and_the_second_time_there_is_nothing(
    data: str,
) -> None:
    """What a person must look at is told in the first run, and in its exit status."""
    first = await texas811("migrate", "--by", "Ana Ruiz", DATA_DIR=data)
    second = await texas811("migrate", "--by", "Ana Ruiz", DATA_DIR=data)
    checked = await texas811("check", "--json", DATA_DIR=data)

    assert first.status == 9
    assert "2 tickets, 3 events of 1 days, 1 conversations" in first.out
    assert "tickets/ticket_003.json" in first.out
    assert (second.status, second.out[:7]) == (0, "There i")
    assert checked.json["findings"] == []
    assert [one["ticket_id"] for one in checked.json["damaged"]] == ["003"]
    assert reported(data)["by"] == "Ana Ruiz"


@pytest.mark.slow
async def test_the_service_is_refused_until_it_is_migrated(data: str) -> None:
    """Nobody here reads the arrays: the trail would seem to begin on that day."""
    refused = await texas811("up", DATA_DIR=data, REDIS_URL="redis://127.0.0.1:1")
    checked = await texas811("check", "--json", DATA_DIR=data)
    examined = await texas811(
        "doctor", "--json", DATA_DIR=data, REDIS_URL="redis://127.0.0.1:1"
    )

    assert refused.status == 2
    assert "texas811 migrate" in refused.error
    unmigrated = {
        one["file"] for one in checked.json["findings"] if one["kind"] == "unmigrated"
    }
    assert unmigrated == {"audit/2025-08/audit_20250830.json", "config/system_config.json"}
    assert "texas811 migrate" in examined.out
    assert audit_of(data) == ["audit_20250830.json"]


async def test_a_dry_run_tells_a_program_what_would_be_done(data: str) -> None:
    """And the same faults, before anything is changed."""
    told = await texas811("migrate", "--by", "Ana", "--dry-run", "--json", DATA_DIR=data)

    assert told.status == 9
    assert told.json["is_dry_run"]
    assert [one["file"] for one in told.json["set_aside"]] == ["tickets/ticket_003.json"]
    assert audit_of(data) == ["audit_20250830.json"]


async def test_it_is_refused_while_somebody_else_is_at_work(data: str, tmp_path: Path) -> None:
    """Two who write by different rules would each undo what the other does."""
    with Store(Path(data)).owned() as is_free:
        assert is_free
        told = await texas811("migrate", "--by", "Ana", DATA_DIR=data)
    missing = await texas811("migrate", "--by", "Ana", DATA_DIR=str(tmp_path / "none"))

    assert (told.status, missing.status) == (4, 3)
    assert "The service runs on this data directory." in told.error
    assert audit_of(data) == ["audit_20250830.json"]
