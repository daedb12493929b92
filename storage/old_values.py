"""Values that the specification's program has written, fitted to our models.

Its `json.dump(..., default=str)` writes a set as `"{1, 2}"`, an enum perhaps by its name, and NaN
where there is no number. What can mean only one thing is taken as that; the rest is named and left
out, so that one bad value costs no more than itself.
"""

import ast
import copy
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from domain.moment import as_utc

SHOWN_CHARACTERS_MAX = 200
DEPTH_MAX = 50  # of lists and objects within each other; readers differ in how many they take
HALF_A_LETTER = "half a letter in it is none, and is written as its escape"
# ISO 8601, or as Python prints a time; a number would be seconds since nobody knows when.
WRITTEN_TIME = re.compile(r"\d{4}-\d{2}-\d{2}.*")
QUOTED = re.compile(r"'([^']*)'")

Model = TypeVar("Model", bound=BaseModel)
Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A value that fits nowhere: in which field it stood, what it was, and why it does not fit."""

    field: str
    value: str
    problem: str

    def __str__(self) -> str:
        return f"{self.field} was {self.value}, which could not be taken over: {self.problem}."


def fitted(model: type[Model], given: Mapping[str, Any]) -> tuple[Model, list[Refused]]:
    """Return what the model makes of these values, mended where only one thing can be meant.

    They are `storable`; those that it does not take are returned beside it. Raises ValueError if
    even without these it takes none: then a required one is missing.
    """
    refused: list[Refused] = []
    values: dict[str, Any] | None = None
    while True:
        try:
            return model.model_validate(given if values is None else values), refused
        except ValidationError as error:
            if values is None:
                values = copy.deepcopy(dict(given))
            # The first alone: what is done about it may settle others, or move them.
            first = error.errors(include_url=False)[0]
            place = _place_of(first, values)
            if not place:
                problem = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
                raise ValueError(problem) from None
            _settle(first, place, values, refused)


def storable(value: Any, refused: list[Refused], place: Place = ()) -> Any:
    """Return a value that every reader of JSON takes; what is another one by that is named.

    That is NaN and infinity, half a letter, and what lies deeper than somebody would look.
    """
    match value:
        case dict() | list() if len(place) >= DEPTH_MAX:
            refused.append(Refused(_name(place), shown(value), "it is nested too deeply"))
            return None
        case dict():
            names = {name: _whole_letters(name, refused, (*place, name)) for name in value}
            return {
                names[name]: storable(inner, refused, (*place, names[name]))
                for name, inner in value.items()
            }
        case list():
            return [
                storable(inner, refused, (*place, number)) for number, inner in enumerate(value)
            ]
        case str():
            return _whole_letters(value, refused, place)
        case float() if not math.isfinite(value):
            refused.append(Refused(_name(place), str(value), "it is no number"))
            return None
    return value


def _whole_letters(text: str, refused: list[Refused], place: Place) -> str:
    """Return a text that can be written; of half a letter, named, the escape."""
    if text.isascii() or (written := sound(text)) == text:
        return text
    refused.append(Refused(_name(place), shown(text), HALF_A_LETTER))
    return written


def written_time(value: object) -> datetime:
    """Return when that is, in UTC. Raises ValueError for what is no time."""
    if not (isinstance(value, str) and WRITTEN_TIME.fullmatch(value)):
        problem = "it is no time"
        raise ValueError(problem)
    return as_utc(datetime.fromisoformat(value))


def shown(value: object) -> str:
    """Return a value as JSON, not longer than a person reads."""
    try:
        text = sound(json.dumps(value, ensure_ascii=False, default=str))
    except RecursionError:
        return "…"
    return text if len(text) <= SHOWN_CHARACTERS_MAX else text[:SHOWN_CHARACTERS_MAX] + "…"


def sound(text: str) -> str:
    """Return a text that can be written: half a letter, as JSON may escape it, is escaped again."""
    return text.encode("utf-8", "backslashreplace").decode()


def folded(text: str) -> str:
    """Return what tells two names apart: `TicketStatus.READY_TO_DIG` is `ReadyToDig`."""
    return re.sub(r"[\W_]", "", text.rpartition(".")[2].casefold())


def _place_of(error: ErrorDetails, values: dict[str, Any]) -> Place:
    """Return where an error lies, as far as there is something: what is missing is asked of whole."""
    place: list[str | int] = []
    value: Any = values
    for step in error["loc"]:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            break
        place.append(step)
    return tuple(place)


def _settle(
    error: ErrorDetails, place: Place, values: dict[str, Any], refused: list[Refused]
) -> None:
    """Mend the value at this place, or take it out and name it."""
    holder: Any = values
    for step in place[:-1]:
        holder = holder[step]
    value = holder[place[-1]]
    mended = _mended(error, value)
    if mended is not None:
        holder[place[-1]] = mended
        return
    del holder[place[-1]]
    if value is not None:  # of nothing nothing is lost
        refused.append(Refused(_name(place), shown(value), error["msg"]))


def _mended(error: ErrorDetails, value: object) -> object:
    """Return the only thing that a value can mean, None if that is not plain."""
    match error["type"], value:
        case "enum" | "literal_error", str():
            expected = QUOTED.findall(str(error.get("ctx", {}).get("expected", "")))
            alike = [name for name in expected if folded(name) == folded(value)]
            return alike[0] if len(alike) == 1 and alike[0] != value else None
        case "string_type", bool():
            return None
        case "string_type", int() | float():
            return str(value)
        case "list_type", str():
            return _as_list(value)
    return None


def _as_list(text: str) -> list[str]:
    """Return what was a set, a tuple or a list before it was written as text; in order."""
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return [text] if text.strip() and text != "set()" else []
    if isinstance(value, set | frozenset):
        return sorted(sound(str(one)) for one in value)
    return [sound(str(one)) for one in value] if isinstance(value, list | tuple) else [text]


def _name(place: Place) -> str:
    return sound(".".join(map(str, place)))
