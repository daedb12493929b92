"""One turn of a conversation: everything that can be taken is taken, the rest is told."""

from typing import Any

import pytest

from domain.audit import Actor, Author
from domain.errors import RejectedError
from domain.taking import Said, Taken, first_facts, read_all, take
from domain.ticket import TicketStatus
from domain.validation import validated
from tests.builders import make_draft, make_ticket
from tests.domain.answers import NOW

GPT = Author(actor=Actor.CUSTOM_GPT, name="Dana Ruiz")


def taken_of(ticket: Any = None, **said: Any) -> Taken:
    """Return what is taken of these fields, said of a draft."""
    ticket = ticket or validated(make_draft(), None, now=NOW)
    return read_all(ticket, [Said(name, value) for name, value in said.items()], now=NOW)


def test_what_one_answer_lacks_does_not_lose_the_others() -> None:
    """Else a conversation would go round in circles."""
    change, taken = take(
        validated(make_draft(), None, now=NOW),
        [Said("city", "Austin"), Said("county", "Travs"), Said("depth_inches", "4 ft")],
        None,
        now=NOW,
        by=GPT,
    )

    assert change
    assert (change.ticket.city, change.ticket.depth_inches) == ("Austin", 48)
    assert [(one.field, one.suggested_values) for one in taken.refused] == [
        ("county", ["Travis"])
    ]
    assert change.event.notes == "Dana Ruiz stated city, depth_inches."


def test_the_county_that_is_said_decides_the_clocks_of_the_same_turn() -> None:
    """In whatever order they are said."""
    taken = taken_of(planned_start_at="12/4/2026 8 AM", county="El Paso")

    assert str(taken.facts["planned_start_at"]) == "2026-12-04 15:00:00+00:00"


def test_what_is_said_by_itself_counts_more_than_what_was_said_beside() -> None:
    """An office in one breath, and its town once more."""
    taken = taken_of(
        city_state_zip="Odessa, Texas 79761", address_line_1="77 Derrick Rd, Odessa, TX 79761"
    )

    assert taken.facts == {
        "address_line_1": "77 Derrick Rd",
        "city_state_zip": "Odessa, Texas 79761",
    }
    assert taken.refused == []


def test_the_same_said_twice_differently_is_refused_the_second_time() -> None:
    """Nobody knows which one is meant."""
    ticket = validated(make_draft(), None, now=NOW)
    said = [Said("city", "Austin"), Said("city", "Manor"), Said("city", "Austin")]

    taken = read_all(ticket, said, now=NOW)

    assert taken.facts == {"city": "Austin"}
    assert [one.field for one in taken.refused] == ["city"]


def test_a_field_that_there_is_not_is_told_with_those_that_are_alike() -> None:
    """And loses nothing else."""
    taken = taken_of(compny="Acme", city="Austin", **{"x" * 500: "y"})

    assert taken.facts == {"city": "Austin"}
    assert "company" in taken.refused[0].suggested_values
    assert max(len(one.field) for one in taken.refused) <= 80


def test_a_turn_in_which_nothing_could_be_taken_is_refused() -> None:
    """With the first of what was wrong."""
    with pytest.raises(RejectedError) as refused:
        take(make_draft(), [Said("phone", "12")], None, now=NOW, by=GPT)

    assert refused.value.field == "phone"


def test_a_turn_that_only_leaves_questions_open_changes_nothing() -> None:
    """It is an answer all the same."""
    draft = validated(make_draft(), None, now=NOW)

    change, taken = take(draft, [Said("equipment_type", "skip")], None, now=NOW, by=GPT)

    assert change is None
    assert len(taken.left_open) == 1


@pytest.mark.parametrize("said", [[], [Said("city", "Austin")] * 201])
def test_nothing_and_far_too_much_are_refused(said: list[Said]) -> None:
    """A turn has a size."""
    with pytest.raises(RejectedError):
        read_all(make_draft(), said, now=NOW)


def test_nothing_is_taken_for_a_ticket_whose_fields_are_locked() -> None:
    """Whatever is said of it."""
    ready = make_ticket(status=TicketStatus.CANCELLED)

    with pytest.raises(RejectedError) as refused:
        take(ready, [Said("city", "Austin")], None, now=NOW, by=GPT)

    assert refused.value.field == "status"


def test_null_unsays_a_field_unless_a_ticket_always_has_it() -> None:
    """It is open again."""
    ticket = validated(make_ticket(), None, now=NOW)

    taken = taken_of(ticket, email=None, ticket_type=None)

    assert taken.facts == {"email": None}
    assert [one.field for one in taken.refused] == ["ticket_type"]


@pytest.mark.parametrize(
    ("said", "is_taken"),
    [
        ({"planned_start_at": "12/4/2026 8 AM"}, False),
        ({"planned_start_at": "12/4/2026 8 AM", "county": "Travis"}, True),
        ({"planned_start_at": "2026-12-04T08:00:00-06:00"}, True),
        ({"planned_start_at": "2026-12-04T14:00:00Z"}, True),
        ({"planned_start_at": "2026-12-04T08:00"}, False),
    ],
)
def test_a_first_start_needs_a_county_or_an_offset(
    said: dict[str, str], *, is_taken: bool
) -> None:
    """Before the document is read nobody knows by which clocks it is meant."""
    taken = first_facts([Said(name, value) for name, value in said.items()], now=NOW)

    assert ("planned_start_at" in taken.facts) is is_taken
    assert bool(taken.refused) is not is_taken
