"""`texas811 validate FILE.json`: what a ticket lacks, and what a notice given now would allow.

It needs neither Redis nor a data directory, and changes nothing.
"""

import sys
from collections.abc import Mapping
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from pydantic_core import ErrorDetails, from_json

from cli.deadlines import notice_time, with_local_times
from cli.statuses import Status
from cli.tables import print_json, print_table
from domain.deadlines import Deadlines
from domain.errors import RejectedError
from domain.facts import LEGAL_STATEMENTS, TicketFacts
from domain.moment import as_site_time
from domain.questions import label
from domain.ticket import Ticket, ValidationStatus

# A ticket with all that may be known about it has some 100 KB.
TICKET_BYTES_MAX = 4 * 1024 * 1024
SHOWN_CHARACTERS_MAX = 80
DRAFT_ID = "draft"

CORRECT_IT = "Correct the value, or leave the field out."
REMEDY_FOR = {
    "gps_coordinates": "Latitudes of Texas lie between 25.83 and 36.51, longitudes between "
    "-106.65 and -93.5. Are the two swapped?",
    "planned_start_at": "Write date, time and offset from UTC, as in 2026-12-07T10:00:00-06:00.",
}


def validate(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            readable=True,
            help="A ticket as JSON, or only its stated fields.",
        ),
    ],
    *,
    at: Annotated[
        str | None,
        typer.Option(help="When the notice would be given, as ISO 8601 with offset; else now."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Print what is missing or wrong in a ticket, and the dates of a notice.

    Exit status: 0 if the ticket is Valid or has only warnings, 6 if it is Invalid because a
    required answer is missing, 2 if the file or --at cannot be read.
    """
    from domain.start import deadlines_if_sent
    from domain.validation import validated
    from storage.clock import system_clock

    now = notice_time(at) if at else system_clock()
    ticket = validated(ticket_in(content_of(file), now=now), None, now=now)
    dates = deadlines_if_sent(ticket, now)
    if as_json:
        print_json(flat(ticket, dates))
    else:
        _print(ticket, dates)
    if ticket.validation_status is ValidationStatus.INVALID:
        raise typer.Exit(Status.INVALID)  # no failure: it succeeded, and found something


def flat(ticket: Ticket, dates: Deadlines | None) -> dict[str, Any]:
    """Return validity, gaps and dates as JSON; the dates are None where no county is known."""
    return {
        "validation_status": ticket.validation_status,
        "gap_count": ticket.gap_count,
        "gaps": [
            gap.model_dump(mode="json", exclude={"resolved_at", "resolution_method"})
            for gap in ticket.open_gaps
        ],
        "dates": with_local_times(dates) if dates else None,
    }


def ticket_in(content: bytes, *, now: datetime) -> Ticket:
    """Return the ticket that a file describes; what it does not say of itself is of `now`.

    Raises RejectedError naming the first field that does not exist or does not fit.
    """
    given = _object_in(content)
    stated = {
        name: value
        for name, value in given.items()
        # What begins with `_` is said about the ticket, and is no part of it.
        if not name.startswith("_") and not (value is None and name in TicketFacts.model_fields)
    }
    if _is_the_customers(given):
        stated = {
            name: value
            for name, value in stated.items()
            if value is not False or name not in LEGAL_STATEMENTS
        }
    times = dict.fromkeys(("created_at", "updated_at", "requested_at"), now)
    try:
        return Ticket.model_validate({"id": DRAFT_ID, **times, **stated})
    except ValidationError as error:
        raise _refused(error.errors(include_url=False)) from None


def content_of(path: Path) -> bytes:
    """Return the bytes of a file. Raises RejectedError for more than a ticket can have."""
    with path.open("rb") as source:
        content = source.read(TICKET_BYTES_MAX + 1)
    if len(content) > TICKET_BYTES_MAX:
        raise RejectedError(
            f"The file is larger than {TICKET_BYTES_MAX // 1024**2} MB.",
            field="file",
            remedy="Give the JSON of one ticket.",
        )
    return content


def _object_in(content: bytes) -> dict[str, Any]:
    try:
        given = from_json(content.removeprefix(b"\xef\xbb\xbf"))
    except ValueError as error:
        raise RejectedError(
            f"The file is not JSON: {error}.",
            field="file",
            remedy="Give the JSON of one ticket, in UTF-8.",
        ) from None
    if not isinstance(given, dict):
        raise RejectedError(
            "The file holds no JSON object.",
            field="file",
            remedy="Give one object: ticket field names to values.",
        )
    return given


def _is_the_customers(given: Mapping[str, Any]) -> bool:
    """Was this ticket written by the customer's model, in which silence is False?"""
    return "id" in given and not {"_meta", "confirmed_fields"} & set(given)


def _refused(errors: list[ErrorDetails]) -> RejectedError:
    """Return what is wrong with the first field, and which others are."""
    first, *others = errors
    names = sorted({str(one["loc"][0]) for one in others} - {str(first["loc"][0])})
    also = f" Also wrong: {', '.join(names)}." if names else ""
    field = ".".join(map(str, first["loc"]))
    if first["type"] == "extra_forbidden":
        likely = get_close_matches(field, Ticket.model_fields, n=1)
        return RejectedError(
            f"A ticket has no field {field[:SHOWN_CHARACTERS_MAX]}.",
            field=field[:SHOWN_CHARACTERS_MAX],
            remedy=(f"Did you mean {likely[0]}?" if likely else "Leave it out.") + also,
            suggested_values=likely,
        )
    remedy = REMEDY_FOR.get(str(first["loc"][0]), CORRECT_IT)
    said = repr(first["input"])[:SHOWN_CHARACTERS_MAX]
    return RejectedError(f"{first['msg']}: {said}.", field=field, remedy=remedy + also)


def _print(ticket: Ticket, dates: Deadlines | None) -> None:
    gaps = [
        (
            label(gap.field),
            gap.severity,
            gap.suggested_prompt or "",
            " | ".join(gap.suggested_values),
            gap.help_text or "",
        )
        for gap in ticket.open_gaps
    ]
    print_table(("gap", "severity", "question", "suggested", "why"), gaps)
    sys.stdout.write(f"{ticket.validation_status}, open gaps: {ticket.gap_count}\n")
    if dates is None:
        sys.stdout.write("No date can be said while the county is not known.\n")
        return
    notice = as_site_time(dates.notice_at, dates.timezone)
    sys.stdout.write(f"If the notice is given {notice}:\n")
    rows = [
        (
            name.replace("_", " "),
            as_site_time(date.at, dates.timezone),
            date.source,
            date.reason,
        )
        for name, date in dates.dates.items()
    ]
    print_table(("date", f"at the site ({dates.county})", "source", "reason"), rows)
    for warning in dates.warnings:
        sys.stdout.write(f"{warning}\n")
