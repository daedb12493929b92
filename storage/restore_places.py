"""Whether this data directory can be exchanged, asked before anything is: its places, and who works."""

import time
from pathlib import Path

from domain.errors import ConflictError, RejectedError
from storage.examining import living_workers, mount_of
from storage.exchange import exchange
from storage.failures import disk_trouble
from storage.files import make_directory, place_of
from storage.layout import Layout
from storage.restore_tree import EXCHANGED_FOLDERS, remove_tree

WORKERS_SECONDS_MAX = 10.0  # for those whose supervisor has just died
LOOK_SECONDS = 0.1
ONE_VOLUME = "Put the whole data directory on one volume, or restore into a new one."


def new_places(aside: Layout) -> dict[str, tuple[int, int]]:
    """Return device and inode of each new directory. Blocks. Raises OSError."""
    return {name: place_of(aside.root / name) for name in EXCHANGED_FOLDERS}


def refuse_workers(layout: Layout) -> None:
    """Raise ConflictError if a worker lives whom nobody supervises, and does not end. Blocks."""
    deadline = time.monotonic() + WORKERS_SECONDS_MAX
    while workers := living_workers(layout.root):
        if time.monotonic() > deadline:
            raise ConflictError(
                f"{len(workers)} workers run here without a supervisor: {', '.join(workers[:3])}.",
                remedy="Stop them, and an API that runs beside them, then try again.",
            )
        time.sleep(LOOK_SECONDS)


def refuse_other_volumes(layout: Layout, aside: Layout) -> None:
    """Raise RejectedError if a directory cannot be exchanged: a link, a volume, a mount of its own.

    That two directories can be exchanged here at all is tried, with two that are empty. Blocks.
    Raises UnavailableError if they cannot.
    """
    with disk_trouble(layout.root):
        for directory in layout.directories:
            make_directory(directory)
        device, _inode = place_of(layout.root)
        for name in EXCHANGED_FOLDERS:
            path = layout.root / name
            if path.is_symlink() or place_of(path)[0] != device or _is_mounted(path):
                raise RejectedError(
                    f"{name}/ is a link or a volume of its own: it cannot be exchanged.",
                    field="DATA_DIR",
                    remedy=ONE_VOLUME,
                )
        _try_exchange(aside.root)


def _is_mounted(path: Path) -> bool:
    """Is something mounted here? Of a part of the same volume the device does not tell."""
    mount = mount_of(path.resolve())
    return mount is not None and mount.place == path.resolve()


def _try_exchange(aside: Path) -> None:
    folder, place = aside.with_name(f"{aside.name}.try"), aside.with_name(f"{aside.name}.place")
    for left in (folder, place):  # by one who was cut off here
        remove_tree(left)
    for made in (folder, folder / "new", place):
        made.mkdir()
    try:
        exchange(place, folder / "new", new=place_of(folder / "new"))
    finally:
        remove_tree(folder)
        remove_tree(place)
