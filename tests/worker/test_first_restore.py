"""A start from nothing but the bucket is one on nothing: whatever somebody would miss stops it."""

from pathlib import Path

import pytest

from config import Config
from domain.errors import RejectedError
from storage.layout import Layout
from worker.first_restore import restore_from_bucket


@pytest.mark.parametrize(
    "kept",
    [
        "tickets/ticket_1.json",
        "work_orders/1/order.json",
        "audit/2026-11/audit_20261129.jsonl",
        "sessions/session_1.json",
        "dead_letters/extract_ticket-1.json",
        "config/api_keys.json",
        "config/legal_holds.json",
        "quarantine/tickets/ticket_1.json",
    ],
)
def test_where_there_is_something_nothing_is_restored_over_it(
    tmp_path: Path, kept: str
) -> None:
    path = tmp_path / kept
    path.parent.mkdir(parents=True)
    path.write_bytes(b"{}")

    with pytest.raises(RejectedError, match=f"There is something in .*, such as {kept}"):
        restore_from_bucket(Config(data_dir=tmp_path), tmp_path / "key.txt")


def test_what_a_start_has_made_is_nothing(tmp_path: Path) -> None:
    """Somebody has tried the service first: then it goes on to ask for the bucket."""
    layout = Layout(tmp_path)
    for path in (layout.index, layout.schedule, layout.cookie_secret, layout.changes):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"{}")

    with pytest.raises(RejectedError, match="No bucket is named"):
        restore_from_bucket(Config(data_dir=tmp_path), tmp_path / "key.txt")
