"""Trying: the rules that might read a confirmed value from a document, the best first."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from pydantic import JsonValue

from domain.extraction import Span
from extraction.candidates import FIELDS as FIELDS_OF_CONCEPT
from extraction.finding.compose import MEASURED
from extraction.labels.concepts import find_label, name_of
from extraction.templates.model import FieldRule, Place
from extraction.templates.proving import is_same
from extraction.templates.sheet import squeezed
from extraction.templates.spots import BELOW_MAX, Spot
from extraction.values.normalise import normalise

TELLING_CHARACTERS_MIN = 3  # a shorter value stands anywhere by chance
PARTS_MAX = 4
PIECES_MAX = 10  # of one value between delimiters of one kind
OFFERS_MAX = 24  # rules that are tried for one field
SEPARATOR = re.compile(r"[\s,;/-]*")
DELIMITERS = frozenset(",;/|()-\u2013")

Hints = Mapping[str, Sequence[Span]]
Offer = tuple[FieldRule, list[str]]  # a rule, and the words of the layout that it holds


class Trying:
    """Offers rules for the values of one document."""

    def __init__(
        self, spots: Sequence[Spot], sections: Mapping[str, str], hints: Hints
    ) -> None:
        """`sections` are names by their headings; `hints` the places that were read before."""
        self._spots = spots
        self._sections = sections
        self._hints = hints

    def offers(self, field: str, value: JsonValue) -> Iterator[Offer]:
        """Yield rules for this value, bounded in number."""
        return islice(self._offers(field, value), OFFERS_MAX)

    def _offers(self, field: str, value: JsonValue) -> Iterator[Offer]:
        ranked = sorted(self._spots, key=lambda spot: self._rank(field, spot))
        for spot in ranked:
            if self._may_hold(field, value, spot) and is_same(
                normalise(field, spot.text), value
            ):
                yield from self._at(field, spot, None)
        if isinstance(value, str) and is_telling(value):
            for spot in ranked:
                pattern = None if spot.below else pattern_of(value, spot.text)
                if pattern:
                    yield from self._at(field, spot, pattern)
            yield from self._in_parts(field, value)

    def _may_hold(self, field: str, value: JsonValue, spot: Spot) -> bool:
        """Is it more than chance if this value stands here?"""
        return bool(spot.text) and (
            is_telling(value) or speaks_of(field, spot) or self._was_read(field, spot)
        )

    def _rank(self, field: str, spot: Spot) -> tuple[bool, bool, bool, int, int]:
        """Order spots: those that were read, whose label speaks of the field, labelled, early."""
        return (
            not self._was_read(field, spot),
            not speaks_of(field, spot),
            spot.column is not None,
            spot.below,
            spot.line,
        )

    def _was_read(self, field: str, spot: Spot) -> bool:
        read = {_place_of(span) for span in self._hints.get(field, ())}
        return any(_place_of(span) in read for span in spot.spans)

    def _at(self, field: str, spot: Spot, pattern: str | None) -> Iterator[Offer]:
        """Yield the rules for one spot: in its section if it has one, and without."""
        section = self._sections.get(spot.heading or "")
        if section and spot.heading and spot.path is None:
            rule = FieldRule.model_validate(
                {"field": field, "section": section, **_told(spot, pattern)}
            )
            yield rule, [*spot.words, spot.heading]
        yield (
            FieldRule.model_validate({"field": field, **_told(spot, pattern)}),
            spot.words,
        )

    def _in_parts(self, field: str, value: str) -> Iterator[Offer]:
        """Yield the rule that joins the value from spots that hold its pieces."""
        pieces: list[Spot] = []
        join, rest = "", value
        while rest and len(pieces) < PARTS_MAX:
            gap = SEPARATOR.match(rest)
            separator = gap.group() if gap else ""
            spot = self._beginning_of(rest[len(separator) :], pieces)
            if spot is None:
                return
            pieces.append(spot)
            join += f"{separator}{{{len(pieces)}}}"
            rest = rest[len(separator) + len(spot.text.strip()) :]
        if not rest and len(pieces) > 1:
            parts = [self._in_section(spot) for spot in pieces]
            words = [word for spot in pieces for word in spot.words]
            rule = {"field": field, "parts": parts, "join": join}
            yield FieldRule.model_validate(rule), words

    def _in_section(self, spot: Spot) -> dict[str, object]:
        section = self._sections.get(spot.heading or "") if spot.path is None else None
        return _told(spot, None) | ({"section": section} if section else {})

    def _beginning_of(self, text: str, before: Sequence[Spot]) -> Spot | None:
        """Return the spot with the longest text that this begins with, the nearest of them."""
        fitting = [
            spot
            for spot in self._spots
            if len(own := spot.text.strip()) > 1
            and text.casefold().startswith(own.casefold())
            and not text[len(own) : len(own) + 1].isalnum()
        ]
        at = before[-1].line if before else 0
        return min(
            fitting, key=lambda s: (-len(s.text.strip()), abs(s.line - at)), default=None
        )


def is_telling(value: JsonValue) -> bool:
    """Is this a value that hardly stands anywhere by chance, as a yes or a 3 does?"""
    if isinstance(value, str):
        return len(squeezed(value)) >= TELLING_CHARACTERS_MIN
    return isinstance(value, dict)


def speaks_of(field: str, spot: Spot) -> bool:
    """Do the words there name the field, as far as labels are known here?"""
    words = spot.words[-1] if spot.words else ""
    if name_of(words) == name_of(field):
        return True
    label = find_label(words)
    rows = FIELDS_OF_CONCEPT.get(label.concept, []) if label else []
    named = {name for _roles, name, _loss in rows}
    return field in named | {MEASURED[name] for name in named if name in MEASURED}


def pattern_of(value: str, text: str) -> str | None:
    """Return a pattern of delimiters alone that cuts this value out of the text, or None.

    It counts the delimiters before the value and holds no word of the document.
    """
    start = text.casefold().find(value.casefold())
    if start < 0 or len(text) == len(value):
        return None
    before, after = text[:start].rstrip(), text[start + len(value) :].lstrip()
    if not _is_cut(before[-1:], after[:1], value):
        return None
    end = f"{re.escape(after[:1])}" if after else "$"
    stop = re.escape((after or before[-1:])[:1])
    if not before:
        return rf"^\s*([^{stop}]+?)\s*{end}"
    mark = re.escape(before[-1:])
    count = before.count(before[-1:])
    if count > PIECES_MAX:
        return None
    return rf"^(?:[^{mark}]*{mark}){{{count}}}\s*([^{stop}]+?)\s*{end}"


def _is_cut(before: str, after: str, value: str) -> bool:
    """Do delimiters, or the ends of the text, stand around the value, and none within?"""
    marks = {mark for mark in (before, after) if mark}
    return marks <= DELIMITERS and not any(mark in value for mark in marks)


def _told(spot: Spot, pattern: str | None) -> dict[str, object]:
    """Return a spot as a place of a template tells it."""
    told = {
        "label": spot.label,
        "path": spot.path,
        "column": spot.column,
        "pattern": pattern,
        "below": BELOW_MAX if spot.below else None,
    }
    return {key: value for key, value in told.items() if value is not None}


def _place_of(span: Span) -> tuple[str, int, int, int, str | None]:
    return span.part, span.page, span.line, span.start, span.path


def how(place: Place) -> str:
    """Return in a few words where a rule finds its value."""
    if isinstance(place, FieldRule) and place.parts:
        return " + ".join(how(part) for part in place.parts)
    where = place.label or place.path or (f"column {place.column}" if place.column else "")
    section = f" in {place.section}" if place.section else ""
    return f"{where}{section}{' by a pattern' if place.pattern else ''}"
