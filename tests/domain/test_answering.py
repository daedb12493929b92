"""What people say to a question, and the facts that it states."""

import pytest

from domain.answering import answer, here
from domain.asking import asked_of
from domain.errors import RejectedError
from domain.facts import TicketFacts
from domain.ticket import Ticket
from domain.validation import validated
from tests.builders import make_draft, make_extraction, make_finding, make_ticket
from tests.domain.answers import AUSTIN, NOW, facts_of, refusal_of


@pytest.mark.parametrize(
    ("field", "said", "facts"),
    [
        ("county", "it's in Travis County, Texas", {"county": "Travis"}),
        ("county", "De Witt", {"county": "DeWitt"}),
        ("phone", "(979) 555-0142", {"phone": "(979) 555-0142"}),
        (
            "phone",
            "it's 979-555-0142 x214",
            {"phone": "979-555-0142", "phone_extension": "214"},
        ),
        ("onsite_phone", "9795550142", {"onsite_phone": "9795550142"}),
        ("email", "it is rtovar@example.com.", {"email": "rtovar@example.com"}),
        ("ticket_type", "Emergency!", {"ticket_type": "Emergency"}),
        ("ticket_type", "update and remark", {"ticket_type": "Update & Remark"}),
        ("ticket_type", "no response", {"ticket_type": "No Response"}),
        ("ticket_type", "a regular ticket", {"ticket_type": "Normal"}),
        ("priority_level", "urgent", {"priority_level": "Rush"}),
        ("company", "No Limits Boring", {"company": "No Limits Boring"}),
        ("driving_directions", "No left turns, north on FM 577", None),
    ],
)
def test_a_text_is_taken_for_what_its_field_is(
    field: str, said: str, facts: dict[str, object] | None
) -> None:
    """Names, numbers, kinds: each in its own way."""
    assert facts_of(field, said, is_required=True) == (facts or {field: said})


@pytest.mark.parametrize(
    ("field", "said", "suggested"),
    [
        ("county", "Travs", ("Travis",)),
        ("ticket_type", "Emergancy", ("Emergency",)),
        ("priority_level", "high", ("Standard", "Rush", "Emergency")),
        ("company", "yes", ()),
    ],
)
def test_what_cannot_be_taken_is_refused_with_what_could_be(
    field: str, said: str, suggested: tuple[str, ...]
) -> None:
    """One look must be enough to say it better."""
    refused = refusal_of(field, said, is_required=True)

    assert refused.field == field
    assert refused.suggested_values == suggested
    assert refused.remedy


def test_a_suggested_value_is_accepted_by_its_words_or_its_number() -> None:
    """Whoever reads a list aloud answers with the number."""
    asked = {"problem": "please_confirm", "suggested_values": ("Austin", "Manor")}

    for said in ("2", "#2", "option 2", "manor"):
        assert facts_of("city", said, current="Austin", **asked) == {"city": "Manor"}
    assert facts_of("city", "yes", current="Austin", **asked) == {"city": "Austin"}
    assert refusal_of("city", "no", current="Austin", **asked).suggested_values == ("Manor",)


def test_a_number_said_of_a_number_is_no_choice() -> None:
    """Two days are not the second of the suggestions."""
    asked = {"suggested_values": ("3 days", "5 days")}

    assert facts_of("duration_days", "2", **asked) == {"duration_days": 2}
    assert facts_of("depth_inches", "48", suggested_values=("48",)) == {"depth_inches": 48}


def test_that_a_no_was_right_is_not_a_yes() -> None:
    """The document said no, and the person says that this is correct."""
    asked = {"problem": "please_confirm", "suggested_values": ("no",), "current": False}

    assert facts_of("is_boring", "correct", **asked) == {"is_boring": False}
    assert facts_of("is_boring", "yes", **asked) == {"is_boring": True}
    assert facts_of("is_boring", "no", **asked) == {"is_boring": False}
    for both in ("yes, correct", "wrong", "no, that's correct", "not right"):
        assert refusal_of("is_boring", both, **asked).remedy


def test_a_county_answers_whether_a_point_is_in_it() -> None:
    """The question was which of the two is right."""
    asked = {"problem": "point_in_other_county", "suggested_values": ("Hays",), "current": ()}

    assert facts_of("gps_coordinates", "It is in Hays County", **asked) == {"county": "Hays"}
    assert "gps_coordinates" in facts_of("gps_coordinates", "30.1, -97.9", **asked)


@pytest.mark.parametrize(
    ("field", "problem", "said", "facts"),
    [
        ("gps_coordinates", "point_near_border", "No, Hays County", {"county": "Hays"}),
        ("geometry", "geometry_near_border", "it is in Hays County", {"county": "Hays"}),
        ("geometry", "geometry_in_two_counties", "Hays", {"county": "Hays"}),
    ],
)
def test_a_county_answers_in_which_a_place_near_a_border_is(
    field: str, problem: str, said: str, facts: dict[str, object]
) -> None:
    """The drawn borders cannot tell, whoever knows the site can."""
    asked = {"problem": problem, "suggested_values": ("Travis",), "current": ()}

    assert facts_of(field, said, **asked) == facts


def test_a_lawful_start_is_chosen_and_not_agreed_to() -> None:
    """`Yes, or later` is no time of day."""
    asked = {
        "problem": "before_lawful_start",
        "suggested_values": ("2026-12-03T10:00:00-06:00",),
    }

    assert refusal_of("planned_start_at", "yes", **asked).suggested_values
    assert facts_of("planned_start_at", "1", **asked) == {
        "planned_start_at": "2026-12-03T10:00:00-06:00"
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("depth_inches", 48),
        ("is_blasting", False),
        ("gps_coordinates", {"latitude": 30.1, "longitude": -97.7}),
        ("company", None),
    ],
)
def test_a_value_that_is_no_text_is_the_fields_own(field: str, value: object) -> None:
    """A program knows what it means."""
    assert facts_of(field, value) == {field: value}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("is_blasting", 0),
        ("is_blasting", 1),
        ("is_boring", []),
        ("white_lines_painted", 1.0),
        ("expected_completion_on", 1_796_256_000),
        ("planned_start_at", 1_796_256_000),
        ("duration_days", 0),
        ("duration_days", -3),
        ("duration_days", True),
        ("depth_inches", 0),
        ("depth_inches", 0.5),
        ("depth_inches", ["48"]),
    ],
)
def test_a_value_of_another_kind_is_refused(field: str, value: object) -> None:
    """Nothing is read into it: 1 is no yes, and seconds are no date."""
    assert refusal_of(field, value).remedy


def test_an_open_gap_is_known_by_its_id_and_by_its_field() -> None:
    """What is neither is refused with the fields that are alike."""
    ticket = validated(make_draft(), None, now=NOW)
    [gap] = [gap for gap in ticket.open_gaps if gap.field == "location"]

    assert asked_of(ticket, gap.id) == asked_of(ticket, "location")
    assert asked_of(ticket, gap.id).is_required
    assert asked_of(make_ticket(), "location").current == make_ticket().address
    assert not asked_of(make_ticket(), "subdivision").is_required
    with pytest.raises(RejectedError) as refused:
        asked_of(ticket, "compny")
    assert "company" in refused.value.suggested_values


def test_the_clocks_are_those_of_the_county_and_else_of_the_center() -> None:
    """Two counties keep Mountain time."""
    assert str(here(make_ticket(county="El Paso"), NOW).zone) == "America/Denver"
    assert str(here(make_draft(), NOW).zone) == "America/Chicago"
    assert here(make_draft(), NOW).earliest is None


EVERYTHING: dict[str, str] = {
    "location": "410 Bluebonnet Ln",
    "phone": "512-555-0142",
    "email": "dana@example.com",
    "county": "Travis",
    "is_blasting": "no",
    "is_boring": "no",
    "is_trenchless": "no",
    "white_lines_painted": "yes",
    "duration_days": "3 days",
    "depth_inches": "4 ft",
    "planned_start_at": "12/4/2026 8 AM",
    "ticket_type": "Normal",
    "priority_level": "Standard",
    "gps_coordinates": "30.2672, -97.7431",
    "expected_completion_on": "12/9/2026",
    "onsite_phone": "512-555-0143",
    "work_for_phone": "512-555-0144",
    "city_state_zip": "Brenham, TX 77834",
    "emergency_justification": "Gas leak",
}


@pytest.mark.parametrize(
    "field", sorted({*TicketFacts.model_fields, "location"} - {"geometry"})
)
def test_every_field_can_be_answered_in_words(field: str) -> None:
    """And what is stated fits the ticket."""
    facts = facts_of(field, EVERYTHING.get(field, "Lot 7"))

    stated = TicketFacts.model_validate(facts).stated()
    assert facts.keys() == stated.keys()
    assert facts


def ticket_with_every_doubt() -> Ticket:
    """A ticket on which every value was read with doubt."""
    ticket = make_ticket()
    values = ticket.model_dump(mode="json", include=set(TicketFacts.model_fields))
    read = {
        name: make_finding(value, 0.7) for name, value in values.items() if value is not None
    }
    return validated(ticket, make_extraction(**read), now=NOW)


def test_every_doubt_can_be_answered_with_that_it_is_right() -> None:
    """One word a question, and the values stay as they were read."""
    ticket = ticket_with_every_doubt()
    doubts = [gap for gap in ticket.open_gaps if gap.problem == "please_confirm"]

    for gap in doubts:
        [(name, value)] = answer(asked_of(ticket, gap.id), "correct", AUSTIN).facts.items()
        assert (name, value) == (gap.field, getattr(ticket, gap.field))
    assert len(doubts) > 15
