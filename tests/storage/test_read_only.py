"""A volume that turns read-only, for real: mounted by a superuser."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from domain.errors import UnavailableError
from storage.store import Store
from tests.builders import LATER, make_change, make_ticket

TMPFS_BYTES = 256 * 1024


@contextmanager
def mounted(path: Path) -> Iterator[None]:
    """Mount a small tmpfs there, as only a superuser may."""
    path.mkdir()
    options = f"size={TMPFS_BYTES},mode=755"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", path], check=True)  # noqa: S607 - as root, on any system that has it
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", path], check=True)  # noqa: S607 - as root, on any system that has it


def remount(path: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", path], check=True)  # noqa: S607 - as root, on any system that has it


needs_mount = pytest.mark.skipif(os.geteuid() != 0, reason="only a superuser may mount")


@needs_mount
async def test_a_volume_that_turns_read_only_refuses_changes_and_is_still_read(
    tmp_path: Path,
) -> None:
    """What ext4 does after an error of the disk."""
    volume = tmp_path / "volume"
    with mounted(volume):
        store = Store(volume / "data")
        await store.open()
        created = await store.commit(make_change(make_ticket()))
        change = make_change(created, now=LATER, city="Waco")
        remount(volume, "ro")

        with pytest.raises(UnavailableError, match="Read-only file system") as refused:
            await store.commit(change)
        with pytest.raises(UnavailableError, match="Read-only"):
            await store.note(change.event)
        still = await store.tickets.get("ticket-1")
        remount(volume, "rw")

        assert refused.value.remedy
        assert "read-only" in refused.value.remedy
        assert still == created
        assert (await store.commit(change)).version == 2
