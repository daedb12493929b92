"""`texas811 extract FILE`: what would be read from a document, and what would be asked.

It needs neither Redis nor a data directory, and changes nothing; with `--html` it writes that file.
"""

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.tables import print_json, print_table
from domain.errors import ConflictError, RejectedError
from domain.extraction import Extraction
from domain.questions import label, shown
from domain.ticket import Ticket

STANDARD_OUTPUT = Path("-")
GAP_FIELDS = (
    "id",
    "category",
    "field",
    "problem",
    "severity",
    "suggested_prompt",
    "suggested_values",
)


def extract(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one flat JSON object.")
    ] = False,
    html: Annotated[
        Path | None,
        typer.Option(
            dir_okay=False,
            allow_dash=True,
            metavar="OUT",
            help="A new file for the document with each value marked; - prints it.",
        ),
    ] = None,
) -> None:
    """Read one document and print its fields, confidence, quotes, warnings and gaps.

    Exit status: 2 if it cannot be read, or OUT is the document itself, 4 if OUT is there already.
    """
    if as_json and html is not None:
        raise typer.BadParameter("Give --json or --html, not both.")
    if html is not None:
        _refuse_what_is_there(file, html)
    extraction, ticket = _draft(file)
    if html is not None:
        _show(file, extraction, html)
        return
    if as_json:
        print_json(flat(extraction, ticket))
        return
    rows = [
        (
            label(name) if finding.is_taken else f"{label(name)} (suggestion)",
            shown(finding.value),
            f"{finding.confidence:.2f}",
            " / ".join(span.quote for span in finding.spans),
        )
        for name, finding in extraction.fields.items()
    ]
    print_table(("field", "value", "confidence", "quote"), rows)
    print_table(
        ("gap", "severity", "question"),
        [
            (label(gap.field), gap.severity, gap.suggested_prompt or "")
            for gap in ticket.open_gaps
        ],
    )
    print_table(("warning", ""), [(w.code, w.message) for w in extraction.warnings])


def _show(file: Path, extraction: Extraction, target: Path) -> None:
    """Write the document as one HTML file, whole or not at all."""
    from extraction.showing.sheet import Asked
    from extraction.showing.showing import whole_file
    from storage.outgoing import SHARED_MODE, written_whole

    page = whole_file(Asked(file.read_bytes(), extraction, name_of(file))).encode()
    if target == STANDARD_OUTPUT:
        sys.stdout.buffer.write(page)
        sys.stdout.buffer.flush()
        return
    with written_whole(target, mode=SHARED_MODE) as output:
        output.write(page)
    if target.is_file():  # a pipe may be standard output itself: nothing follows the page
        sys.stdout.write(f"{target}: {len(page) / 1000:,.0f} kB\n")


def _refuse_what_is_there(file: Path, target: Path) -> None:
    """Raise RejectedError if the target is the document, ConflictError if it is another file.

    What is no file, like a pipe, is left to whoever writes to it.
    """
    from storage.failures import disk_trouble

    with disk_trouble(target):
        if target == STANDARD_OUTPUT or not target.exists():
            return
        is_document, is_file = target.samefile(file), target.is_file()
    if is_document:
        raise RejectedError(
            f"The file {target.name} is the document itself.",
            field="html",
            remedy="Name another file.",
        )
    if is_file:
        raise ConflictError(
            f"The file {target.name} is there already.",
            field="html",
            remedy="Name another, or remove it.",
        )


def name_of(file: Path) -> str:
    """Return the name of a file as text; bytes in it that are no UTF-8 are shown replaced."""
    return os.fsencode(file.name).decode("utf-8", "replace")


def flat(extraction: Extraction, ticket: Ticket) -> dict[str, Any]:
    """Return ticket field names to values, and what is known about them under `_` names."""
    findings = {name: found for name, found in extraction.fields.items() if found.is_taken}
    return {
        **extraction.taken(),
        "_confidence": {name: found.confidence for name, found in findings.items()},
        "_provenance": {
            name: [span.model_dump(mode="json", exclude_none=True) for span in found.spans]
            for name, found in findings.items()
        },
        "_warnings": [w.model_dump(mode="json") for w in extraction.warnings],
        "_gaps": [
            gap.model_dump(mode="json", include=set(GAP_FIELDS)) for gap in ticket.open_gaps
        ],
    }


def _draft(file: Path) -> tuple[Extraction, Ticket]:
    """Return what is read from a file and the ticket that it would become."""
    from cli.tickets import open_store
    from domain.drafting import open_ticket
    from domain.work_order import Submission, work_order_id_for
    from extraction import check, read
    from jobs.templating import usable
    from storage.clock import system_clock

    document, filename = file.read_bytes(), name_of(file)
    check(document, filename=filename, media_type=None)
    submission = Submission(document=document, filename=filename)
    order = submission.as_work_order(
        work_order_id=work_order_id_for(submission.fingerprint()), now=system_clock()
    )
    own = usable(open_store().templates.shelf_now())
    extraction = read(document, filename=filename, templates=own)
    return extraction, open_ticket(order, extraction, now=order.received_at).ticket
