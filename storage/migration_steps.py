"""What becomes of each file of the specification's program: worked out, and not done yet.

It follows from the original and from the plan alone, so it is the same however often it is asked.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from domain.audit import Actor, AuditEvent, Author, change
from domain.moment import as_utc
from storage import sessions
from storage.failures import DamagedFileError
from storage.layout import SESSION_FILE, Layout
from storage.migration_notes import FOLDER, MigrationReport, Noted, Plan
from storage.old_keys import names_in
from storage.old_layout import OldFile, OldKind, ticket_id_of
from storage.old_records import notes_from, session_from
from storage.old_settings import advice
from storage.old_tickets import ticket_from
from storage.old_trail import OldTrail
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
NEWEST_SAVE = (
    "It was a folder, into which the earlier program has put each save of the ticket since. The "
    "ticket is that of {newest}, the newest that can be read of {count}."
)
NO_SAVE = "It is a folder, and no save of the ticket in it can be read; it is kept as it is."
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

    def without_content(self) -> "Outcome":
        """Return as much of it as the report needs."""
        content = None if self.content is None else b""
        return replace(self, content=content, event=None)

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
        days = [file for file in plan.files if file.kind is OldKind.AUDIT_DAY]
        self.trail = OldTrail(days, original, plan.begun_at)
        self._of_kind: dict[OldKind, Callable[[OldFile], Outcome]] = {
            OldKind.TICKET: lambda file: self._ticket(file, file),
            OldKind.TICKET_FOLDER: self._ticket_folder,
            OldKind.SESSION: self._session,
            OldKind.API_KEYS: self._keys,
            OldKind.SETTINGS: lambda file: Outcome(file, noted=[advice(original(file))]),
            OldKind.BACKUPS: self._backups,
            OldKind.LEFTOVER: lambda file: Outcome(file, noted=[LEFT_BEHIND]),
            OldKind.HALF_RESTORE: lambda file: Outcome(file, noted=[HALF_RESTORE]),
            OldKind.INDEX: Outcome,
        }

    def outcome(self, file: OldFile) -> Outcome:
        """Return what becomes of a file; of a day of the audit trail see `days` and `trail`."""
        return self._of_kind[file.kind](file)

    @property
    def days(self) -> list[Outcome]:
        """What becomes of the days of the audit trail, once `trail` is told."""
        noted = zip(self.trail.days, self.trail.noted, strict=True)
        return [Outcome(file, noted=problems) for file, problems in noted]

    def _ticket_folder(self, folder: OldFile) -> Outcome:
        """Return the ticket of the newest save that can be read."""
        for save in folder.within:
            outcome = self._ticket(folder, save)
            if outcome.set_aside is None:
                said = NEWEST_SAVE.format(newest=save.name, count=len(folder.within))
                outcome.noted.insert(0, said)
                return outcome
        return Outcome(folder, noted=[NO_SAVE])

    def _ticket(self, file: OldFile, save: OldFile) -> Outcome:
        """Return the ticket that has its name from `file`, and all else from `save`."""
        ticket_id, content = ticket_id_of(file), self._original(save)
        if ticket_id is None:
            return Outcome(file, set_aside="Its name cannot be that of a ticket.")
        now = self._plan.begun_at
        try:
            old = ticket_from(content, name=file.name, ticket_id=ticket_id, now=now)
        except DamagedFileError as error:
            return Outcome(file, set_aside=error.problem)
        noted = list(old.noted)
        if not self.trail.told_of[ticket_id]:
            noted.append("The audit trail of the earlier program tells nothing of it.")
        if old.is_in_force:
            noted.append(IN_FORCE)
        said = (
            f"{self._plan.by} migrated it from a file of the specification's form, which is kept "
            f"as {FOLDER}/{self._plan.stamp}/{save.path} (SHA-256 "
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
            session, noted = session_from(
                self._original(file), name=file.name, key=match[1], now=self._plan.begun_at
            )
        except DamagedFileError as error:
            return Outcome(file, set_aside=error.problem)
        return Outcome(file, sessions.encode(session), noted=noted)

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


def report_of(plan: Plan, steps: Steps, outcomes: list[Outcome]) -> MigrationReport:
    """Return what became of everything."""
    taken = [one.file.kind for one in outcomes if one.set_aside is None]
    tickets = sum(one.file.is_ticket and one.content is not None for one in outcomes)
    conversations = taken.count(OldKind.SESSION)
    return MigrationReport(
        stamp=plan.stamp,
        begun_at=plan.begun_at,
        by=plan.by,
        kept_in=f"{FOLDER}/{plan.stamp}",
        tickets=tickets,
        days=len(steps.days),
        events=len(steps.trail.ids),
        duplicates=steps.trail.duplicates,
        sessions=conversations,
        others=len(taken) - tickets - conversations,
        set_aside=[
            Noted(file=one.file.path, problem=one.set_aside)
            for one in outcomes
            if one.set_aside
        ],
        noted=[*plan.noted] + [note for one in [*steps.days, *outcomes] for note in one.notes],
    )
