"""What a turn of a conversation says about a ticket, taken at once: fields and answers together.

What one of them refuses does not lose the others: the good ones are stated in one edit, and each
refused one is told with what would be accepted. The county is taken first, because the clocks
follow from it, and the type of the ticket, because how early it may start does. A start is never
left standing by clocks by which it was not meant.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from domain.answering import answer, here
from domain.asking import Asked, asked_of
from domain.audit import Author, Change
from domain.drafting import checked_facts, edit, refuse_locked
from domain.errors import RejectedError, Texas811Error
from domain.extraction import Extraction
from domain.moment import spoken
from domain.questions import label
from domain.spoken_days import Here
from domain.start import waits_for_a_start
from domain.texas import CENTER_ZONE, find_county, zone_named
from domain.ticket import Ticket

SAID_MAX = 200  # in one turn; more than a ticket has fields
TOLD_FIRST = {
    "county": 0,
    "ticket_type": 0,
    "priority_level": 0,  # asks whether it is an emergency
    "gps_coordinates": 1,
    "geometry": 1,
}
DECIDE_THE_START = ("county", "ticket_type")
START = "planned_start_at"
ZONES = (zone_named(CENTER_ZONE), zone_named("America/Denver"))  # all that Texas has


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


WITHOUT_A_COUNTY = RejectedError(
    "By which clocks the start is meant follows from the county, which is not known yet.",
    field=START,
    remedy="State the county first, or with it; or name the zone, like 8 AM Central time.",
)


@dataclass(slots=True)
class Taken:
    """The facts of a turn, what was refused, and the questions that were left open."""

    facts: dict[str, object] = field(default_factory=dict)
    # What an answer to something else said in the same breath: what was said by itself counts more.
    beside: dict[str, object] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)
    left_open: list[str] = field(default_factory=list)

    def told(self, ticket: Ticket) -> Ticket:
        """Return the ticket with what was taken so far of that from which a start follows."""
        said = {**self.beside, **self.facts}
        return ticket.model_copy(
            update={name: said[name] for name in DECIDE_THE_START if name in said}
        )


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
    _ask_again_by_other_clocks(ticket, taken)
    return taken


def first_facts(said: Sequence[Said], *, now: datetime) -> Taken:
    """Return the facts that are said of a ticket that is not there yet, and what was refused."""
    empty = Ticket(id="new", created_at=now, updated_at=now, requested_at=now)
    return read_all(empty, said, now=now) if said else Taken()


def _take_one(ticket: Ticket, one: Said, taken: Taken, *, now: datetime) -> None:
    asked = asked_of(ticket, one.name)
    told = taken.told(ticket)
    place = _place_of(told, now)
    found = answer(asked, one.value, place)
    if found.left_open:
        taken.left_open.append(found.left_open)
        return
    facts = checked_facts(found.facts)
    if facts.get(START) and _zone_of(told) is None:
        _refuse_either_clock(asked, one, place)
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


def _place_of(told: Ticket, now: datetime) -> Here:
    """Return where and when something is said; what does not wait may start at once."""
    place = here(told, now)
    if waits_for_a_start(told):
        return place
    return replace(place, earliest=now.replace(second=0, microsecond=0))


def _zone_of(ticket: Ticket) -> ZoneInfo | None:
    county = find_county(ticket.county or "")
    return zone_named(county.timezone) if county else None


def _refuse_either_clock(asked: Asked, one: Said, place: Here) -> None:
    """Refuse a start that would be another moment by the other clocks of Texas."""
    moments = {
        checked_facts(answer(asked, one.value, replace(place, zone=zone)).facts)[START]
        for zone in ZONES
    }
    if len(moments) > 1:
        raise WITHOUT_A_COUNTY


def _ask_again_by_other_clocks(ticket: Ticket, taken: Taken) -> None:
    """Unsay a start that was meant by the clocks of another county, and ask for it again."""
    start, zone, new = ticket.planned_start_at, _zone_of(ticket), _zone_of(taken.told(ticket))
    if start is None or START in taken.facts or zone is None or new == zone:
        return
    wall = start.astimezone(zone)
    meant = [wall.replace(tzinfo=new), wall.astimezone(new)] if new else []
    taken.facts[START] = None
    taken.refused.append(
        Refusal(
            field=START,
            problem=f"The start, {spoken(start, zone)}, was meant by the clocks of {ticket.county} "
            "County. It has to be said again.",
            remedy="Say when the work shall start by the clocks of the county that is stated now."
            if new
            else "State the county, and the start with it.",
            suggested_values=[one.isoformat() for one in meant],
        )
    )


def _rank(ticket: Ticket, one: Said) -> int:
    try:
        return TOLD_FIRST.get(asked_of(ticket, one.name).field, 2)
    except RejectedError:
        return 3
