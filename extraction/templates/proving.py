"""Proving: does a template read from its own test documents what they say it reads?"""

from dataclasses import dataclass

from pydantic import JsonValue

from extraction.document import Document
from extraction.reading.any import read_document
from extraction.templates.matching import matches
from extraction.templates.model import Case, Template
from extraction.templates.patterns import Work
from extraction.templates.producing import candidates_by
from extraction.templates.sheet import Sheet, squeezed
from extraction.values.normalise import normalise

DEGREES = 1e-4  # about ten metres


@dataclass(frozen=True, slots=True)
class Failure:
    """What a test document should have given, and what it gave. Tests are counted from 1."""

    test: int
    field: str
    expected: JsonValue
    found: JsonValue


def failures_of(template: Template) -> list[Failure]:
    """Return what the tests of a template find wrong; nothing if it keeps its word."""
    return [
        failure
        for number, case in enumerate(template.tests, start=1)
        for failure in _failures(template, number, case)
    ]


def _failures(template: Template, number: int, case: Case) -> list[Failure]:
    document = read_document(case.document.encode(), filename=None, media_type=None)
    found = None if document is None else read_by(document, template)
    if (found is not None) != case.matches:
        return [Failure(number, "match", case.matches, found is not None)]
    return [
        Failure(number, field, expected, (found or {}).get(field))
        for field, expected in case.expect.items()
        if not is_same((found or {}).get(field), expected)
    ]


def read_by(document: Document, template: Template) -> dict[str, JsonValue] | None:
    """Return the values that one template alone reads; None if the document is not its own."""
    sheet, work = Sheet(document), Work()
    if not matches(sheet, template.match, work):
        return None
    values: dict[str, JsonValue] = {}
    for candidate in candidates_by(sheet, template, work):
        value = normalise(candidate.field, candidate.raw)
        if value is not None and value != "":
            values.setdefault(candidate.field, value)
    return values


def is_same(found: JsonValue, expected: JsonValue) -> bool:
    """Do both say the same, whatever their case and blanks?"""
    if isinstance(found, dict) and isinstance(expected, dict):
        return all(
            _is_near(found.get(key), expected.get(key)) for key in ("latitude", "longitude")
        )
    if isinstance(found, str) and isinstance(expected, str):
        return squeezed(found) == squeezed(expected)
    return found == expected and isinstance(found, bool) == isinstance(expected, bool)


def _is_near(left: JsonValue, right: JsonValue) -> bool:
    are_numbers = isinstance(left, int | float) and isinstance(right, int | float)
    return are_numbers and abs(float(str(left)) - float(str(right))) <= DEGREES
