"""What a file of another program says of a ticket, and the draft that it becomes.

Such a file does not tell how a ticket came to be so: it brings facts, and they are taken as those
of a draft, which a person has to confirm. It is validated by the rules of today, and its dates are
computed from its own notice. What a file carries, and what comes back exactly if an export of ours
is imported into an empty store:

| format | carried, and the same afterwards | left behind |
| --- | --- | --- |
| CSV | every fact but the shape; latitude and longitude; id; the center's number; notice_at, requested_at, created_at; the members' codes | status, gaps, answers, statements, history |
| tickets as JSON | as CSV, and the shape, the members whole | the same |
| Open Ticket | every fact; the site as it is drawn; the center's number; notice_at; members | id, status, created_at, history; type and priority where the format has one word for several |
| GeoJSON | the site as it is drawn; id, ticket_type, county, city, company, type_of_work; the center's number; notice_at, requested_at, created_at | every other fact |

An empty text and a fact that nobody has stated are one in CSV. NDJSON and JSON exports of
everything are not read here: they hold the whole truth, see `storage/portable.py`.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from domain.audit import Author, Change, change
from domain.drafting import checked_facts, placed
from domain.errors import RejectedError
from domain.facts import TicketFacts
from domain.lifecycle import VALIDATING, advance
from domain.moment import StatedMoment
from domain.open_ticket.site import site_of
from domain.responses import MEMBERS_MAX, Member
from domain.ticket import Ticket, TicketStatus
from domain.timestamps import timestamps_of

IMPORT_NAMESPACE = UUID("2f1d8a44-6f0b-5f6f-9a5e-0a4d0a6c8111")
IMPORTED = "ticket_imported"
ID_CHARACTERS_MAX = 64
PHONES = frozenset({"phone", "onsite_phone", "work_for_phone"})  # 512-555-0142 is 5125550142
SHAPES = frozenset({"gps_coordinates", "geometry"})
FACTS = frozenset(TicketFacts.model_fields)
# Controls but for tab and ends of lines, and what shows a line in another order than it is read.
HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
TIME_REMEDY = "Write date, time and offset from UTC, as in 2026-12-07T10:00:00-06:00."


class Beside(BaseModel):
    """What a file says of a ticket beside its facts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    texas811_ticket_number: str | None = Field(default=None, min_length=1, max_length=50)
    notice_at: StatedMoment | None = None
    requested_at: StatedMoment | None = None
    created_at: StatedMoment | None = None
    members: list[Member] = Field(default_factory=list, max_length=MEMBERS_MAX)


@dataclass(frozen=True, slots=True)
class Brought:
    """What one line of a file says of a ticket.

    `compared` names what tells whether a ticket says the same; beside the fields of a ticket
    `place` (latitude and longitude), `site` (the shape as it is drawn) and `codes` (of members).
    """

    ticket_id: str | None
    facts: Mapping[str, object]
    beside: Beside
    compared: frozenset[str]
    warnings: tuple[str, ...] = ()
    number: str | None = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "number", self.beside.texas811_ticket_number)

    @property
    def id(self) -> str:
        """The id of its ticket: as it is said, else one that follows from what is said."""
        if self.ticket_id:
            return self.ticket_id
        if self.number:
            return str(uuid5(IMPORT_NAMESPACE, f"number/{self.number}"))
        said = {**self.facts, **self.beside.model_dump()}
        return str(uuid5(IMPORT_NAMESPACE, json.dumps(said, sort_keys=True, default=str)))

    def raw(self, now: datetime) -> Ticket:
        """Return a draft with nothing but what is said."""
        said = {name: value for name, value in self.facts.items() if value is not None}
        beside = self.beside
        return Ticket.model_validate(
            {
                **said,
                "id": self.id,
                # A notice is never given of a ticket that is not made yet.
                "created_at": beside.created_at or min(now, beside.notice_at or now),
                "updated_at": now,
                "requested_at": beside.requested_at or beside.notice_at or now,
                "texas811_ticket_number": self.number,
                "notice_at": beside.notice_at,
                "members": beside.members,
                "extraction_warnings": list(self.warnings),
            }
        )


def brought(
    said: Mapping[str, Any],
    *,
    ticket_id: object = None,
    beside: Mapping[str, Any],
    compared: frozenset[str],
    warnings: tuple[str, ...] = (),
) -> Brought:
    """Return what a line says, its values as their fields hold them.

    Raises RejectedError naming the first field that there is not, or whose value does not fit.
    """
    facts = checked_facts(said)
    try:
        rest = Beside.model_validate(dict(beside))
    except ValidationError as error:
        raise refusal_of(error) from None
    refuse_hidden({**facts, **rest.model_dump()})
    if ticket_id is not None and not (
        isinstance(ticket_id, str) and 0 < len(ticket_id) <= ID_CHARACTERS_MAX
    ):
        raise RejectedError(
            f"{str(ticket_id)[:ID_CHARACTERS_MAX]!r} cannot be the id of a ticket.",
            field="id",
            remedy="Leave the id out, and the ticket is given one.",
        )
    found = Brought(ticket_id, facts, rest, compared, warnings)
    found.raw(rest.created_at or rest.notice_at or _SOME_DAY)  # what fits alone fits together
    return found


def imported(found: Brought, *, origin: str, now: datetime, by: Author) -> Change:
    """Return the creation of a draft from what was brought, validated, its dates computed.

    `origin` names file and line.
    """
    raw = found.raw(now)
    dated = raw.revised(now=now, **timestamps_of(raw))
    ticket = placed(advance(dated, VALIDATING, now=now), None, now)
    notes = f"{by.name or by.actor} imported it from {origin}."
    return change(None, ticket, by=by, action=IMPORTED, notes=notes)


def said_by(ticket: Ticket, compared: frozenset[str]) -> dict[str, JsonValue]:
    """Return what a ticket says of the things that are compared."""
    said: dict[str, JsonValue] = {
        name: value or None if value == "" else value
        for name, value in ticket.model_dump(mode="json", include=set(compared)).items()
    }
    for name in PHONES.intersection(said):
        said[name] = "".join(filter(str.isdigit, str(said[name] or ""))) or said[name]
    place = ticket.gps_coordinates
    if "place" in compared:
        said["place"] = [place.latitude, place.longitude] if place else None
    if "site" in compared:
        site, _faults = site_of(ticket)
        said["site"] = site.geojson if site else None
    if "codes" in compared:
        said["codes"] = [member.code for member in ticket.members]
    return said


def differing(found: Brought, made: Ticket, ticket: Ticket) -> list[str]:
    """Return where a ticket says other than what was brought; empty if it is the same.

    `made` is the draft that would be made of it: what we add to it is no difference.
    """
    here = said_by(ticket, found.compared)
    ways = [said_by(one, found.compared) for one in (found.raw(made.updated_at), made)]
    return sorted(name for name in here if all(here[name] != way[name] for way in ways))


def status_warning(status: object) -> tuple[str, ...]:
    """Return the warning for a ticket that was more than a draft where it comes from."""
    if not isinstance(status, str) or status in {"", TicketStatus.DRAFT}:
        return ()
    return (f"Where it comes from it was {status[:40]}; here it is a draft.",)


def refuse_hidden(said: Mapping[str, object]) -> None:
    """Raise RejectedError for a text with a character that nobody sees, or that turns its line."""
    for name, value in said.items():
        if hidden := HIDDEN.search("".join(_texts_in(value))):
            raise RejectedError(
                f"The text has the character U+{ord(hidden[0]):04X}, which nobody can see.",
                field=name,
                remedy="Take the character out, and import the file again.",
            )


def _texts_in(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from _texts_in([*value.values()])
        case list():
            for one in value:
                yield from _texts_in(one)


def refusal_of(error: ValidationError) -> RejectedError:
    """Return what pydantic refuses as a refusal that names the field."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    is_time = first["type"].startswith(("timezone_", "datetime_"))
    return RejectedError(
        f"{first['msg'].removeprefix('Value error, ')}.",
        field=".".join(map(str, _fields_in(first["loc"]))) or None,
        remedy=TIME_REMEDY if is_time else "Correct the value, and import the file again.",
    )


def _fields_in(place: tuple[int | str, ...]) -> Iterator[int | str]:
    """Yield the way to a value, without the names of our kinds of records."""
    kinds = {"ticket", "work_order", "event", "session", "dead_letter", "head", "tail"}
    yield from place[1:] if len(place) > 1 and place[0] in kinds else place


_SOME_DAY = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
