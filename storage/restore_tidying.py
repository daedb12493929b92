"""What restores have left is removed: for that nobody need wait, and no service stand still."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from domain.errors import UnavailableError
from storage.layout import Layout
from storage.restore_asking import RestoreAsking
from storage.restore_drill import is_of_drill, sweep_drills
from storage.restore_journal import RestoreJournal, deciding
from storage.restore_tree import remove_tree


class RestoreTidying(RestoreAsking):
    """Removes the old state, and what was unpacked and is not wanted. Everything here blocks."""

    def tidy_now(self) -> None:
        """Remove what restores and drills that have ended have left, also beside a service.

        Of those under way nothing is removed. Raises UnavailableError.
        """
        sweep_drills(self._layout)
        # The folder of one that is asked for later is not there yet.
        with deciding(self._layout):
            left = list(left_behind(self._layout, self.pending_now()))
        for path in left:
            remove_tree(path)

    def tidy_beside(self) -> threading.Thread:
        """Do so in a thread for which nobody need wait, not even who ends: the next start goes on."""

        def tidy() -> None:
            with suppress(UnavailableError):  # it takes room, and harms nobody
                self.tidy_now()

        thread = threading.Thread(target=tidy, name="tidy", daemon=True)
        thread.start()
        return thread


def make_room(layout: Layout) -> None:
    """Remove what all restores have left, also the one that is begun anew now. Blocks."""
    sweep_drills(layout)
    for path in left_behind(layout, None):
        remove_tree(path)


def left_behind(layout: Layout, pending: RestoreJournal | None) -> Iterator[Path]:
    """Yield what restores have left; of the one that is pending nothing. Blocks."""
    for path in layout.root.glob(".restore-*"):
        is_needed = pending is not None and path.name.startswith(pending.folder)
        if not (is_needed or is_of_drill(path)):
            yield path
