"""The lifecycle drawn from its table: `python -m tests.domain.diagram` writes docs/LIFECYCLE.md."""

from pathlib import Path

from domain.lifecycle import MOVES, TRANSITIONS, Transition
from domain.ticket import TicketStatus

PAGE = Path(__file__).parents[2] / "docs" / "LIFECYCLE.md"

HEAD = """# The life of a ticket

Drawn from `TRANSITIONS` in `domain/lifecycle.py` by `make diagram`; a test fails when this page is
not fresh. A move that is not here does not exist. A guard that objects stops the move, changes
nothing, and says what would allow it; the refusal is written into the audit log.

Work that is finished is `closed_at` on a ticket: its reminders are silenced, and it still expires.
A refresh is a new ticket with a number of its own, chained by `previous_ticket_number`; the old
one lives until its own expiry. No answer of a member moves a date.
"""


def page() -> str:
    """Return the page as it should be: the diagram, and the table of moves."""
    arrows = [
        f"    {origin} --> {target}: {move.trigger}" for (origin, target), move in MOVES.items()
    ]
    ends = [
        f"    {status} --> [*]"
        for status in TicketStatus
        if not any(origin is status for origin, _target in MOVES)
    ]
    diagram = ["```mermaid", "stateDiagram-v2", "    [*] --> Draft", *arrows, *ends, "```"]
    table = [
        "| from | to | when | guards | basis |",
        "| --- | --- | --- | --- | --- |",
        *map(_row, TRANSITIONS),
    ]
    return "\n".join([HEAD, *diagram, "", *table, ""])


def _row(move: Transition) -> str:
    guards = "; ".join(guard.__name__.replace("_", " ") for guard in move.guards) or "-"
    origins = ", ".join(move.origins)
    return f"| {origins} | {move.target} | {move.trigger} | {guards} | {move.basis} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
