"""A ticket's report for somebody who knows nothing of this program: a page of HTML, to be printed.

It is whole by itself: no script, nothing from elsewhere, and every word of a client is escaped.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from pydantic import JsonValue

from domain.audit import AuditEvent
from domain.errors import NotFoundError, RejectedError
from domain.moment import as_site_time
from domain.packet import sections_of
from domain.questions import label, shown
from domain.texas import find_county
from domain.ticket import Ticket
from domain.timestamps import deadlines_of

VALUE_CHARACTERS_MAX = 2_000
NOT_SAID = "-"
STYLE = """
body{font:11pt/1.45 Georgia,"Times New Roman",serif;color:#111;background:#fff;max-width:52em;margin:2em auto;padding:0 1em}
h1{font-size:1.5em;margin:0 0 .2em}h2{font-size:1.15em;margin:1.6em 0 .4em;border-bottom:1px solid #888}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.25em .6em .25em 0;border-bottom:1px solid #ddd;overflow-wrap:anywhere;white-space:pre-line}
th{font-weight:bold}td:first-child{min-width:9em}.no{font-weight:bold}
@media print{body{margin:0;max-width:none}tr{break-inside:avoid}h2{break-after:avoid}}
"""
HEAD = (
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    "style-src 'unsafe-inline'\">\n"
)


@dataclass(frozen=True, slots=True)
class LogProof:
    """What was found when the audit log was proved: `faults` is empty if it is whole.

    `first` names the first line (day/number), `head` the last and its SHA-256; `lines` counts the
    lines about the ticket. `removed_until` is the last line of the days whose time was over.
    """

    first: str | None
    head: str | None
    lines: int
    faults: tuple[str, ...] = ()
    removed_until: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """All that the report tells of one ticket, as it stood at `made_at`."""

    ticket: Ticket
    events: Sequence[AuditEvent]
    proof: LogProof
    made_at: datetime
    made_by: str
    files: Sequence[tuple[str, int, str]] = ()
    before: Sequence[str] = ()
    after: Sequence[str] = ()
    remarks: Sequence[str] = ()


def report_of(told: Told) -> str:
    """Return the page."""
    ticket = told.ticket
    title = f"Locate ticket {ticket.texas811_ticket_number or ticket.id}"
    parts = [
        f"{HEAD}<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
        f"<h1>{escape(title)}</h1>\n",
        *_opening(told),
        *_section("What the ticket says", _facts(ticket)),
        *_section("Dates, and the rule that each follows from", _dates(ticket)),
        *_section("Positive responses", _answers(ticket)),
        *_section("What happened", _timeline(told)),
        *_section("Is the record whole?", _proof(told.proof)),
        *_section("Tickets before and after", _related(told)),
        *_section("Files in this bundle", _files(told)),
        "</body>\n</html>\n",
    ]
    return "".join(parts)


def _opening(told: Told) -> Iterator[str]:
    ticket = told.ticket
    yield _table(
        (),
        [
            ("Id", ticket.id),
            ("Number of the center", ticket.texas811_ticket_number or NOT_SAID),
            ("Status", ticket.status),
            ("Version", str(ticket.version)),
            ("Work order", ticket.work_order_id or NOT_SAID),
            ("This report", f"made at {_utc(told.made_at)} by {told.made_by}"),
        ],
    )
    for remark in told.remarks:
        yield f'<p class="no">{escape(remark)}</p>\n'


def _section(title: str, content: Iterable[str]) -> Iterator[str]:
    yield f"<h2>{escape(title)}</h2>\n"
    yield from content


def _facts(ticket: Ticket) -> Iterator[str]:
    for section in sections_of(ticket):
        rows = [(entry.label, entry.value or NOT_SAID) for entry in section.entries]
        yield _table((section.title, ""), rows)
    if confirmation := ticket.confirmation:
        said = f"Confirmed by {confirmation.confirmed_by} at {_at(ticket, confirmation.confirmed_at)}."
        yield _line(said)
    if ticket.open_gaps:
        rows = [
            (label(gap.field), gap.user_friendly_description or gap.problem)
            for gap in ticket.open_gaps
        ]
        yield _table(("What is still open", ""), rows)


def _dates(ticket: Ticket) -> Iterator[str]:
    """Yield each date with its rule and source, as `domain/deadlines.py` explains it."""
    try:
        found = deadlines_of(ticket)
    except (NotFoundError, RejectedError) as error:
        yield _line(error.problem)
        return
    if found is None:
        yield _line(
            "No date can be computed: the time of the notice or the county is not known."
        )
        return
    rows = [("Notice", _at(ticket, found.notice_at), "The time at which the center took it.")]
    rows += [
        (name.replace("_", " ").capitalize(), _at(ticket, one.at), one.explanation)
        for name, one in found.dates.items()
    ]
    if ticket.center_start_at:
        said = "The center's own computation; the later start holds."
        rows.append(("Start by the center", _at(ticket, ticket.center_start_at), said))
    yield _table(("date", "when", "why"), rows)
    for warning in found.warnings:
        yield _line(warning)
    yield _line(f"Policy {found.policy_version}, in force since {found.effective_from}.")


def _answers(ticket: Ticket) -> Iterator[str]:
    if not ticket.members:
        yield _line("No member is known that the center has notified.")
    rows = [
        (
            row.name,
            row.latest.outcome if row.latest else "no answer",
            _at(ticket, row.latest.response_date) if row.latest else NOT_SAID,
            (row.latest.response_text or "") if row.latest else "",
        )
        for row in ticket.standings
    ]
    if rows:
        yield _table(("member", "answer", "when", "in its words"), rows)
        yield _line(f"Together: {ticket.response_status}.")


def _timeline(told: Told) -> Iterator[str]:
    rows = [_event_row(event) for event in told.events]
    yield _table(("when (UTC)", "who", "what", "what changed"), rows)


def _event_row(event: AuditEvent) -> tuple[str, ...]:
    moved = ""
    if event.to_status and event.from_status != event.to_status:
        moved = f"\n{event.from_status or 'new'} → {event.to_status}"
    changes = [_change(name, told) for name, told in event.field_changes.items()]
    said = "\n".join(filter(None, (event.notes, *changes)))
    return _utc(event.timestamp), event.actor, event.action.replace("_", " ") + moved, said


def _change(name: str, told: JsonValue) -> str:
    if not isinstance(told, dict):
        return f"{label(name)}: {_short(told)}"
    return f"{label(name)}: {_short(told.get('before'))} → {_short(told.get('after'))}"


def _short(value: JsonValue) -> str:
    text = NOT_SAID if value is None or value in ("", [], {}) else shown(value)
    return text if len(text) <= VALUE_CHARACTERS_MAX else f"{text[:VALUE_CHARACTERS_MAX]} …"


def _proof(proof: LogProof) -> Iterator[str]:
    if proof.head is None:
        yield _line("The audit log has no line.")
        return
    last, _, digest = proof.head.partition(":")
    which = f"from line {proof.first} to line {last}"
    if proof.faults:
        said = f"No. The audit log was proved {which}, and is not as it was written:"
        yield f'<p class="no">{escape(said)}</p>\n'
        yield _table((), [(fault,) for fault in proof.faults])
    else:
        yield _line(
            "Yes. Each line of the audit log holds the SHA-256 of the line before it, and the "
            f"whole log was proved {which} (SHA-256 {digest})."
        )
    if proof.removed_until:
        said = "Older days were removed because their time was over, up to line "
        yield _line(f"{said}{proof.removed_until}.")
    yield _line(
        f"{proof.lines} of its lines are about this ticket. They stand in events.jsonl as they "
        "stand in the log."
    )


def _related(told: Told) -> Iterator[str]:
    rows = [("before", one) for one in told.before] + [("after", one) for one in told.after]
    if told.ticket.superseded_by_number:
        rows.append(("after, by its number", told.ticket.superseded_by_number))
    yield _table((), rows) if rows else _line("None is known.")


def _files(told: Told) -> Iterator[str]:
    rows = [(name, str(size), digest) for name, size, digest in told.files]
    yield _table(("file", "bytes", "SHA-256"), rows)
    yield _line("SHA256SUMS holds these, to be checked by `sha256sum -c SHA256SUMS`.")


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(one)}</th>" for one in heads)
    lines = ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows]
    body = "".join(f"<tr>{line}</tr>\n" for line in lines)
    return f"<table>\n{f'<tr>{head}</tr>' if heads else ''}\n{body}</table>\n"


def _line(text: str) -> str:
    return f"<p>{escape(text)}</p>\n"


def _at(ticket: Ticket, moment: datetime) -> str:
    county = find_county(ticket.county or "")
    return as_site_time(moment, county.timezone if county else None)


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
