"""Repairing: everything that a check has found and that is safe to mend is mended, and told.

What will be done is told before the first mend, and what was done after the last: of whoever is
killed in between the log tells what he was about to do. It may be done while the service runs: each
mend holds the lock of those who write there. Done again, it finds only what a person must decide.
"""

from collections.abc import Awaitable, Sequence
from pathlib import Path
from uuid import uuid5

import aiofiles.os
import pydantic_core
from pydantic import BaseModel, ConfigDict, JsonValue

from domain.audit import EVENT_NAMESPACE, SYSTEM, AuditEvent, Author, with_reason
from domain.errors import Texas811Error
from storage.checking import CheckReport
from storage.clock import Clock, system_clock
from storage.findings import Finding, Kind
from storage.mends import MADE_ANEW, Mends
from storage.offers import Offer, Offers
from storage.restoring import DamagedFile, Restoring
from storage.store import Store
from storage.told_names import refusal_of

TOLD_MAX = 1_000  # of one repair, in the audit log

# What is done about each kind, as a person is told of it before and after.
DEEDS = {
    Kind.LOG_TORN: "what follows its last whole line is cut off",
    Kind.LOG_ANCHOR: "made again, as the newest line about a removal tells it",
    Kind.LEFTOVER: "removed: its writer is dead, and nobody reads it",
    Kind.FOREIGN: "moved to the quarantine",
    Kind.UNREADABLE: "moved to the quarantine, for a person to look at",
    Kind.UNTOLD: "written into the audit log",
    Kind.UNSETTLED: "its event is written into the audit log",
    Kind.CLAIM_DAMAGED: "moved to the quarantine; the number is claimed again",
    Kind.CLAIM_ORPHANED: "removed: nobody has the number",
    Kind.NUMBER_UNCLAIMED: "the number is claimed for the ticket that has it",
    Kind.BACKUPS_MISNOTED: "the list is held against what is there",
    Kind.INDEX_STALE: "made again from the tickets",
}
RESTORED = frozenset({Kind.DAMAGED_TICKET, Kind.BEHIND})
# No record is touched by these: they are derived, or were never one.
UNREMARKABLE = frozenset(
    {
        Kind.LEFTOVER,
        Kind.CLAIM_DAMAGED,
        Kind.CLAIM_ORPHANED,
        Kind.NUMBER_UNCLAIMED,
        Kind.INDEX_STALE,
        Kind.BACKUPS_MISNOTED,
    }
)


class Repair(BaseModel):
    """What was mended, or would be: the file, what was wrong with it, and what is done."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    file: str
    problem: str
    done: str


class Repairs(BaseModel):
    """What was mended, and why the rest was not, a sentence each."""

    model_config = ConfigDict(frozen=True)

    done: list[Repair]
    refused: list[str]


class Repairing:
    """Mends a store in somebody's name."""

    def __init__(
        self, store: Store, *, by: Author = SYSTEM, clock: Clock = system_clock
    ) -> None:
        self._store = store
        self._by = by
        self._clock = clock
        self._who = by.name or str(by.actor)
        self._mends = Mends(store, who=self._who, clock=clock)
        self._restoring = Restoring(store, clock=clock)
        self._offers = Offers(store.quarantine)
        self._mend_in_thread = aiofiles.os.wrap(self._mends.mend)
        self._make_anew = aiofiles.os.wrap(self._mends.make_anew)

    async def plan(self, found: CheckReport) -> list[Repair]:
        """Return what would be mended of what was found; nothing is changed."""
        damaged = {one.ticket_id: one for one in found.damaged if one.ticket_id}
        behind = {_ticket_of(one): one for one in found.findings if one.kind is Kind.BEHIND}
        offers = await self._offers.of(damaged.keys() | behind.keys(), is_thorough=True)
        restored = [
            _put_back((damaged.get(ticket_id) or behind[ticket_id]), offer)
            for ticket_id, offer in sorted(offers.items())
            if isinstance(offer, Offer) and offer.is_newest
        ]
        mended = [
            Repair(kind=one.kind, file=one.file, problem=one.problem, done=DEEDS[one.kind])
            for one in found.findings
            if one.kind in DEEDS
        ]
        return [*restored, *mended]

    async def mend(self, found: CheckReport) -> Repairs:
        """Mend what is safe to mend of what was found.

        One mend that is refused keeps none of the others from being made. Raises
        UnavailableError if it cannot be told in the audit log; where what will be done cannot,
        nothing is.
        """
        planned = await self.plan(found)
        is_told = await self._tell("store_repair_begun", "has the store repaired", planned)
        done, refused = list[Repair](), list[str]()
        for repair in planned:
            if problem := await self._refusal_of(repair):
                refused.append(f"{repair.file}: {problem}")
            else:
                done.append(repair)
        if any(one.kind in MADE_ANEW for one in done):
            left = await self._left_of(done)
            refused += left.refused
            done = left.done
        if is_told:
            await self._tell("store_repaired", "had the store repaired", done, refused)
        return Repairs(done=done, refused=refused)

    async def _left_of(self, done: Sequence[Repair]) -> Repairs:
        """Make again what follows from the tickets; return what counts as done after that."""
        try:
            kept = await self._make_anew({one.file for one in done})
        except (OSError, Texas811Error) as error:
            told = [f"What follows from the tickets could not be made again: {_said_by(error)}"]
            return Repairs(
                done=[one for one in done if one.kind not in MADE_ANEW], refused=told
            )
        is_kept = [one.kind is Kind.NUMBER_UNCLAIMED and one.file in kept for one in done]
        return Repairs(
            done=[one for one, is_not in zip(done, is_kept, strict=True) if not is_not],
            refused=[f"{file}: {problem}" for file, problem in sorted(kept.items())],
        )

    async def _refusal_of(self, repair: Repair) -> str | None:
        """Mend one thing, and return what stands against it, if anything does."""
        if repair.kind in RESTORED:
            return await _refusal(self._restoring.restore(_ticket_of(repair), by=self._by))
        return await _refusal(self._mend_in_thread(repair.kind, repair.file, repair.problem))

    async def _tell(
        self,
        action: str,
        what: str,
        repairs: Sequence[Repair],
        refused: Sequence[str] | None = None,
    ) -> bool:
        """Tell in the audit log which records are touched, unless none is; was it told?

        Of what is derived nothing is told. With `refused` it is told how it ended, whatever came
        of it.
        """
        touched = [one for one in repairs if one.kind not in UNREMARKABLE]
        if not touched and refused is None:
            return False
        now = self._clock()
        told: dict[str, JsonValue] = {
            "repairs": [
                one.model_dump(mode="json", include={"file", "kind", "done"})
                for one in touched[:TOLD_MAX]
            ]
        }
        if refused:
            told["refused"] = list(refused[:TOLD_MAX])
        which = f"{action}/{now.isoformat()}/{pydantic_core.to_json(told).decode()}"
        event = AuditEvent(
            id=str(uuid5(EVENT_NAMESPACE, which)),
            timestamp=now,
            actor=self._by.actor,
            action=action,
            changed_fields=list(told),
            field_changes={name: {"before": None, "after": one} for name, one in told.items()},
            notes=with_reason(f"{self._who} {what}: {len(touched)} files.", self._by),
            compliance_relevant=True,
            **self._by.way,
        )
        await self._store.note(event)
        return True


def left_by(repairs: Sequence[Repair], found: CheckReport) -> CheckReport:
    """Return what is left of what was found when these were mended.

    What is moved because nobody can read it is left for a person all the same.
    """
    mended = {(one.file, one.problem) for one in repairs if one.kind is not Kind.UNREADABLE}
    restored = {one.file for one in repairs if one.kind is Kind.DAMAGED_TICKET}
    return found.model_copy(
        update={
            "damaged": [one for one in found.damaged if one.file not in restored],
            "findings": [
                one for one in found.findings if (one.file, one.problem) not in mended
            ],
        }
    )


def _put_back(found: DamagedFile | Finding, offer: Offer) -> Repair:
    kind = found.kind if isinstance(found, Finding) else Kind.DAMAGED_TICKET
    done = f"version {offer.version} is put back, from the {offer.source}"
    return Repair(kind=kind, file=found.file, problem=found.problem, done=done)


def _ticket_of(found: Finding | Repair) -> str:
    return Path(found.file).stem.removeprefix("ticket_")


async def _refusal(mend: Awaitable[object]) -> str | None:
    """Return what a mend is refused with, None if it is made."""
    try:
        await mend
    except (OSError, Texas811Error) as error:
        return _said_by(error)
    return None


def _said_by(error: OSError | Texas811Error) -> str:
    return error.problem if isinstance(error, Texas811Error) else refusal_of(error)
