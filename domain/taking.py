"""What a turn of a conversation says about a ticket, taken at once: fields and answers together.

What one of them refuses does not lose the others: the good ones are stated in one edit, and each
refused one is told with what would be accepted. The county is taken first, because the clocks
follow from it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from domain.answering import answer, asked_of, here
from domain.audit import Author, Change
from domain.drafting import checked_facts, edit, refuse_locked
from domain.errors import RejectedError, Texas811Error
from domain.extraction import Extraction
from domain.questions import label
from domain.ticket import Ticket

SAID_MAX = 200  # in one turn; more than a ticket has fields
TOLD_FIRST = {"county": 0, "gps_coordinates": 1, "geometry": 1}


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that a person says: of a field, or to the open gap of this id."""

    name: str
    value: JsonValue


class Refusal(BaseModel):
    """What was not taken, why, and what would be."""

    model_config = ConfigDict(frozen=True)

    field: str
    problem: str
    remedy: str | None = None
    suggested_values: list[str] = Field(default_factory=list)

    @classmethod
    def of(cls, name: str, error: Texas811Error) -> Self:
        return cls(
            field=error.field or name,
            problem=error.problem,
            remedy=error.remedy,
            suggested_values=list(error.suggested_values),
        )

    def as_error(self) -> RejectedError:
        """Return what is to be raised where nothing else was said."""
        return RejectedError(
            self.problem,
            field=self.field,
            remedy=self.remedy,
            suggested_values=self.suggested_values,
        )


START = "planned_start_at"
OFFSET = re.compile(r"\d\d:\d\d(?::\d\d(?:\.\d+)?)?\s?(?:Z|[+-]\d\d:?\d\d)\s*$", re.IGNORECASE)
WITHOUT_A_COUNTY = Refusal(
    field=START,
    problem="By which clocks the start is meant follows from the county, which was not stated.",
    remedy="State the county as well, or the start with its offset; or say it once the ticket is there.",
)


@dataclass(slots=True)
class Taken:
    """The facts of a turn, what was refused, and the questions that were left open."""

    facts: dict[str, object] = field(default_factory=dict)
    # What an answer to something else said in the same breath: what was said by itself counts more.
    beside: dict[str, object] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)
    left_open: list[str] = field(default_factory=list)


def take(
    ticket: Ticket,
    said: Sequence[Said],
    extraction: Extraction | None,
    *,
    now: datetime,
    by: Author,
) -> tuple[Change | None, Taken]:
    """Return the ticket with everything that could be taken, and what became of the rest.

    There is no change where questions were only left open. Raises RejectedError if nothing was
    taken, for the first of what was refused, and for a ticket whose fields are locked.
    """
    refuse_locked(ticket)
    taken = read_all(ticket, said, now=now)
    if taken.facts:
        return edit(ticket, taken.facts, extraction, now=now, by=by), taken
    if taken.refused and not taken.left_open:
        raise taken.refused[0].as_error()
    return None, taken


def read_all(ticket: Ticket, said: Sequence[Said], *, now: datetime) -> Taken:
    """Return the facts that are said, each of them checked, and what could not be read.

    Raises RejectedError if nothing is said.
    """
    if not said:
        raise RejectedError(
            "Nothing is stated.", remedy="State at least one ticket field, or answer a gap."
        )
    if len(said) > SAID_MAX:
        raise RejectedError(
            f"More than {SAID_MAX} things are said at once.",
            remedy="Say the rest in another turn.",
        )
    taken = Taken()
    for one in sorted(said, key=lambda one: _rank(ticket, one)):
        try:
            _take_one(ticket, one, taken, now=now)
        except RejectedError as error:
            taken.refused.append(Refusal.of(one.name, error))
    taken.facts = {**taken.beside, **taken.facts}
    return taken


def first_facts(said: Sequence[Said], *, now: datetime) -> Taken:
    """Return the facts that are said of a ticket that is not there yet, and what could not be read.

    Without a county nobody knows by which clocks a time is meant, so it is refused.
    """
    empty = Ticket(id="new", created_at=now, updated_at=now, requested_at=now)
    taken = read_all(empty, said, now=now) if said else Taken()
    has_offset = any(OFFSET.search(str(one.value)) for one in said if one.name == START)
    if START in taken.facts and "county" not in taken.facts and not has_offset:
        del taken.facts[START]
        taken.refused.append(WITHOUT_A_COUNTY)
    return taken


def _take_one(ticket: Ticket, one: Said, taken: Taken, *, now: datetime) -> None:
    asked = asked_of(ticket, one.name)
    # The clocks are those of the county that this turn names.
    told = ticket.model_copy(update={"county": taken.facts.get("county", ticket.county)})
    found = answer(asked, one.value, here(told, now))
    if found.left_open:
        taken.left_open.append(found.left_open)
        return
    facts = checked_facts(found.facts)
    is_asked = asked.field in facts
    direct = {name: one for name, one in facts.items() if name == asked.field or not is_asked}
    for name, value in direct.items():
        if taken.facts.get(name, value) != value:
            raise RejectedError(
                f"The {label(name)} was said twice, and differently.",
                field=name,
                remedy="Say it once.",
            )
    taken.facts.update(direct)
    taken.beside.update(facts)


def _rank(ticket: Ticket, one: Said) -> int:
    try:
        return TOLD_FIRST.get(asked_of(ticket, one.name).field, 2)
    except RejectedError:
        return 3
