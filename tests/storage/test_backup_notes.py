"""What is noted of the backups, by whatever has made them."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.backup_notes import BackupNotes
from storage.failures import DamagedFileError
from storage.layout import Layout


def noted(root: Path, content: str) -> BackupNotes:
    folder = root / "backups"
    folder.mkdir()
    (folder / "metadata.json").write_text(content)
    return BackupNotes(Layout(root))


async def test_a_store_that_was_never_backed_up_has_no_notes(tmp_path: Path) -> None:
    """The folder is not even there."""
    assert await BackupNotes(Layout(tmp_path)).list() == ()


async def test_the_notes_of_the_customers_tool_are_read(tmp_path: Path) -> None:
    """It writes more than is needed, the newest last, and no zone."""
    first = {"filename": "a.tar.gz", "created": "2026-11-29T02:00:00", "size_bytes": 7}
    second = {"filename": "b.tar.gz", "created": "2026-11-28T02:00:00", "file_path": "x"}
    notes = noted(tmp_path, json.dumps({"backups": [first, second], "last_backup": second}))

    found = await notes.list()

    assert [note.filename for note in found] == ["b.tar.gz", "a.tar.gz"]
    assert found[-1].created == datetime(2026, 11, 29, 2, tzinfo=UTC)
    assert found[-1].verified_at is None


@pytest.mark.parametrize(
    "content", ["", "[]", '{"backups": [{}]}'], ids=["cut", "list", "empty"]
)
async def test_notes_that_cannot_be_believed_are_no_backups(
    tmp_path: Path, content: str
) -> None:
    """Nobody shall rely on what cannot be read."""
    with pytest.raises(DamagedFileError):
        await noted(tmp_path, content).list()
