"""A drill of a restore: alone, and with an answer that is about the backup and nothing else."""

from pathlib import Path

import pytest

from domain.errors import ConflictError
from storage.backup import Backups
from storage.file_locks import FileLock
from storage.layout import Layout
from storage.restore_drill import drill
from storage.restore_tree import FaultyBackupError
from tests.storage.restores import add, backed_up, clock, restored, run


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A data directory with a ticket."""
    run(add(tmp_path / "data", "a"))
    return tmp_path / "data"


def test_a_second_drill_is_refused_and_does_the_first_no_harm(root: Path) -> None:
    filename, layout = backed_up(root), Layout(root)
    before = Backups(layout).notes_now()
    with FileLock(layout.locks / "drill.lock"):  # the first is at it
        (root / ".restore-drill-1").mkdir()
        with pytest.raises(ConflictError):
            drill(layout, clock)
        restoring = restored(root, filename)
        ended = restoring.run_now()
        restoring.tidy_now()
        assert (root / ".restore-drill-1").is_dir()

    assert ended
    assert ended.problem is None
    assert Backups(layout).notes_now()[0] == before[0]
    drill(layout, clock)
    assert list(root.glob(".restore-*")) == []
    assert Backups(layout).notes_now()[0].drilled_at == clock()


def test_a_backup_of_something_bad_stays_a_good_copy_of_it(root: Path) -> None:
    """It is what was made: who has nothing else accepts its faults. Why, is noted."""
    path, layout = root / "tickets/ticket_ticket-a.json", Layout(root)
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"Marfa", b"Maria"))
    backed_up(root)

    with pytest.raises(FaultyBackupError):
        drill(layout, clock)

    (note,) = Backups(layout).notes_now()
    assert (note.verified_at, note.drilled_at) == (clock(), None)
    assert "1 of its tickets cannot be read" in (note.drill_problem or "")
    path.write_bytes(whole)
    newer = backed_up(root)
    assert drill(layout, clock).filename == newer
    assert Backups(layout).notes_now()[-1].drill_problem is None
