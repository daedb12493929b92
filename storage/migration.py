"""A data directory of the specification's program becomes ours, in place, and nothing is lost.

1.  every file that will be changed gets a second name below `migrated/<stamp>/`; then the plan is
    written, which names them all
2.  the events of the old audit trail become lines of the log, day by day
3.  each ticket is written in our form, with an event that names the SHA-256 of its original; then
    conversations, the list of backups; what is derived or not used any more goes
4.  an event says that all of it was done; the index and the claims are made, and the report is
    written

What is written follows from the originals and the plan alone, and each step is left out where it
is done already. So after a power cut at any moment the same command ends with the same bytes.
"""

import os
import stat
from collections.abc import Callable, Iterable
from pathlib import Path
from uuid import uuid5

import aiofiles.os

from domain.audit import EVENT_NAMESPACE, SYSTEM, Actor, AuditEvent, Author, event_id, named
from domain.errors import ConflictError
from storage.clock import Clock, system_clock
from storage.failures import disk_trouble, unreadable
from storage.files import (
    CAN_SYNC_FILESYSTEM,
    make_directory,
    open_directory,
    remove_file,
    rename,
    sync_directory,
    sync_filesystem,
    unlink,
    write_atomic,
)
from storage.links import link_or_copy
from storage.migrated_log import MigratedLog
from storage.migration_notes import FOLDER, MigrationNotes, MigrationReport, Noted, Plan
from storage.migration_steps import Outcome, Steps, report_of
from storage.old_keys import without_secrets
from storage.old_layout import OldFile, OldKind, old_files, ticket_id_of, unnameable
from storage.quarantine import Quarantine
from storage.store import Store
from storage.threads import in_writers_thread
from storage.ticket_locks import TicketLock
from storage.trail import trail

UNNAMEABLE = (
    "Its name is in no encoding that can be read, so it stays as it is. Give it a name in ASCII, "
    "and migrate again."
)
OWNERS_MODE = stat.S_IRUSR | stat.S_IWUSR
HISTORY_JOINED = (
    "The audit trail of the specification's program was joined to this ticket's history."
)


def _nothing() -> None:
    pass


class Migration:
    """The migration of one data directory, of which the caller is the only user.

    `run` and `look` do not block the loop. Everything raises UnavailableError if the disk fails.
    """

    def __init__(self, store: Store, clock: Clock = system_clock) -> None:
        self._store = store
        self._layout = store.quarantine.layout
        self._root = self._layout.root
        self._clock = clock
        self._notes = MigrationNotes(self._layout)
        self.look = aiofiles.os.wrap(self._look)
        self._migrate_in_thread = in_writers_thread(self._migrate)
        self._end_in_thread = in_writers_thread(self._end)

    async def run(self, by: Author, on_step: Callable[[], None] = _nothing) -> MigrationReport:
        """Migrate all of it, or go on where an earlier run was stopped; return what became of it.

        `on_step` is called for each file, in another thread. Raises RejectedError if nobody is
        named, ConflictError if somebody else still writes there.
        """
        report = await self._migrate_in_thread(by, on_step)
        if not report.is_empty:
            await self._store.recover()  # the index, and the claims of the center's numbers
            await self._end_in_thread(report)
        return report

    def _look(self, by: Author = SYSTEM) -> MigrationReport:
        """Return what a migration would do, having changed nothing."""
        with unreadable(self._root):
            stamp = self._notes.unfinished()
            plan = self._notes.plan(stamp) if stamp else None
            if plan is None:
                plan = self._planned(stamp or self._notes.new_stamp(self._clock()), by)
                steps = Steps(self._layout, plan, self._live)
            else:
                steps = Steps(self._layout, plan, self._kept_by(plan))
            if not plan.files:
                return MigrationReport(is_dry_run=True)
            outcomes = [steps.outcome(file).without_content() for file in _others(plan)]
            return report_of(plan, steps, outcomes).model_copy(update={"is_dry_run": True})

    def _migrate(self, by: Author, on_step: Callable[[], None]) -> MigrationReport:
        named(by)
        with disk_trouble(self._root):
            stamp = self._notes.unfinished()
            plan = self._notes.plan(stamp) if stamp else None
            if plan is None:
                plan = self._planned(stamp or self._notes.new_stamp(self._clock()), by)
                if not plan.files:
                    return MigrationReport()
                self._keep(plan)
            return self._carry_out(plan, on_step)

    def _planned(self, stamp: str, by: Author) -> Plan:
        """Return the plan of a migration that begins now.

        A ticket of which our log tells a version is none of the earlier program's: its file was
        put in the place of ours.
        """
        ours = set()
        if self._layout.audit.is_dir():
            ours = {line.ticket_id for line in trail(self._layout) if line.made_version}
        files = [file for file in old_files(self._layout) if ticket_id_of(file) not in ours]
        noted = [Noted(file=name, problem=UNNAMEABLE) for name in unnameable(self._layout)]
        begun_at, name = self._clock(), str(by.name)
        return Plan(stamp=stamp, begun_at=begun_at, by=name, files=files, noted=noted)

    def _keep(self, plan: Plan) -> None:
        """Give every file that will be changed its second name, and write the plan: durably."""
        folder = self._notes.folder(plan.stamp)
        for file in plan.files:
            kept = folder / file.path
            make_directory(kept.parent)
            if file.kind is OldKind.API_KEYS:
                self._keep_keys(self._root / file.path, kept)
            elif not file.is_folder:
                link_or_copy(self._root / file.path, kept)
        self._sync({(folder / file.path).parent for file in plan.files})
        self._notes.write_plan(plan)

    def _keep_keys(self, path: Path, kept: Path) -> None:
        try:
            write_atomic(kept, without_secrets(path.read_bytes()))
        except ValueError:
            link_or_copy(path, kept)
            os.chmod(kept, OWNERS_MODE)  # noqa: PTH101 - as in all of our files

    def _sync(self, directories: Iterable[Path]) -> None:
        """Make durable what lies there, also what the earlier program never synced."""
        if not CAN_SYNC_FILESYSTEM:
            for directory in directories:
                sync_directory(directory)
            return
        descriptor = open_directory(self._root)
        try:
            sync_filesystem(descriptor)
        finally:
            os.close(descriptor)

    def _carry_out(self, plan: Plan, on_step: Callable[[], None]) -> MigrationReport:
        steps = Steps(self._layout, plan, self._kept_by(plan))
        self._store.audit.repair({})
        closing = [*self._joined(plan, steps), _end_of(plan)]
        tickets = {ticket_id_of(file) for file in plan.files if file.is_ticket}
        ours = steps.trail.ids | {event.id for event in closing}
        ours |= {event_id(ticket_id, 1) for ticket_id in tickets if ticket_id}
        log = MigratedLog(self._layout, self._store.audit, ours)
        for event in steps.trail.events():
            log.tell(event)
        self._store.audit.durable_ends()
        for day in steps.days:
            self._apply(plan, day)
            on_step()
        outcomes = []
        for file in _others(plan):
            outcome = steps.outcome(file)
            self._apply(plan, outcome)
            if outcome.event:
                log.tell(outcome.event)
            outcomes.append(outcome.without_content())
            on_step()
        for event in closing:
            log.tell(event)
            if event.ticket_id:  # its note says that another line is the last
                unlink(self._layout.ticket_lock(event.ticket_id))
        self._store.audit.durable_ends()
        return report_of(plan, steps, outcomes)

    def _end(self, report: MigrationReport) -> None:
        """Write the report: from now on this migration has ended."""
        with disk_trouble(self._root):
            self._notes.write_report(report)

    def _apply(self, plan: Plan, outcome: Outcome) -> None:
        """Bring about what becomes of a file, unless that is done."""
        file, path = outcome.file, self._root / outcome.file.path
        with TicketLock(self._lock_for(file)):
            if file.is_folder:
                self._move(path, self._notes.folder(plan.stamp) / file.path)
                if outcome.content is not None and not path.exists():
                    write_atomic(path, outcome.content)
                return
            if not path.exists() or not file.is_still(path.read_bytes()):
                return
            if outcome.set_aside:
                quarantine = Quarantine(self._layout, lambda: plan.begun_at)
                quarantine.set_aside(path, outcome.set_aside)
            elif outcome.content is not None:
                write_atomic(path, outcome.content)
            else:
                remove_file(path)

    def _move(self, folder: Path, kept: Path) -> None:
        """Move a folder to where its original is kept, unless it is there."""
        if folder.is_dir():
            rename(folder, kept)
        sync_directory(kept.parent)
        sync_directory(folder.parent)

    def _lock_for(self, file: OldFile) -> Path:
        """Return the lock under which this file is written, if it is a ticket's."""
        ticket_id = ticket_id_of(file) if file.is_ticket else None
        if ticket_id is None:
            return self._layout.locks / "migration.lock"
        return self._layout.ticket_lock(ticket_id)

    def _joined(self, plan: Plan, steps: Steps) -> list[AuditEvent]:
        """Return an event for each ticket that is in our form already, and was told of before it."""
        migrated = {ticket_id_of(file) for file in plan.files}
        return [
            _closing(plan, "history_joined", HISTORY_JOINED, ticket_id=ticket_id)
            for ticket_id in sorted(steps.trail.told_of)
            if ticket_id not in migrated and self._layout.ticket(ticket_id).exists()
        ]

    def _live(self, file: OldFile) -> bytes:
        return (self._root / file.path).read_bytes()

    def _kept_by(self, plan: Plan) -> Callable[[OldFile], bytes]:
        """Return what gives the original of a file. Raises ConflictError for one that has changed."""
        folder = self._notes.folder(plan.stamp)

        def original(file: OldFile) -> bytes:
            if file.is_folder:
                return b""
            try:
                content = (folder / file.path).read_bytes()
            except FileNotFoundError:  # it lies in a folder that was not moved yet
                content = self._live(file)
            if file.sha256 and not file.is_still(content):
                raise ConflictError(
                    f"{FOLDER}/{plan.stamp}/{file.path} has changed since the migration began.",
                    field="file",
                    remedy="Stop the earlier program, put the original back, and try again.",
                )
            return content

        return original


def _others(plan: Plan) -> list[OldFile]:
    return [file for file in plan.files if file.kind is not OldKind.AUDIT_DAY]


def _end_of(plan: Plan) -> AuditEvent:
    notes = (
        f"{plan.by} migrated the data directory from the form of the specification: "
        f"{len(plan.files)} files, kept in {FOLDER}/{plan.stamp}."
    )
    return _closing(plan, "directory_migrated", notes)


def _closing(
    plan: Plan, action: str, notes: str, *, ticket_id: str | None = None
) -> AuditEvent:
    return AuditEvent(
        id=str(uuid5(EVENT_NAMESPACE, f"{action}/{plan.stamp}/{ticket_id}")),
        ticket_id=ticket_id,
        timestamp=plan.begun_at,
        actor=Actor.USER,
        action=action,
        notes=notes,
        compliance_relevant=True,
    )
