"""`texas811 extract FILE`: what would be read from a document, and what would be asked.

It needs neither Redis nor a data directory, and changes nothing; with `--html` it writes that file.
"""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.tables import print_json, print_table
from domain.extraction import Extraction
from domain.questions import label, shown
from domain.ticket import Ticket

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
            help="Write the document with each value marked in it; - for standard output.",
        ),
    ] = None,
) -> None:
    """Read one document and print its fields, confidence, quotes, warnings and gaps."""
    if as_json and html is not None:
        raise typer.BadParameter("Give --json or --html, not both.")
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
    from storage.outgoing import written_whole

    page = whole_file(Asked(file.read_bytes(), extraction, file.name)).encode()
    if str(target) == "-":
        sys.stdout.buffer.write(page)
        sys.stdout.buffer.flush()
        return
    with written_whole(target) as output:
        output.write(page)
    sys.stdout.write(f"{target}: {len(page) / 1000:,.0f} kB\n")


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

    document = file.read_bytes()
    check(document, filename=file.name, media_type=None)
    submission = Submission(document=document, filename=file.name)
    order = submission.as_work_order(
        work_order_id=work_order_id_for(submission.fingerprint()), now=system_clock()
    )
    own = usable(open_store().templates.shelf_now())
    extraction = read(document, filename=file.name, templates=own)
    return extraction, open_ticket(order, extraction, now=order.received_at).ticket
