"""What every answer of a conversation carries: flat, small, and enough for the next sentence.

A conversation client hands on at most so many characters and remembers less: whatever the ticket
holds, a turn stays within `TURN_CHARACTERS_MAX`, long texts are cut with a mark, and lists have an
end with a count beside it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from pydantic import BaseModel, Field, JsonValue

from api.dates import DateLine, dates_of
from api.sentences import View, sentence_for
from domain.extraction import Extraction, Finding
from domain.facts import TicketFacts
from domain.gaps import GapSeverity, ValidationGap
from domain.moment import Moment
from domain.packet import sections_of
from domain.questions import label, shown
from domain.readiness import county_of
from domain.taking import START, Refusal, Taken
from domain.texas import zone_named
from domain.ticket import Ticket, TicketStatus, ValidationStatus
from domain.validation import weak_values

TURN_CHARACTERS_MAX = 60_000  # of its JSON; ChatGPT takes less than 100,000
GAPS_MAX = 20
LINES_MAX = 10  # of what is missing for digging, and of what was read with doubt
TEXTS_CHARACTERS = (1_000, 300, 100, 30)  # each is tried until the turn is small enough
SHAPE_CHARACTERS_MAX = 8_000
UNSTATED = frozenset({"geometry"})  # shown beside the facts


class GapLine(BaseModel):
    """An open question: what is asked, why, and what was suggested."""

    id: str
    field: str
    label: str
    problem: str
    severity: GapSeverity
    prompt: str | None = None
    suggested_values: list[str]
    help: str | None = None


class ShapeView(BaseModel):
    """The shape of the site; `geojson` is left out where it is too large for a conversation."""

    type: str
    geojson: dict[str, Any] | None = None
    area_square_feet: float | None = None
    source: str | None = None
    warnings: list[str] = Field(default_factory=list)


class PacketLine(BaseModel):
    """One slot of the portal, as it will be keyed in."""

    label: str
    value: str
    is_required: bool


class PacketPart(BaseModel):
    """One part of the portal's form."""

    title: str
    lines: list[PacketLine]


class WeakValue(BaseModel):
    """A value that was read with doubt, and the words of the document that it was read from."""

    field: str
    value: str
    confidence: float
    quote: str | None = None


class Turn(BaseModel):
    """A ticket as a conversation needs it; `say` is what to tell the user.

    `facts` are those that are stated, and no others; the start has the offset of the site. `packet`
    is a preview while required gaps are open. `refused` is what this turn said and was not taken,
    with what would be.
    """

    ticket_id: str
    version: int
    status: TicketStatus
    validation_status: ValidationStatus
    say: str = Field(description="Tell the user this, in your own words.")
    next_question: str | None = Field(None, description="Ask the user this next.")
    can_be_confirmed: bool
    refused: list[Refusal]
    left_open: list[str]
    facts: dict[str, Any]
    gaps: list[GapLine] = Field(description="Required ones first; answer several at once.")
    gap_count: int
    low_confidence: list[WeakValue]
    low_confidence_count: int = Field(description="How many there are in all.")
    dates: list[DateLine]
    geometry: ShapeView | None = None
    packet: list[PacketPart]
    missing_for_digging: list[str]
    confirmed_by: str | None = None
    confirmed_at: Moment | None = None
    texas811_ticket_number: str | None = None
    session_key: str | None = None


def turn_of(
    ticket: Ticket,
    extraction: Extraction | None,
    *,
    now: datetime,
    session_key: str | None = None,
    taken: Taken | None = None,
) -> Turn:
    """Return the turn that shows this ticket at `now` (UTC), within the limit on its size.

    `taken` is what became of what was said in it.
    """
    taken = taken or Taken()
    view = View(ticket, dates_of(ticket, now), now)
    for characters_max in TEXTS_CHARACTERS:
        cut = Cut(characters_max)
        said = {
            "session_key": session_key,
            "refused": [cut.refusal(one) for one in taken.refused[:GAPS_MAX]],
            "left_open": cut.some(taken.left_open, GAPS_MAX),
        }
        turn = _turn(view, extraction, cut).model_copy(update=said)
        if len(turn.model_dump_json()) <= TURN_CHARACTERS_MAX:
            break
    return turn


class Cut:
    """Cuts texts to so many characters, and says that it did."""

    def __init__(self, characters_max: int) -> None:
        self._characters_max = characters_max

    def text(self, text: str) -> str:
        """Return the text, or its beginning with a mark."""
        if len(text) <= self._characters_max:
            return text
        return f"{text[: self._characters_max]}… (cut; {len(text):,} characters)"

    def value(self, value: JsonValue) -> JsonValue:
        """Return a value with its text cut."""
        return self.text(value) if isinstance(value, str) else value

    def or_none(self, text: str | None) -> str | None:
        """Return the text cut, if there is one."""
        return None if text is None else self.text(text)

    def some(self, texts: Iterable[str], count: int) -> list[str]:
        """Return at most so many of these texts, each cut."""
        return [self.text(text) for text, _number in zip(texts, range(count), strict=False)]

    def refusal(self, refusal: Refusal) -> Refusal:
        """Return a refusal with its texts cut."""
        return Refusal(
            field=refusal.field,
            problem=self.text(refusal.problem),
            remedy=self.or_none(refusal.remedy),
            suggested_values=self.some(refusal.suggested_values, LINES_MAX),
        )


def _turn(view: View, extraction: Extraction | None, cut: Cut) -> Turn:
    ticket, refusal = view.ticket, view.refusal
    gaps, confirmation = ticket.open_gaps, ticket.confirmation
    weak = weak_values(ticket, extraction)
    asked = gaps[0].suggested_prompt if gaps else None
    if refusal and not gaps and ticket.status is TicketStatus.VALID_PENDING_CONFIRM:
        asked = refusal.remedy
    return Turn(
        ticket_id=ticket.id,
        version=ticket.version,
        status=ticket.status,
        validation_status=ticket.validation_status,
        say=cut.text(sentence_for(view)),
        next_question=cut.or_none(asked),
        can_be_confirmed=refusal is None,
        refused=[],
        left_open=[],
        facts=_facts(ticket, cut),
        gaps=[_gap_line(gap, cut) for gap in gaps[:GAPS_MAX]],
        gap_count=len(gaps),
        low_confidence=list(_weak_lines(weak, cut)),
        low_confidence_count=len(weak),
        dates=view.dates,
        geometry=_shape(ticket, cut),
        packet=_packet(ticket, cut),
        missing_for_digging=cut.some((one.problem for one in view.conditions), LINES_MAX),
        confirmed_by=confirmation.confirmed_by if confirmation else None,
        confirmed_at=confirmation.confirmed_at if confirmation else None,
        texas811_ticket_number=ticket.texas811_ticket_number,
        session_key=None,
    )


def _facts(ticket: Ticket, cut: Cut) -> dict[str, JsonValue]:
    """Return what is stated, by field, as JSON has it."""
    stated = ticket.model_dump(
        mode="json", include=set(TicketFacts.model_fields) - UNSTATED, exclude_none=True
    )
    if ticket.planned_start_at:
        zone = zone_named(county_of(ticket).timezone)
        stated[START] = ticket.planned_start_at.astimezone(zone).isoformat()
    return {name: cut.value(value) for name, value in stated.items() if value != ""}


def _gap_line(gap: ValidationGap, cut: Cut) -> GapLine:
    return GapLine(
        id=gap.id,
        field=gap.field,
        label=label(gap.field),
        problem=gap.problem,
        severity=gap.severity,
        prompt=cut.or_none(gap.suggested_prompt),
        suggested_values=cut.some(gap.suggested_values, LINES_MAX),
        help=cut.or_none(gap.help_text),
    )


def _weak_lines(weak: Mapping[str, Finding], cut: Cut) -> Iterator[WeakValue]:
    for name, finding in islice(weak.items(), LINES_MAX):
        quote = finding.spans[0].quote if finding.spans else None
        yield WeakValue(
            field=name,
            value=cut.text(shown(finding.value)),
            confidence=finding.confidence,
            quote=cut.or_none(quote),
        )


def _shape(ticket: Ticket, cut: Cut) -> ShapeView | None:
    shape = ticket.geometry
    if shape is None:
        return None
    is_small = len(json.dumps(shape.geojson)) <= SHAPE_CHARACTERS_MAX
    return ShapeView(
        type=shape.geometry_type,
        geojson=shape.geojson if is_small else None,
        area_square_feet=shape.area_square_feet,
        source=shape.geometry_source,
        warnings=cut.some(shape.warnings, LINES_MAX),
    )


def _packet(ticket: Ticket, cut: Cut) -> list[PacketPart]:
    """Return the packet as far as it is filled; the shape stands beside it already."""
    return [
        PacketPart(
            title=section.title,
            lines=[
                PacketLine(
                    label=entry.label,
                    value=cut.text(entry.value),
                    is_required=entry.is_required,
                )
                for entry in section.entries
                if "geometry" not in entry.fields
            ],
        )
        for section in sections_of(ticket)
    ]
