"""What a validation finds, in the few words that the tests of the rules compare."""

from typing import Any

from domain.extraction import Extraction
from domain.gaps import ValidationGap
from domain.ticket import Ticket
from domain.validation import validated
from tests.builders import NOW, make_ticket

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
