"""A change on its way to the disk: what is known of it after each step, and how it fails."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from domain.audit import Change
from domain.errors import Texas811Error, UnavailableError
from domain.ticket import Ticket
from storage.chain import Entry, Position
from storage.failures import trouble_with
from storage.files import Staged, discard, let_go
from storage.ticket_locks import TicketLock


@dataclass(slots=True)
class Commit:
    """A change on its way to the disk, and what was found there.

    `line` is where the event of the version before stands in the log, `last` where the last
    line about this ticket does; None where there is none, or that is not known. `number` stands
    for the center's number that the ticket has on the disk. `replaced` keeps the old file's blocks.
    """

    change: Change
    written: Ticket
    content: bytes
    path: Path
    lock: TicketLock
    entry: Entry
    version: int = 0
    line: Position | None = None
    last: Position | None = None
    number: str | None = None
    staged: Staged | None = None
    replaced: int | None = None
    answer: Ticket | Texas811Error | None = None

    @property
    def ticket_id(self) -> str:
        return self.change.ticket.id

    @property
    def is_going(self) -> bool:
        return not isinstance(self.answer, Texas811Error)

    def fail(self, error: OSError | Texas811Error) -> None:
        """Give this change up; what was written aside for it goes."""
        if self.staged:
            with suppress(OSError):
                discard(self.staged)
        self.answer = trouble_with(self.path, error) if isinstance(error, OSError) else error

    def let_go(self) -> None:
        """Have the blocks of the old file freed; when, matters to nobody."""
        if self.replaced is not None:
            with suppress(OSError):
                let_go(self.replaced)
            self.replaced = None


Step = Callable[[Commit], None]


def going(commits: Iterable[Commit]) -> list[Commit]:
    """Return those that have not failed."""
    return [commit for commit in commits if commit.is_going]


def each(commits: Iterable[Commit], step: Step) -> None:
    """Take every change that has not failed one step further."""
    for commit in commits:
        if commit.is_going:
            try:
                step(commit)
            except (OSError, Texas811Error) as error:
                commit.fail(error)


def fail(commits: Iterable[Commit], error: OSError | Texas811Error) -> None:
    """Give up all that have not failed yet."""
    for commit in commits:
        if commit.is_going:
            commit.fail(error)


def not_confirmed(commit: Commit, error: OSError) -> UnavailableError:
    """Return the failure for a change that was renamed into place by an unsure disk."""
    return UnavailableError(
        f"The disk did not confirm {commit.path.name}: {error.strerror}. The change can be "
        "seen, and may be gone after a power cut.",
        remedy=trouble_with(commit.path, error).remedy,
    )
