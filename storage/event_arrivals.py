"""Events of another store's log, added to ours: each once, its place in the chain made anew.

Whether an event is here is told by its id. A line about a ticket is added under that ticket's
lock, behind the line that was the last about it, so that a history is walked as one that was made
here. An event that is later than its ticket was read while that ticket changed: it is passed over.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from hashlib import blake2b

from domain.audit import AuditEvent, event_id
from domain.errors import ConflictError, Texas811Error
from storage.arrivals import Answer, Arrived
from storage.audit_anchor import believed_anchor
from storage.chain import BrokenLineError, Entry, Position, day_of, entry, parsed
from storage.failures import disk_trouble
from storage.files import NO_FILE, identity_at
from storage.store import Store
from storage.ticket_locks import Note, TicketLock
from storage.trail import trail

DAYS_KNOWN = 4  # an export tells its events day by day
DIGEST_BYTES = 16


@dataclass(slots=True)
class _Day:
    """The events of a day: their digests by their ids, as far as the file was read."""

    end: int = 0
    events: dict[bytes, bytes] = field(default_factory=dict)


class EventArrivals:
    """Adds events to the log. Everything here blocks; one import at a time."""

    def __init__(self, store: Store, *, is_dry: bool = False) -> None:
        self._store = store
        self._layout = store.quarantine.layout
        self._is_dry = is_dry
        self._days: OrderedDict[str, _Day] = OrderedDict()
        self._anchor = believed_anchor(self._layout)
        self._last: dict[str, Position] | None = None

    def take(self, events: Sequence[AuditEvent]) -> list[Answer]:
        """Add what is not there, and return what became of each. Raises UnavailableError."""
        with disk_trouble(self._layout.audit), ExitStack() as stack:
            about = sorted({event.ticket_id for event in events if event.ticket_id})
            locks = {
                one: stack.enter_context(TicketLock(self._layout.ticket_lock(one)))
                for one in about
            }
            notes = {one: self._note(one, lock) for one, lock in locks.items()}
            versions = {one: self._version(one, note) for one, note in notes.items()}
            answers = [self._answer(event, versions) for event in events]
            new = [
                event
                for event, answer in zip(events, answers, strict=True)
                if answer is Arrived.WRITTEN
            ]
            if new and not self._is_dry:
                self._append(new, locks, notes)
            return answers

    def finish(self) -> None:
        """Make all that was added durable. Raises UnavailableError."""
        with disk_trouble(self._layout.audit):
            self._store.audit.durable_ends()

    def _answer(self, event: AuditEvent, versions: dict[str, int | None]) -> Answer:
        name = day_of(event.timestamp)
        if self._anchor and name <= self._anchor.last.day:
            return Arrived.THERE  # it may have been, in a day whose time is over
        day = self._day(name)
        key, digest = _key(event.id), _digest(event)
        if (here := day.events.get(key)) is not None:
            if here == digest:
                return Arrived.THERE
            return ConflictError(
                f"Another event {event.id[:80]} is in the log.",
                field="id",
                remedy="Compare the two. The one here has not been touched.",
            )
        version = versions.get(event.ticket_id or "")
        if version is not None and event.to_status is not None:
            ids = (event_id(str(event.ticket_id), number) for number in range(1, version + 1))
            if event.id not in ids:
                return Arrived.LATER
        # It is added with this batch: another one of this id in it finds it here.
        day.events[key] = digest
        return Arrived.WRITTEN

    def _append(
        self,
        events: Sequence[AuditEvent],
        locks: dict[str, TicketLock],
        notes: dict[str, Note | None],
    ) -> None:
        """Add events in their order, each behind the last line about its ticket."""
        self._store.audit.renew()
        for run in _runs(events):
            entries = [self._entry(event, notes) for event in run]
            for event, at in zip(run, self._store.audit.append(entries), strict=True):
                if about := event.ticket_id:
                    notes[about] = self._leave(locks[about], notes[about], event, at)

    def _entry(self, event: AuditEvent, notes: dict[str, Note | None]) -> Entry:
        note = notes.get(event.ticket_id or "")
        last = note.last if note else None
        if last is None and event.ticket_id:
            last = self._last_lines().get(event.ticket_id)
        return entry(event, last)

    def _leave(
        self, lock: TicketLock, note: Note | None, event: AuditEvent, at: Position
    ) -> Note | None:
        """Note where the last line about a ticket stands now."""
        if note is None:
            self._last_lines()[str(event.ticket_id)] = at
            return None
        is_newest = event.id == event_id(str(event.ticket_id), note.version)
        note = note._replace(last=at, line=at if is_newest else note.line)
        with suppress(OSError):  # it is a hint
            lock.leave(note)
        return note

    def _note(self, ticket_id: str, lock: TicketLock) -> Note | None:
        """Return the note of a ticket; None where it has no file, or another boot wrote it."""
        identity = identity_at(self._layout.ticket(ticket_id))
        return None if identity == NO_FILE else lock.note_for(identity)

    def _version(self, ticket_id: str, note: Note | None) -> int | None:
        """Return the version of a ticket; None where it is not here, or cannot be believed."""
        if note:
            return note.version
        with suppress(Texas811Error):
            stored = self._store.tickets.read(ticket_id, is_locked=True)
            return stored.ticket.version if stored else None
        return None

    def _last_lines(self) -> dict[str, Position]:
        """Return where the last line about each ticket was when the import began.

        Where a ticket's note says it, this is not asked; where it has none, it is kept up here.
        """
        if self._last is None:
            self._last = {line.ticket_id: line.position for line in trail(self._layout)}
        return self._last

    def _day(self, name: str) -> _Day:
        """Return what stands in a day's file now; some days are remembered."""
        day = self._days.pop(name, None) or _Day()
        self._days[name] = day
        while len(self._days) > DAYS_KNOWN:
            self._days.popitem(last=False)
        path = self._layout.audit_file(name)
        if identity_at(path).size > day.end:
            with path.open("rb") as lines:
                lines.seek(day.end)
                for raw in lines:
                    if not raw.endswith(b"\n"):
                        break
                    day.end += len(raw)
                    with suppress(BrokenLineError):
                        event = parsed(raw[:-1], number=0).event
                        day.events[_key(event.id)] = _digest(event)
        return day


def _runs(events: Sequence[AuditEvent]) -> Iterator[list[AuditEvent]]:
    """Yield events in their order, of each ticket at most one together.

    Where its line begins must be known before the next one about it is written.
    """
    run: list[AuditEvent] = []
    for event in events:
        if event.ticket_id and event.ticket_id in {one.ticket_id for one in run}:
            yield run
            run = []
        run.append(event)
    yield run


def _key(event: str) -> bytes:
    return blake2b(event.encode(), digest_size=DIGEST_BYTES).digest()


def _digest(event: AuditEvent) -> bytes:
    return blake2b(event.model_dump_json().encode(), digest_size=DIGEST_BYTES).digest()
