"""The news: each process tells the others which tickets it has changed, a line each.

A bell, not a ledger: it is never synced, and whoever has missed something looks at the directory
of tickets instead. A ticket's file has its new content before it is told of, and is told of
before anybody is answered; so whoever reads the news before he answers a question knows all that
was answered before.
"""

import logging
import os
import weakref
from collections.abc import Callable, Iterable
from contextlib import suppress
from os.path import samestat
from pathlib import Path

from storage.files import append_shared, unlink
from storage.layout import NAME, Layout

CHANGES_BYTES_MAX = 1024 * 1024

log = logging.getLogger(__name__)


class Changes:
    """Tells the news, and lets others follow it."""

    def __init__(self, layout: Layout) -> None:
        self._path = layout.changes

    def tell(self, ticket_ids: Iterable[str]) -> None:
        """Tell that these tickets were changed, after their files have their names. Blocks.

        Raises nothing: the changes are true, whether or not they are heard of at once.
        """
        # A line end first: what a full disk cut off before must not swallow the next id.
        news = "".join(f"\n{ticket_id}" for ticket_id in ticket_ids) + "\n"
        try:
            # By its name each time. Should it lose the name before this is written, its followers
            # look at the directory of tickets, which has this change already.
            if append_shared(self._path, news.encode()) > CHANGES_BYTES_MAX:
                unlink(self._path)
        except OSError:
            log.warning("the news could not be written", exc_info=True)
            with suppress(OSError):  # a file that is gone rings the bell as well
                unlink(self._path)

    def follower(self) -> "Follower":
        """Return who hears all that is told from now on. Blocks."""
        return Follower(self._path)


class Follower:
    """Hears what is told after it was made. Not for several threads at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None
        self._let_go: Callable[[], object] = lambda: None
        self._end = 0  # so far it was heard
        self._hold()

    def news(self) -> set[str] | None:
        """Return the tickets that were told of since the last call. Blocks.

        None says that something was missed: whatever was told of before now may have changed.
        """
        size = self._size()
        if size is None or size < self._end:
            self._hold()
            return None
        if size == self._end or self._descriptor is None:
            return set()
        content = os.pread(self._descriptor, size - self._end, self._end)
        whole = content.rfind(b"\n") + 1  # the rest is being written
        self._end += whole
        words = content[:whole].decode("ascii", "replace").split()
        return {word for word in words if NAME.fullmatch(word)}

    def _size(self) -> int | None:
        """Return the size of the file of this name; None if it is not the one that is held."""
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return 0 if self._descriptor is None else None
        if self._descriptor is None:
            return None
        # The number of an inode is not given anew as long as somebody holds it open.
        return status.st_size if samestat(status, os.fstat(self._descriptor)) else None

    def _hold(self) -> None:
        """Hold the file that has the name now; what stands in it was told before."""
        self._let_go()
        self._descriptor, self._end = None, 0
        with suppress(FileNotFoundError):
            self._descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
            self._let_go = weakref.finalize(self, os.close, self._descriptor)
            self._end = os.fstat(self._descriptor).st_size
