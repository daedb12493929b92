"""Retiring: what is over for long enough is archived, told of in the audit log, and then removed.

Each step is durable before the next: the archive, read back; the tombstones of a chain of tickets;
the events that name what is removed, from where, and the archive; the removal. A run that is
killed anywhere leaves everything, or what the next run finishes: nothing is removed but what an
archive holds byte for byte, and a ticket that changed meanwhile stays.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import groupby

import aiofiles.os
from pydantic import BaseModel, ConfigDict

from domain.audit import SYSTEM, Author
from domain.errors import ConflictError
from domain.keeping import Keeping
from domain.moment import as_utc
from domain.retention import months_before
from storage.clock import Clock, system_clock
from storage.failures import disk_trouble, unreadable
from storage.file_locks import locked_within
from storage.log_lines import days_of
from storage.restore_gate import RestoreGate
from storage.retention_doubt import doubt_about, refusal
from storage.retention_others import plan_audit_days, plan_conversations, plan_dead_letters
from storage.retention_plan import Draft, Going, KeptBack, Kind, RetentionPlan
from storage.retention_tickets import plan_tickets
from storage.retired_archive import Removal, archived
from storage.retiring_days import retire_days
from storage.retiring_records import retire_records
from storage.retiring_tickets import retire_chain
from storage.store import Store
from storage.threads import in_writers_thread
from storage.tombstones import retired_ids

HOW: Mapping[Kind, Callable[[Store, Sequence[Going], Removal], Sequence[Going]]] = {
    Kind.TICKET: retire_chain,
    Kind.CONVERSATION: retire_records,
    Kind.DEAD_LETTER: retire_records,
    Kind.AUDIT_DAY: retire_days,
}
AT_ONCE = 1_000  # so many tickets in an archive: their histories are held in memory
WAIT_SECONDS_MAX = 300.0  # for a backup that is being made


class Retired(BaseModel):
    """What a run has removed, in which archives, and what stays though it is old.

    `changed` names what was planned to go and was changed, or held, before it went.
    """

    model_config = ConfigDict(frozen=True)

    removed: list[Going]
    changed: list[Going]
    kept: list[KeptBack]
    archives: list[str]

    def count(self, kind: Kind) -> int:
        return sum(one.kind is kind for one in self.removed)


class Retiring:
    """Plans what goes, and has it go."""

    def __init__(self, store: Store, keeping: Keeping, *, clock: Clock = system_clock) -> None:
        self._store = store
        self._layout = store.quarantine.layout
        self._keeping = keeping
        self._clock = clock
        self.plan = aiofiles.os.wrap(self.plan_now)
        self.retire = in_writers_thread(self.retire_now)

    def plan_now(self) -> RetentionPlan:
        """Return what would go now, and what is kept back. Blocks.

        Raises NotFoundError if this is no data directory, DamagedFileError if the legal holds
        cannot be read, and UnavailableError.
        """
        now = self._clock()
        first = f"{months_before(as_utc(now).date(), self._keeping.audit_months):%Y%m%d}"
        with unreadable(self._layout.root):
            self._layout.existing(self._layout.tickets)
            ends = {day: path.stat().st_size for day, path in days_of(self._layout)}
            draft = self._draft(now)
            tickets = plan_tickets(self._store, draft)
            plan_conversations(self._store, draft)
            plan_dead_letters(self._store, draft)
            plan_audit_days(self._store, draft, first)
            doubt = doubt_about(self._layout, now) if draft.going else None
        return RetentionPlan(
            made_at=now,
            data_before=draft.before,
            audit_before=first,
            tickets=tickets,
            going=draft.going,
            kept=draft.kept,
            doubt=doubt,
            log_ends=ends,
        )

    def retire_now(self, by: Author = SYSTEM, *, although_idle: bool = False) -> Retired:
        """Remove what is over for long enough, having archived it. Blocks.

        Done again it finds nothing to do. Raises what `plan_now` does, ClockDoubtError where the
        clock may be wrong, unless a person says that it is not, ConflictError while a
        backup is being made, and UnavailableError if the disk does not take the archive: then
        nothing of it was removed.
        """
        with disk_trouble(self._layout.retired), self._alone():
            plan = self.plan_now()
            if plan.doubt and not although_idle:
                raise refusal(plan.doubt)
            removed: list[Going] = []
            archives: list[str] = []
            for part in _parts(plan):
                archive = archived(self._layout, part, plan.made_at)
                archives.append(archive.name)
                removal = Removal(archive, plan, by)
                for (kind, _chain), members in groupby(part, key=_together):
                    removed += HOW[kind](self._store, list(members), removal)
        gone = {(one.kind, one.name) for one in removed}
        changed = [one for one in plan.going if (one.kind, one.name) not in gone]
        return Retired(removed=removed, changed=changed, kept=plan.kept, archives=archives)

    def _draft(self, now: datetime) -> Draft:
        holds = [hold for hold in self._store.legal_holds.list_now() if hold.is_open]
        return Draft(
            before=now - timedelta(days=self._keeping.data_days),
            holds={hold.ticket_id: hold for hold in reversed(holds)},
            retired=retired_ids(self._layout),
        )

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep makers of backups away: what they list must not go before they have read it.

        And restores of everything, which would exchange what is removed.
        """
        free = locked_within(self._layout.backups_lock, WAIT_SECONDS_MAX)
        with RestoreGate(self._layout), free as is_free:
            if not is_free:
                raise ConflictError(
                    "A backup is being made, or everything is being restored.",
                    remedy="Try again when that is done.",
                )
            yield


def _parts(plan: RetentionPlan) -> Iterator[list[Going]]:
    """Yield what goes, as much of it as goes into one archive; no chain is parted."""
    tickets = sorted(plan.of(Kind.TICKET), key=_together)
    part: list[Going] = []
    for _chain, members in groupby(tickets, key=_together):
        part += members
        if len(part) >= AT_ONCE:
            yield part
            part = []
    others = (Kind.CONVERSATION, Kind.DEAD_LETTER, Kind.AUDIT_DAY)
    part += [one for kind in others for one in plan.of(kind)]
    if part:
        yield part


def _together(going: Going) -> tuple[Kind, str]:
    """Return what those have in common that go at one stroke."""
    return going.kind, going.chain or ""
