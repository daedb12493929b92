"""One turn of a conversation: everything that can be taken is taken, the rest is told."""

from typing import Any

import pytest

from domain.audit import Actor, Author
from domain.errors import RejectedError
from domain.taking import START, Said, Taken, first_facts, read_all, take
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
        ({"planned_start_at": "12/4/2026 8 AM Central time"}, True),
        ({"planned_start_at": "12/4/2026 8 AM", "county": "Travs"}, False),
        ({"planned_start_at": "as soon as possible"}, False),
        ({"planned_start_at": "as soon as possible", "ticket_type": "Emergency"}, True),
    ],
)
def test_a_first_start_needs_a_county_or_an_offset(
    said: dict[str, str], *, is_taken: bool
) -> None:
    """Before the document is read nobody knows by which clocks it is meant."""
    taken = first_facts([Said(name, value) for name, value in said.items()], now=NOW)

    assert ("planned_start_at" in taken.facts) is is_taken
    assert (START in {one.field for one in taken.refused}) is not is_taken


def test_a_later_start_needs_a_county_or_an_offset_too() -> None:
    """Else it would be read by the clocks of the center, wherever the site is."""
    draft = validated(make_draft(), None, now=NOW)

    without = taken_of(draft, planned_start_at="12/8/2026 8 am", city="Socorro")
    after = taken_of(
        validated(make_draft(county="El Paso"), None, now=NOW),
        planned_start_at="12/8/2026 8 am",
    )

    assert without.facts == {"city": "Socorro"}
    assert [one.field for one in without.refused] == [START]
    assert str(after.facts[START]) == "2026-12-08 15:00:00+00:00"


@pytest.mark.parametrize(
    ("before", "after", "is_asked"),
    [
        ("Travis", "El Paso", True),
        ("El Paso", "Travis", True),
        ("Travis", None, True),
        ("Travis", "Hays", False),
        (None, "El Paso", False),  # its start was stated with an offset
    ],
)
def test_a_start_is_asked_again_where_the_clocks_have_changed(
    before: str | None, after: str | None, *, is_asked: bool
) -> None:
    """Eight by the clocks of Austin is seven by those of El Paso, and nobody has said seven."""
    ticket = validated(
        make_draft(county=before, planned_start_at="2026-12-08T14:00:00Z"), None, now=NOW
    )

    change, taken = take(ticket, [Said("county", after)], None, now=NOW, by=GPT)

    assert change
    assert (change.ticket.planned_start_at is None) is is_asked
    assert [one.field for one in taken.refused] == [START] * is_asked
    if is_asked:
        assert START in {gap.field for gap in change.ticket.open_gaps}


def test_the_same_hour_and_the_same_moment_are_suggested_by_the_other_clocks() -> None:
    """One of them is meant."""
    ticket = validated(
        make_draft(county="Travis", planned_start_at="2026-12-08T14:00:00Z"), None, now=NOW
    )

    [asked] = taken_of(ticket, county="El Paso").refused

    assert "8:00 AM CST" in asked.problem
    assert asked.suggested_values == ["2026-12-08T08:00:00-07:00", "2026-12-08T07:00:00-07:00"]


def test_a_start_that_is_said_with_its_county_is_not_asked_again() -> None:
    ticket = validated(
        make_draft(county="Travis", planned_start_at="2026-12-08T14:00:00Z"), None, now=NOW
    )

    taken = taken_of(ticket, planned_start_at="12/8/2026 8 am", county="El Paso")

    assert taken.refused == []
    assert str(taken.facts[START]) == "2026-12-08 15:00:00+00:00"


@pytest.mark.parametrize("said", ["asap", "now", "immediately"])
def test_an_emergency_may_start_at_once(said: str) -> None:
    """In the turn that makes it one, in whatever order, and afterwards."""
    stated = taken_of(planned_start_at=said, county="Travis", ticket_type="Emergency")
    ticket = validated(make_draft(county="Travis", ticket_type="Emergency"), None, now=NOW)
    later = taken_of(ticket, planned_start_at=said)

    assert stated.facts[START] == later.facts[START] == NOW


def test_who_denies_that_it_is_an_emergency_waits_for_a_lawful_start() -> None:
    """The type that is said counts, not the one that stood there."""
    ticket = validated(make_draft(county="Travis", ticket_type="Emergency"), None, now=NOW)

    taken = taken_of(ticket, planned_start_at="asap", ticket_type="Normal")

    assert str(taken.facts[START]) > "2026-12-01"
