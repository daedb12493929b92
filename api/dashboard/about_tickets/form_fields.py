"""Forms made out of the bodies of actions: which inputs a body needs, and what was typed in them.

Moments are typed by the clocks of the site. Where a clock is turned back an hour comes twice: then
the later one is meant, unless it is still to come and the other is not.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from api.bodies import Acting, Action
from api.dashboard.about_tickets.plain_words import in_words
from domain.errors import RejectedError
from domain.responses import Member

LONG_TEXT_CHARACTERS = 500  # from so many on a text may have several lines
WALL_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?")
# What every form asks by itself, or knows without asking.
ASKED_APART = frozenset({*Acting.model_fields, *Action.model_fields})
YES_NO = (("", "nobody has said"), ("true", "yes"), ("false", "no"))
# Every form asks for a reason of its own.
RENAMED = {"reason": "ground"}
LABELS = {
    "reason": "Ground",
    "texas811_ticket_number": "Number that the center gave",
    "notice_at": "Notice given",
    "members": "Members notified",
    "member_list_missing": "The center's list of members cannot be had",
    "is_whole_list": "Nobody else was notified",
    "center_start_at": "Start that the center shows",
    "submission_confirmation": "Confirmation that the center gave",
    "member_code": "Member",
    "center_code": "Or the center's code",
    "response_date": "Answered (left blank: now)",
    "response_text": "The member's words",
    "requires_standby": "The member wants its person at the site",
    "sent_to_center": "Was the center told?",
    "meets_at": "Meeting at the site",
    "emergency_attested": "I attest that it is an emergency: a false claim costs 1,000 to 2,000 dollars",
    "was_a_mistake": "There was no such ground: it was raised by mistake",
    "ground_id": "Ground that is settled",
    "settlement": "How it was settled",
    "damage_id": "Damage that is released",
    "released_by": "Who released the site for the operator",
    "ticket_type": "Type of the further ticket",
    "until": "Agreed until",
    "document": "Where the signed agreement is kept",
    "superseded_by_number": "Number of the newer ticket",
    "ticket_copy_on_site": "A copy of the ticket is at the site",
    "place_verified": "The place is that of the ticket",
    "white_lines_verified": "White lines are seen, or not needed",
    "no_unmarked_lines_seen": "No unmarked line was seen",
    "product_released": "Did product escape?",
    "called_911_at": "911 called",
    "center_told_at": "Center told",
    "dig_up_ticket_number": "Number of the DigUp ticket",
}

Option = tuple[str, str]


@dataclass(frozen=True, slots=True)
class FormField:
    """One input: its name, the field of the body that it fills, its label, and what stands in it.

    `kind` is text, long, choice, check, moment, date or members.
    """

    name: str
    field: str
    label: str
    kind: str
    is_required: bool
    help: str = ""
    options: tuple[Option, ...] = ()
    characters_max: int | None = None
    value: str = ""


def form_fields(
    body: type[BaseModel],
    *,
    without: frozenset[str] = frozenset(),
    options: Mapping[str, Sequence[Option]] | None = None,
) -> tuple[FormField, ...]:
    """Return the inputs for a body, in its order, without those that are asked apart.

    `options` are what can be chosen, by the names of fields.
    """
    choices = options or {}
    return tuple(
        _choosing(one, choices[one.field]) if choices.get(one.field) else one
        for one in _fields_of(body)
        if one.field not in without
    )


@cache
def _fields_of(body: type[BaseModel]) -> tuple[FormField, ...]:
    """Return the inputs for all fields of a body; they are the same for every ticket."""
    return tuple(
        _field(name, info)
        for name, info in body.model_fields.items()
        if name not in ASKED_APART
    )


def filled(fields: Sequence[FormField], typed: Mapping[str, str]) -> tuple[FormField, ...]:
    """Return the inputs with what was typed in them."""
    return tuple(replace(one, value=typed.get(one.name, "")) for one in fields)


def read_form(
    fields: Sequence[FormField], typed: Mapping[str, str], zone: ZoneInfo, now: datetime
) -> dict[str, object]:
    """Return what was typed as a body takes it; what was left blank is left out.

    Raises RejectedError for a time that no clock of this zone shows.
    """
    return dict(_values(fields, typed, zone, now))


def wall_time(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment as an input for date and time holds it."""
    return f"{moment.astimezone(zone):%Y-%m-%dT%H:%M}"


def _values(
    fields: Sequence[FormField], typed: Mapping[str, str], zone: ZoneInfo, now: datetime
) -> Iterator[tuple[str, object]]:
    for field in fields:
        text = typed.get(field.name, "").strip()
        if field.kind == "check":
            yield field.field, bool(text)
        elif not text:
            continue
        elif field.kind == "moment":
            yield field.field, _moment(field, text, zone, now)
        elif field.kind == "members":
            yield field.field, [*_members(text)]
        else:
            yield field.field, text


def _field(name: str, info: FieldInfo) -> FormField:
    kind, choices = _kind(info)
    limits = (getattr(one, "max_length", None) for one in info.metadata)
    characters_max = next((limit for limit in limits if limit), None)
    if kind == "text" and (characters_max or 0) >= LONG_TEXT_CHARACTERS:
        kind = "long"
    return FormField(
        name=RENAMED.get(name, name),
        field=name,
        label=LABELS.get(name) or name.replace("_", " ").capitalize(),
        kind=kind,
        is_required=info.is_required(),
        help=info.description or "",
        options=choices,
        characters_max=characters_max if kind in {"text", "long"} else None,
    )


def _choosing(field: FormField, options: Sequence[Option]) -> FormField:
    """Return the input as a choice of these, and of nothing where it may say nothing."""
    nothing = () if field.is_required else (("", "not said"),)
    return replace(field, kind="choice", options=(*nothing, *options), characters_max=None)


def _kind(info: FieldInfo) -> tuple[str, tuple[Option, ...]]:
    """Return what kind of input a field takes, and what can be chosen."""
    types = [_plain(one) for one in _alternatives(info.annotation)]
    is_optional = NoneType in types
    kind = next(one for one in types if one is not NoneType)
    if get_origin(kind) is list:
        return ("members", ()) if get_args(kind) == (Member,) else ("text", ())
    if isinstance(kind, type) and issubclass(kind, Enum):
        unsaid = (("", "not said"),) if is_optional else ()
        return "choice", (*unsaid, *((one.value, in_words(one.value)) for one in kind))
    if kind is bool:
        return ("choice", YES_NO) if is_optional else ("check", ())
    return {datetime: "moment", date: "date"}.get(kind, "text"), ()


def _alternatives(annotation: Any) -> tuple[Any, ...]:
    plain = _plain(annotation)
    return get_args(plain) if get_origin(plain) in {Union, UnionType} else (plain,)


def _plain(annotation: Any) -> Any:
    """Return a type without what is annotated to it."""
    origin = get_origin(annotation)
    is_wrapped = origin is Annotated or hasattr(annotation, "__metadata__")
    plain = get_args(annotation)[0] if is_wrapped else annotation
    # `AwareDatetime` is known to type checkers alone as what it is.
    return datetime if getattr(plain, "__name__", "") == "AwareDatetime" else plain


def _moment(field: FormField, text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the moment at which the clocks of a zone show this."""
    try:
        wall = datetime.fromisoformat(text if WALL_TIME.fullmatch(text) else "")
        first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
        second = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    except (ValueError, OverflowError):
        raise RejectedError(
            f"{field.label}: this is not a date and time.",
            field=field.name,
            remedy="Write it as 2026-12-03T08:30, by the clocks of the site.",
        ) from None
    if first.astimezone(zone).replace(tzinfo=None) != wall:
        raise RejectedError(
            f"{field.label}: the clocks of the site skip this hour.",
            field=field.name,
            remedy="Give the time that the clock showed: one hour later or earlier.",
        )
    return first if first <= now < second else second


def _members(text: str) -> Iterator[dict[str, object]]:
    """Yield the members that are listed one a line: code, name, facilities."""
    for line in filter(str.strip, text.splitlines()):
        code, _semicolon, rest = line.partition(";")
        name, _semicolon, facilities = rest.partition(";")
        listed = [one.strip() for one in facilities.split(",") if one.strip()]
        yield {"code": code.strip(), "name": name.strip(), "facilities": listed}
