"""The table of moves: all 144 pairs of statuses, legal and illegal."""

from itertools import product

import pytest

from domain.errors import RejectedError
from domain.lifecycle import MOVES, TRANSITIONS, advance, can_advance
from domain.ticket import Ticket, TicketStatus
from tests.builders import NOW, make_draft
from tests.domain.lives import (
    AFTER,
    CANCELLATION,
    DAMAGE,
    DIGGING,
    LATE,
    RELEASED,
    make_life,
)
from tests.domain.moves import LEGAL, Pair, Status, name

PAIRS = list(product(TicketStatus, TicketStatus))
ILLEGAL = [pair for pair in PAIRS if pair not in LEGAL]


def test_the_pairs_of_statuses_are_144_and_forty_of_them_legal() -> None:
    """The table and these tests speak of the same moves."""
    assert len(PAIRS) == 144
    assert set(MOVES) == set(LEGAL)
    assert (len(LEGAL), len(ILLEGAL)) == (40, 104)


@pytest.mark.parametrize("pair", LEGAL, ids=name)
def test_a_legal_move_is_made_and_moves_nothing_else(pair: Pair) -> None:
    """A move changes the status; what the ticket holds is what the step has put in."""
    origin, target = pair
    fields, now = LEGAL[pair]
    ticket = make_life(origin, **fields)

    moved = advance(ticket, target, now=now)

    assert can_advance(ticket, target, now=now)
    assert moved == ticket.model_copy(update={"status": target, "updated_at": now})


@pytest.mark.parametrize("pair", ILLEGAL, ids=name)
def test_an_illegal_move_is_refused_and_changes_nothing(pair: Pair) -> None:
    """Whatever a ticket holds: what is not in the table does not happen, and why is said."""
    origin, target = pair
    ticket = make_life(origin, damages=[RELEASED], cancellation=CANCELLATION)
    before = ticket.model_copy(deep=True)

    for now in (NOW, DIGGING, LATE, AFTER):
        with pytest.raises(
            RejectedError, match=f"A {origin} ticket cannot become {target}"
        ) as no:
            advance(ticket, target, now=now)
        assert not can_advance(ticket, target, now=now)

    assert ticket == before
    ways = [to for start, to in MOVES if start is origin]
    assert no.value.suggested_values == tuple(ways)
    assert no.value.remedy is not None
    assert all(way in no.value.remedy for way in ways)
    assert no.value.field == "status"


def test_no_path_of_the_table_digs_after_expiry() -> None:
    """Expired leads to Damaged at most, and from there only back, once the life has ended."""
    for fields in ({}, {"damages": [RELEASED]}, {"damages": [RELEASED], "closed_at": AFTER}):
        reached = reachable_from(make_life(Status.EXPIRED, **fields))

        assert reached <= {Status.EXPIRED, Status.DAMAGED}


def reachable_from(ticket: Ticket) -> set[TicketStatus]:
    """Return every status that can be reached after the expiry, whatever is recorded on the way."""
    reached, ahead = set(), [ticket.status]
    while ahead:
        status = ahead.pop()
        reached.add(status)
        for target in TicketStatus:
            for damages in ([DAMAGE], [RELEASED]):
                here = ticket.revised(now=AFTER, status=status, damages=damages)
                if target not in reached and can_advance(here, target, now=AFTER):
                    ahead.append(target)
    return reached


def test_every_move_names_its_trigger_and_its_basis() -> None:
    """Each is a sentence in a refusal, and a line in the diagram."""
    assert [move for move in TRANSITIONS if not (move.trigger and move.basis)] == []


def test_a_draft_without_anything_says_what_it_can_become() -> None:
    """The refusal of the simplest mistake: to confirm what was never validated."""
    with pytest.raises(RejectedError, match="A Draft ticket cannot become Ready") as no:
        advance(make_draft(), Status.READY, now=NOW)

    assert no.value.remedy == (
        "It can become Extracting when a work order is attached; ValidatingFields when somebody "
        "asks for a validation; Cancelled when somebody gives it up."
    )
    with pytest.raises(RejectedError) as end:
        advance(make_draft(status="Cancelled"), Status.DRAFT, now=NOW)
    assert end.value.remedy == "It has reached its end."
