"""What a validation finds, in the few words that the tests of the rules compare."""

from typing import Any

from domain.extraction import Extraction, ExtractionWarning, Finding, Span, WarningCode
from domain.gaps import ValidationGap
from domain.ticket import Ticket
from domain.validation import validated
from tests.builders import NOW, make_extraction, make_finding, make_ticket

# field, problem, severity
Trouble = tuple[str, str, str]

REQUIRED, RECOMMENDED, WARNING = "required", "recommended", "warning"


def gaps_of(ticket: Ticket, extraction: Extraction | None = None) -> list[ValidationGap]:
    """Return the open gaps after a validation at `NOW`."""
    return validated(ticket, extraction, now=NOW).open_gaps


def gap_of(extraction: Extraction | None = None, **edit: Any) -> ValidationGap:
    """Return the only gap of a whole ticket that was changed in what is given."""
    (gap,) = gaps_of(make_ticket(**edit), extraction)
    return gap


def troubles_of(**edit: Any) -> list[Trouble]:
    """Return what is wrong with a whole ticket that was changed in what is given."""
    return troubles_in(make_ticket(**edit))


def troubles_in(ticket: Ticket) -> list[Trouble]:
    """Return what is wrong with a ticket."""
    return [(gap.field, gap.problem, gap.severity.value) for gap in gaps_of(ticket)]


def reading_with(
    code: WarningCode, field: str | None = None, *, spans: int = 1, **values: Any
) -> Extraction:
    """Return a reading of the whole ticket with one warning."""
    warning = ExtractionWarning(
        code=code,
        message="The order is not clear.",
        field=field,
        spans=[Span(quote=str(number)) for number in range(spans)],
    )
    return make_extraction(**values).model_copy(update={"warnings": [warning]})


def rivals(value: str, *others: str) -> Finding:
    """Return a value that was read beside others."""
    return make_finding(
        value, 0.95, alternatives=[make_finding(one, 0.9).as_alternative() for one in others]
    )


def out_of_state(**values: Any) -> Extraction:
    """Return a reading of an order for Iowa."""
    read = reading_with(WarningCode.OUT_OF_STATE, **values)
    return read.model_copy(update={"extra": {"state": make_finding("Iowa")}})
