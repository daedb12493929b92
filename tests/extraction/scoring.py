"""Scoring: is a value that was read what a careful person reads in the same document?

An answer stands beside its document as `<document>.expected.json`. Names of the people's own
are in `fields` (must be read), `optional` (may be read), `must_be_empty` (a value is an invention)
and `ignore`. Words are compared without case, marks and blanks; two fields that name the same
thing answer for each other.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum
from pathlib import Path
from typing import Any

SOFT_SIMILARITY_MIN = 0.90  # of what was read from an image
SIDE = ".expected.json"
ONE_THING = (
    frozenset({"nearest_intersection", "cross_street"}),
    frozenset({"subdivision", "lot_block"}),
    frozenset({"marking_instructions", "work_area_description", "driving_directions"}),
)
STATES = {"california": "ca", "nevada": "nv", "texas": "tx"}
STATEMENTS = frozenset({"is_boring", "is_trenchless", "is_blasting", "white_lines_painted"})
USUAL = ("Normal", "Standard")  # what a ticket is if nobody says otherwise


class Verdict(StrEnum):
    """What a value that was read is worth."""

    RIGHT = "right"
    WRONG = "wrong"
    INVENTED = "invented"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a careful person reads in one document."""

    document: str
    medium: str
    state: str
    layout: str
    fields: Mapping[str, Any]
    optional: Mapping[str, Any]
    must_be_empty: frozenset[str]
    ignore: frozenset[str]
    warnings: frozenset[str]
    in_texas: bool = False

    @property
    def is_image(self) -> bool:
        return "scan" in self.medium or "image" in self.medium


@dataclass(slots=True)
class Count:
    """Values found, missed and wrong, over any number of documents."""

    right: int = 0
    missed: int = 0
    wrong: int = 0
    invented: int = 0
    must_be_empty: int = 0
    misses: list[str] = field(default_factory=list)

    def add(self, other: "Count") -> None:
        self.right += other.right
        self.missed += other.missed
        self.wrong += other.wrong
        self.invented += other.invented
        self.must_be_empty += other.must_be_empty

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def answers_in(folder: Path) -> Iterator[tuple[Answer, bytes]]:
    """Yield the documents of a folder that have an answer beside them, in the order of names."""
    for side in sorted(folder.glob(f"*{SIDE}")):
        told = json.loads(side.read_text(encoding="utf-8"))
        answer = Answer(
            document=told["document"],
            medium=told["medium"],
            state=told.get("state", ""),
            layout=told["layout"],
            fields=told["fields"],
            optional=told.get("optional", {}),
            must_be_empty=frozenset(told.get("must_be_empty", ())),
            ignore=frozenset(told.get("ignore", ())),
            warnings=frozenset(told.get("expected_warnings", ())),
            in_texas=bool(told.get("in_texas")),
        )
        yield answer, (folder / answer.document).read_bytes()


def names_of(name: str) -> frozenset[str]:
    """Return the fields that may answer for this one."""
    return next((group for group in ONE_THING if name in group), frozenset({name}))


def count(answer: Answer, values: Mapping[str, Any], *, soft: bool = False) -> Count:
    """Return how these values answer, field by field."""
    total = Count(must_be_empty=len(answer.must_be_empty))
    for name, wanted in answer.fields.items():
        if any(matches(n, wanted, values.get(n), soft=soft) for n in names_of(name)):
            total.right += 1
        else:
            total.missed += 1
            total.misses.append(name)
    for name, value in values.items():
        verdict = judged(answer, name, value, soft=soft)
        total.wrong += verdict in (Verdict.WRONG, Verdict.INVENTED)
        total.invented += verdict is Verdict.INVENTED
    return total


def judged(answer: Answer, name: str, value: Any, *, soft: bool = False) -> Verdict:
    """Return what one value is worth."""
    group = sorted(names_of(name))
    if value in (None, "", [], {}) or name in answer.ignore:
        return Verdict.NEUTRAL
    known = (answer.fields, answer.optional)
    if any(matches(n, told[n], value, soft=soft) for told in known for n in group if n in told):
        return Verdict.RIGHT
    if name in answer.must_be_empty:
        return Verdict.INVENTED
    if name not in answer.fields and _is_usual(name, value):
        return Verdict.NEUTRAL
    return Verdict.WRONG


def _is_usual(name: str, value: Any) -> bool:
    is_usual_kind = name in ("ticket_type", "priority_level") and value in USUAL
    return is_usual_kind or (name in STATEMENTS and value is False)


def matches(name: str, wanted: Any, value: Any, *, soft: bool = False) -> bool:
    """Is this value what is wanted?"""
    if value in (None, "", [], {}):
        return False
    if isinstance(wanted, dict) and "any_of" in wanted:
        return any(matches(name, one, value, soft=soft) for one in wanted["any_of"])
    if name == "gps_coordinates":
        return _is_near(wanted, value)
    if isinstance(wanted, dict):
        text = plain(name, value)
        return all(plain(name, piece) in text for piece in wanted["contains"])
    if isinstance(wanted, bool | int | float):
        return value == wanted and isinstance(value, bool) is isinstance(wanted, bool)
    left, right = plain(name, wanted), plain(name, value)
    is_alike = soft and SequenceMatcher(None, left, right).ratio() >= SOFT_SIMILARITY_MIN
    return left == right or is_alike


def _is_near(wanted: Mapping[str, Any], value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    degrees = [(wanted[key], value.get(key)) for key in ("latitude", "longitude")]
    return all(
        isinstance(got, int | float) and abs(got - want) <= wanted["tolerance_deg"]
        for want, got in degrees
    )


def plain(name: str, value: Any) -> str:
    """Return a value as it is compared."""
    if name.endswith("phone"):
        return re.sub(r"\D", "", str(value))[-10:]
    text = re.sub(r"[^a-z0-9#]+", " ", str(value).lower()).strip()
    if name == "county":
        text = text.removesuffix(" county")
    if name == "city_state_zip":
        for state, code in STATES.items():
            text = text.replace(f" {state} ", f" {code} ")
    return text
