"""A restore of everything asked for, and called off again while nothing is replaced yet."""

import logging
from pathlib import Path
from uuid import uuid5

from domain.audit import EVENT_NAMESPACE, Author, named
from domain.errors import ConflictError, NotFoundError, UnavailableError
from domain.one_line import PERSON_CHARACTERS_MAX, REASON_CHARACTERS_MAX, on_one_line
from storage.archive_reading import verify
from storage.backup_proof import expect_known
from storage.clock import Clock, system_clock
from storage.layout import Layout
from storage.manifest import checked_backup_name
from storage.restorations import Restoration, keep_restoration
from storage.restore_journal import (
    RestoreJournal,
    deciding,
    read_journal,
    remove_journal,
    write_journal,
)

GOES_ON = "Everything is being put into its place: that cannot be stopped, only ended."

log = logging.getLogger(__name__)


class RestoreAsking:
    """Takes down that everything shall be restored, or no longer. Everything here blocks."""

    def __init__(self, layout: Layout, clock: Clock = system_clock) -> None:
        self._layout = layout
        self._clock = clock

    def pending_now(self) -> RestoreJournal | None:
        """Return the restore that is asked for or under way. Raises what `read_journal` does."""
        return read_journal(self._layout)

    def ask_now(
        self,
        filename: str,
        *,
        by: Author,
        reason: str,
        keeps_orders: bool = False,
        accepts_faults: bool = False,
    ) -> RestoreJournal:
        """Ask for a restore, and return what `run_now`, or the next start, will do.

        `keeps_orders`: what was accepted after the backup is done again. Raises NotFoundError,
        DamagedFileError and RejectedError if the backup is not there, not good, or not the one
        that was made; RejectedError if nobody is named or no reason given, or either cannot be
        written down; ConflictError if a restore is pending.
        """
        person = on_one_line("by", named(by), PERSON_CHARACTERS_MAX)
        why = on_one_line("reason", reason, REASON_CHARACTERS_MAX)
        self.refuse_another_now()
        archive = self._archive(filename)
        verify(archive)
        expect_known(self._layout, archive)
        now = self._clock()
        asked = RestoreJournal(
            id=str(uuid5(EVENT_NAMESPACE, f"restore/{filename}/{now.isoformat()}")),
            filename=filename,
            by=by.model_copy(update={"name": person}),
            reason=why,
            asked_at=now,
            keeps_orders=keeps_orders,
            accepts_faults=accepts_faults,
        )
        with deciding(self._layout):
            self.refuse_another_now()
            return write_journal(self._layout, asked)

    def call_off_now(self, by: Author) -> Restoration:
        """Call off what is pending; nothing was replaced, and nothing will be. Return its end.

        Whoever is at it gives it up at his next step. Raises NotFoundError if nothing is pending,
        ConflictError if everything is being put into its place already, RejectedError if nobody
        is named, UnavailableError.
        """
        person = on_one_line("by", named(by), PERSON_CHARACTERS_MAX)
        with deciding(self._layout):
            journal = self.pending_now()
            if journal is None:
                raise NotFoundError("No restore is pending.", remedy="There is nothing to do.")
            if journal.is_only_forward:
                raise ConflictError(
                    GOES_ON,
                    remedy=f"Let it end (start the service, or --go-on); then restore "
                    f"{journal.restore_point}, in which is what was there before.",
                )
            return self._note_end(
                journal,
                problem=f"{person} has called it off.",
                remedy="Everything is as it was before.",
                is_called_off=True,
            )

    def refuse_another_now(self) -> None:
        """Raise ConflictError if a restore is pending, be it that nobody is at it any more."""
        if journal := self.pending_now():
            others = "--go-on" if journal.is_only_forward else "--call-off, or --go-on"
            raise ConflictError(
                f"A restore of {journal.filename} by {named(journal.by)} is pending, asked for at "
                f"{journal.asked_at:%Y-%m-%d %H:%M:%SZ}: {journal.reason}",
                remedy=f"`texas811 backups restore` with {others}; then look whether yours is "
                "still needed.",
            )

    def _note_end(self, journal: RestoreJournal, **how: object) -> Restoration:
        """Say that it ended without anything replaced; also where the disk takes no word of it.

        The caller decides alone. Raises UnavailableError if not even the journal can be removed.
        """
        ended = self._ended(journal, **how)
        try:
            keep_restoration(self._layout, ended)
        except UnavailableError as trouble:
            log.error("not noted: %s", trouble.problem)  # noqa: TRY400 - it says it all
        remove_journal(self._layout)
        return ended

    def _ended(self, journal: RestoreJournal, **how: object) -> Restoration:
        told = journal.model_dump(include=set(Restoration.model_fields))
        return Restoration.model_validate({**told, "finished_at": self._clock(), **how})

    def _archive(self, filename: str) -> Path:
        return self._layout.daily_backups / checked_backup_name(filename)
