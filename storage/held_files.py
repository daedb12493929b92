"""Files held as they are now, whatever becomes of their names: a hard link each, unseen.

They are replaced and never edited, so a link keeps every byte, and costs none. Where the volume
has no hard links they are copied.
"""

import errno
import os
import shutil
import stat
from collections.abc import KeysView
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Self

from storage.files import Identity, unlink

# What a volume says that has no hard links, or no more of them.
NO_LINKS = frozenset(
    {errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EXDEV, errno.ENOSYS, errno.EACCES}
)


class _Held(NamedTuple):
    path: str
    identity: Identity
    is_link: bool


class HeldFiles:
    """Holds files in a new folder, under numbers; entered, the folder is there. Blocks.

    What begins with one of the names in `still` nobody changes meanwhile: it is read where it lies.
    """

    def __init__(self, folder: str, *, still: tuple[str, ...] = ()) -> None:
        self._folder = folder
        self._still = still
        self._held: dict[str, _Held] = {}
        self._count = 0

    def __enter__(self) -> Self:
        Path(self._folder).mkdir(0o700)
        return self

    def __exit__(self, *_error: object) -> None:
        remove_folder(self._folder)

    def names(self) -> KeysView[str]:
        """Return the names under which something is held."""
        return self._held.keys()

    def path(self, name: str) -> str:
        """Return where the bytes of a held file can be read."""
        return self._held[name].path

    def hold(self, name: str, path: str, identity: Identity | None = None) -> None:
        """Hold what lies at `path` now, in place of what was held under this name.

        Given the identity that was just seen there, nothing is done if that is held already. If
        nothing lies there, nothing is held. Raises OSError.
        """
        before = self._held.get(name)
        if before and before.identity == identity:
            return
        try:
            if name.startswith(self._still):
                found = identity or _plain_identity(path, path)
                self._held[name] = _Held(path, found, is_link=False)
            else:
                self._held[name] = self._linked(path)
        except FileNotFoundError:
            Path(self._folder).stat()  # raises if it is ours that is gone
            self._held.pop(name, None)
        if before and before.is_link:
            unlink(before.path)

    def _linked(self, path: str) -> _Held:
        self._count += 1
        link = f"{self._folder}/{self._count}"
        return _Held(link, _held_at(path, link), is_link=True)


def remove_folder(folder: Path | str) -> None:
    """Remove a folder of held files, if it is there, as far as that is possible."""
    with suppress(OSError):
        for link in Path(folder).iterdir():
            unlink(link)
        Path(folder).rmdir()


def _held_at(path: str, link: str) -> Identity:
    """Give the file that lies at a path now a second name. Raises OSError."""
    try:
        os.link(path, link, follow_symlinks=False)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        return _copied(path, link)
    try:
        return _plain_identity(link, path)
    except FileNotFoundError:
        unlink(link)
        raise


def _plain_identity(link: str, path: str) -> Identity:
    """Return which file this is. Raises FileNotFoundError, naming `path`, if it is no plain one."""
    status = os.lstat(link)
    if not stat.S_ISREG(status.st_mode):
        raise FileNotFoundError(errno.ENOENT, "there is no plain file", path)
    return Identity.of(status)


def _copied(path: str, copy: str) -> Identity:
    with Path(path).open("rb") as source, Path(copy).open("xb") as target:
        identity = Identity.of(os.fstat(source.fileno()))
        shutil.copyfileobj(source, target)
    os.utime(copy, ns=(identity.mtime_ns, identity.mtime_ns))
    return identity
