"""What is to be removed because its time is over, and what is kept back though it is old: the plan.

What it comes from is in `storage/retention_tickets.py` and `storage/retention_others.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from domain.moment import Moment
from storage.legal_holds import Hold


class Kind(StrEnum):
    """What it is that goes or stays."""

    TICKET = "ticket"
    CONVERSATION = "conversation"
    DEAD_LETTER = "dead_letter"
    AUDIT_DAY = "audit_day"


class Why(StrEnum):
    """Why something is kept though it is old enough to go."""

    HELD = "legal_hold"
    CHAIN = "chain"
    WAITS = "waits_for_a_person"
    DAMAGED = "damaged"
    NEEDED = "needed"


class Going(BaseModel):
    """Something whose time is over: since when (UTC), and its files below the data directory.

    Tickets of one `chain` go together or not at all; `about` is the ticket that anything else
    speaks of.
    """

    model_config = ConfigDict(frozen=True)

    kind: Kind
    name: str
    over_since: Moment
    chain: str | None = None
    work_order_id: str | None = None
    about: str | None = None
    # The name of a conversation's file is its key: it opens it, and is shown to nobody.
    files: tuple[str, ...] = Field(exclude=True, repr=False)


class KeptBack(BaseModel):
    """Something that is old enough to go, and why it stays."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    name: str
    why: Why
    problem: str


class RetentionPlan(BaseModel):
    """What goes and what is kept back, as things were at a moment.

    What was over before `data_before` is old enough, of the log the UTC days before `audit_before`.
    `doubt` is why the clock may be wrong by which all this is old; then only a person removes.
    """

    model_config = ConfigDict(frozen=True)

    made_at: Moment
    data_before: Moment
    audit_before: str
    tickets: int
    going: list[Going]
    kept: list[KeptBack]
    doubt: str | None = None
    # How long each day of the log was (bytes) before anything was looked at.
    log_ends: dict[str, int] = Field(default={}, exclude=True, repr=False)

    def of(self, kind: Kind) -> list[Going]:
        return [one for one in self.going if one.kind is kind]


@dataclass(slots=True)
class Draft:
    """A plan in the making, and what speaks against a removal.

    What was over `before` is old enough to go. `holds` gives the open hold of each ticket that is
    held, `retired` the tickets that have a tombstone.
    """

    before: datetime
    holds: Mapping[str, Hold]
    retired: set[str]
    going: list[Going] = field(default_factory=list)
    kept: list[KeptBack] = field(default_factory=list)

    def go(self, kind: Kind, name: str, over_since: datetime, file: str) -> None:
        self.going.append(Going(kind=kind, name=name, over_since=over_since, files=(file,)))

    def go_unless_held(self, one: Going) -> None:
        """Have something go, unless the ticket that it speaks of is held."""
        if held := self.holds.get(one.about or ""):
            self.keep(one.kind, one.name, Why.HELD, told_of(held))
        else:
            self.going.append(one)

    def keep(self, kind: Kind, name: str, why: Why, problem: str) -> None:
        self.kept.append(KeptBack(kind=kind, name=name, why=why, problem=problem))


def told_of(hold: Hold) -> str:
    """Return a hold in a sentence."""
    matter = f" for {hold.matter}" if hold.matter else ""
    return f"{hold.by} holds {hold.what}{matter} since {hold.since:%Y-%m-%d}."
