"""An archive under the name of another: whole, and still not what was made."""

import tarfile
from pathlib import Path

import pytest

from domain.errors import RejectedError
from storage.backup_source import backup_sources
from storage.failures import DamagedFileError
from storage.layout import Layout
from storage.single_restore import SingleRestore
from storage.store import Store
from storage.whole_restore import WholeRestore
from tests.storage.restores import DANA, REASON, add, backed_up


@pytest.fixture
async def swapped(tmp_path: Path) -> tuple[Store, str]:
    """A store with a backup in whose place somebody has put an older one; its name."""
    root = tmp_path / "data"
    await add(root, "a")
    older = backed_up(root)
    await add(root, "b")
    newer = backed_up(root)
    folder = Layout(root).daily_backups
    (folder / newer).write_bytes((folder / older).read_bytes())
    return Store(root), newer


async def test_no_single_ticket_is_put_back_from_it(swapped: tuple[Store, str]) -> None:
    store, name = swapped
    with pytest.raises(DamagedFileError, match="not the backup that was made"):
        await SingleRestore(store).put_back("ticket-a", name, by=DANA)


async def test_it_offers_no_ticket(swapped: tuple[Store, str]) -> None:
    store, name = swapped
    newest, older = backup_sources(store.quarantine.layout)

    found, good = await newest.newest(["ticket-a"]), await older.newest(["ticket-a"])

    assert name in newest.name
    assert isinstance(found["ticket-a"], DamagedFileError)
    assert isinstance(good["ticket-a"], bytes)


def test_what_the_specifications_program_has_made_is_read_by_another_command(
    tmp_path: Path,
) -> None:
    """Its archives have no manifest, and directories."""
    layout = Layout(tmp_path / "data")
    layout.daily_backups.mkdir(parents=True)
    name = "backup_20261129_130000.tar.gz"
    with tarfile.open(layout.daily_backups / name, "w:gz") as archive:
        archive.add(layout.root, arcname="data", recursive=False)

    with pytest.raises(RejectedError) as refused:
        WholeRestore(layout).ask_now(name, by=DANA, reason=REASON)

    assert "texas811 migrate" in (refused.value.remedy or "")
