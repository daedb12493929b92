"""What becomes of each file of the specification's program: worked out, and not done yet.

It follows from the original and from the plan alone, so it is the same however often it is asked.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from domain.audit import Actor, AuditEvent, Author, change
from domain.moment import as_utc
from storage import sessions
from storage.failures import DamagedFileError
from storage.layout import SESSION_FILE, Layout
from storage.migration_notes import FOLDER, Noted, Plan
from storage.old_events import OldDay, day_from, renamed
from storage.old_keys import names_in
from storage.old_layout import AUDIT_ARRAY, OldFile, OldKind, ticket_id_of
from storage.old_records import notes_from, session_from
from storage.old_settings import advice
from storage.old_tickets import ticket_from
from storage.ticket_files import encode

NEW_KEYS = (
    "None of its keys opens anything here: make new ones with `texas811 keys create`. Their "
    "secrets are not kept; of each a hash is. Where one was used for something else, end it there."
)
UNREADABLE_KEYS = (
    "It cannot be read, so its secrets could not be taken out: it is kept as it was, for its owner "
    "alone to read. Make new keys with `texas811 keys create`, then remove it."
)
OLD_ARCHIVES = (
    "Its archives are in the earlier form, which plain tar reads and a restore does not take. Make "
    "a backup now."
)
LEFT_BEHIND = (
    "A write of the earlier program that was never finished; nobody was told it was done."
)
HALF_RESTORE = (
    "A restore of the earlier program has not ended. Look if something is only in there."
)
IN_FORCE = (
    "Its dates are those of the earlier program. With the time of the notice they are computed."
)


@dataclass(slots=True)
class Outcome:
    """What becomes of a file: the bytes in its place (None: nothing), or why it is set aside.

    `event` is that of a ticket, `noted` what a person should know.
    """

    file: OldFile
    content: bytes | None = None
    set_aside: str | None = None
    event: AuditEvent | None = None
    noted: list[str] = field(default_factory=list)

    @property
    def notes(self) -> list[Noted]:
        return [Noted(file=self.file.path, problem=problem) for problem in self.noted]


class Steps:
    """The outcomes of one plan; `original` gives the bytes of a file as they were found."""

    def __init__(
        self, layout: Layout, plan: Plan, original: Callable[[OldFile], bytes]
    ) -> None:
        self._layout, self._plan, self._original = layout, plan, original
        self._author = Author(actor=Actor.USER, name=plan.by)
        self._told: Counter[str] = Counter()
        self.duplicates = 0
        self.days: list[Outcome] = []
        self.events = list(self._events())
        self._of_kind: dict[OldKind, Callable[[OldFile], Outcome]] = {
            OldKind.TICKET: self._ticket,
            OldKind.SESSION: self._session,
            OldKind.API_KEYS: self._keys,
            OldKind.SETTINGS: lambda file: Outcome(file, noted=[advice(original(file))]),
            OldKind.BACKUPS: self._backups,
            OldKind.LEFTOVER: lambda file: Outcome(file, noted=[LEFT_BEHIND]),
            OldKind.HALF_RESTORE: lambda file: Outcome(file, noted=[HALF_RESTORE]),
            OldKind.INDEX: Outcome,
        }

    def outcome(self, file: OldFile) -> Outcome:
        """Return what becomes of a file; of a day of the audit trail see `days` and `events`."""
        return self._of_kind[file.kind](file)

    @property
    def told_of(self) -> Iterable[str]:
        """The ids of the tickets of which the old trail tells."""
        return self._told

    def _events(self) -> list[AuditEvent]:
        """Return every event of all days once, in the order of the days."""
        found: list[AuditEvent] = []
        known: dict[str, AuditEvent] = {}
        for file in self._plan.files:
            if file.kind is OldKind.AUDIT_DAY:
                found += self._new_in(self._day(file), known)
        return found

    def _day(self, file: OldFile) -> OldDay:
        match = AUDIT_ARRAY.fullmatch(file.name)
        read = day_from(self._original(file), file=file.path, day=match[1] if match else "")
        self.days.append(Outcome(file, noted=read.problems))
        return read

    def _new_in(self, day: OldDay, known: dict[str, AuditEvent]) -> list[AuditEvent]:
        new = []
        for told in day.events:
            event = told
            if event.id in known and event != known[event.id]:
                self.days[-1].noted.append(f"two events have the id {event.id}")
                event = renamed(event)
            if event.id in known:
                self.duplicates += 1
                continue
            known[event.id] = event
            new.append(event)
            if event.ticket_id:
                self._told[event.ticket_id] += 1
            if event.legal_hold:
                problem = (
                    f"event {event.id} says that ticket {event.ticket_id} is under legal hold"
                )
                self.days[-1].noted.append(problem)
        return new

    def _ticket(self, file: OldFile) -> Outcome:
        ticket_id, content = ticket_id_of(file), self._original(file)
        if ticket_id is None:
            return Outcome(file, set_aside="Its name cannot be that of a ticket.")
        now = self._plan.begun_at
        try:
            old = ticket_from(content, name=file.name, ticket_id=ticket_id, now=now)
        except DamagedFileError as error:
            return Outcome(file, set_aside=error.problem)
        noted = list(map(str, old.refused))
        if not self._told[ticket_id]:
            noted.append("The audit trail of the earlier program tells nothing of it.")
        if old.is_in_force:
            noted.append(IN_FORCE)
        said = (
            f"{self._plan.by} migrated it from a file of the specification's form, which is kept "
            f"as {FOLDER}/{self._plan.stamp}/{file.path} (SHA-256 "
            f"{hashlib.sha256(content).hexdigest()}). It had the status {old.status} and was "
            f"last changed at {as_utc(old.changed_at):%Y-%m-%dT%H:%M:%S.%fZ}."
        )
        made = change(None, old.ticket, by=self._author, action="ticket_migrated", notes=said)
        written = made.ticket.model_copy(update={"version": 1})
        return Outcome(file, encode(written, made.event), event=made.event, noted=noted)

    def _session(self, file: OldFile) -> Outcome:
        match = SESSION_FILE.fullmatch(file.name)
        if match is None:
            return Outcome(file, set_aside="Its name cannot be that of a conversation.")
        try:
            session, refused = session_from(
                self._original(file), name=file.name, key=match[1], now=self._plan.begun_at
            )
        except DamagedFileError as error:
            return Outcome(file, set_aside=error.problem)
        return Outcome(file, sessions.encode(session), noted=list(map(str, refused)))

    def _keys(self, file: OldFile) -> Outcome:
        try:
            names = names_in(self._original(file))
        except ValueError:
            return Outcome(file, noted=[UNREADABLE_KEYS])
        called = f"It had keys called {', '.join(names)}. " if names else ""
        return Outcome(file, noted=[called + NEW_KEYS])

    def _backups(self, file: OldFile) -> Outcome:
        folder: Path = self._layout.daily_backups
        content, problems = notes_from(self._original(file), folder)
        return Outcome(file, content, noted=[*problems, OLD_ARCHIVES])
