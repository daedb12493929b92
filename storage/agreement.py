"""Do tickets and audit log agree: one event for each version, and the newest in the ticket too?

A store in use is never still. A ticket is read under its lock and the log after that: what the log
does not tell then is missing. What it tells of later versions is held against the ticket anew.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.audit import AuditEvent, event_id
from domain.errors import UnavailableError
from storage.audit_anchor import believed_anchor
from storage.chain import day_of
from storage.failures import MissingFileError
from storage.findings import Finding, Kind
from storage.layout import Layout
from storage.ticket_files import StoredTicket
from storage.ticket_locks import TicketLock
from storage.tickets import Tickets
from storage.tombstones import is_retired
from storage.trail import histories, trail

HISTORIES_AT_ONCE = 500  # as many tickets' histories are held in memory at a time

LATE = "Run `texas811 check --repair`: the event is written from the ticket."
LOST = "Restore the file of that day under audit/ from a backup."


@dataclass(slots=True)
class _Seen:
    """A ticket as it was seen, and what the log tells of it, in few bytes.

    Ids of events are added up by their hashes: if number and sum are right, each is there once.
    """

    version: int
    newest: int | None
    told: int = 0
    ids: int = 0
    is_newest_told: bool = False

    def agrees(self, ticket_id: str) -> bool:
        if self.newest is not None and not self.is_newest_told:
            return False
        due = [hash(id_) for id_ in _ids(ticket_id, self.version)]
        # A ticket of the customer's own making has no event of its first version.
        return (self.told, self.ids) in {(len(due), sum(due)), (len(due) - 1, sum(due[1:]))}


class Agreement:
    """Holds every ticket against the log."""

    def __init__(self, layout: Layout, tickets: Tickets) -> None:
        self._layout = layout
        self._tickets = tickets
        self._seen: dict[str, _Seen] = {}

    def __len__(self) -> int:
        return len(self._seen)

    def see(self, ticket_id: str) -> StoredTicket | None:
        """Read a ticket under its lock, to be held against the log later. Blocks.

        Raises what `Tickets.read` does.
        """
        stored = self._read(ticket_id)
        if stored:
            self.keep(stored)
        return stored

    def keep(self, stored: StoredTicket) -> None:
        """Keep a ticket that was read, to be held against the log later."""
        event = stored.event
        newest = hash(event.model_dump_json().encode()) if event else None
        self._seen[stored.ticket.id] = _Seen(stored.ticket.version, newest)

    def disagreements(self) -> Iterator[Finding]:
        """Yield where the log does not agree with the tickets that were seen. Blocks."""
        suspects = set()
        for line in filter(lambda line: line.made_version, trail(self._layout)):
            if seen := self._seen.get(line.ticket_id):
                seen.told += 1
                seen.ids += hash(line.event_id)
                seen.is_newest_told |= hash(line.event_json) == seen.newest
            else:
                suspects.add(line.ticket_id)
        suspects |= {id_ for id_, seen in self._seen.items() if not seen.agrees(id_)}
        suspected = sorted(suspects)
        for start in range(0, len(suspected), HISTORIES_AT_ONCE):
            yield from self._looked_at_again(suspected[start : start + HISTORIES_AT_ONCE])

    def _looked_at_again(self, ticket_ids: Sequence[str]) -> Iterator[Finding]:
        stored = {ticket_id: self._readable(ticket_id) for ticket_id in ticket_ids}
        told = histories(self._layout, ticket_ids)
        for ticket_id in ticket_ids:
            path = self._layout.ticket(ticket_id)
            for kind, problem, remedy in self._problems(
                ticket_id, stored[ticket_id], told[ticket_id]
            ):
                yield Finding.at(path, self._layout.root, problem, remedy, kind)

    def _problems(
        self, ticket_id: str, stored: StoredTicket | None, told: Sequence[AuditEvent]
    ) -> Iterator[tuple[Kind, str, str]]:
        """Yield what is wrong with a ticket, and the remedy.

        A damaged ticket agrees with nothing, and that is told elsewhere.
        """
        version = stored.ticket.version if stored else 0
        times = Counter(event.id for event in told if event.to_status is not None)
        ids = _ids(ticket_id, version)
        removed = self._removed(stored, [times[id_] > 0 for id_ in ids])
        for number, id_ in enumerate(ids[removed:], start=removed + 1):
            if not times[id_] and number == version and stored and stored.event:
                problem = f"The event of version {number} is not in the audit log."
                yield Kind.UNSETTLED, problem, LATE
            elif not times[id_] and number > 1:
                problem = f"The audit log does not tell version {number}."
                yield Kind.LOG_DISAGREES, problem, LOST
            elif times[id_] > 1:
                problem = f"The audit log tells version {number} {times[id_]} times."
                yield Kind.LOG_DISAGREES, problem, LOST
        if stored and stored.event and times[stored.event.id] and stored.event not in told:
            problem = f"The event of version {version} is another one in the audit log."
            yield Kind.LOG_DISAGREES, problem, LOST
        if set(times) - set(ids):
            yield from self._is_behind(ticket_id, len(set(times) | set(ids)))

    def _removed(self, stored: StoredTicket | None, told: Sequence[bool]) -> int:
        """Return how many of the first versions were told in days that were removed, by all signs.

        Of a ticket that was removed, too, and then brought back, the log tells only the rest.
        """
        untold = told.index(True) if True in told else len(told)
        if not (stored and untold):
            return 0
        anchor = believed_anchor(self._layout)
        if anchor is None or day_of(stored.ticket.created_at) > anchor.last.day:
            return 0
        newest = stored.event.timestamp if stored.event else stored.ticket.updated_at
        is_removed = day_of(newest) <= anchor.last.day
        # The newest version is missed, unless its day is one of those that went.
        return untold if untold < len(told) or is_removed else untold - 1

    def _is_behind(self, ticket_id: str, told: int) -> Iterator[tuple[Kind, str, str]]:
        """Yield that a ticket is still behind what the log told of it before it is read anew."""
        try:
            stored = self._read(ticket_id)
        except MissingFileError:
            stored = None
        except UnavailableError:
            return
        version = stored.ticket.version if stored else 0
        if version < told and (stored or not is_retired(self._layout, ticket_id)):
            problem = f"The audit log tells of version {told}; the file "
            problem += f"holds version {version}." if stored else "is not there."
            yield Kind.BEHIND, problem, f"Run `texas811 check --restore {ticket_id}`."

    def _read(self, ticket_id: str) -> StoredTicket | None:
        try:
            with TicketLock(self._layout.ticket_lock(ticket_id)):
                return self._tickets.read(ticket_id, is_locked=True)
        except OSError:
            # Where no lock can be had, on a full or a read-only volume, nobody writes either.
            return self._tickets.read(ticket_id)

    def _readable(self, ticket_id: str) -> StoredTicket | None:
        try:
            return self._read(ticket_id)
        except UnavailableError:
            return None


def _ids(ticket_id: str, version: int) -> list[str]:
    return [event_id(ticket_id, number) for number in range(1, version + 1)]
