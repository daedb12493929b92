"""What somebody may state about a dig."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.facts import REQUIRED_FIELDS, TicketFacts
from domain.ticket import Ticket
from tests.builders import make_facts
from tests.domain.specification import REQUIRED_TEXTS, TICKET_BOOLEANS


def test_the_required_fields_are_the_seven_of_the_specification() -> None:
    """Without one of them nothing can be submitted."""
    assert list(REQUIRED_FIELDS) == REQUIRED_TEXTS


@pytest.mark.parametrize("field", TICKET_BOOLEANS)
@pytest.mark.parametrize("said", [True, False, None])
def test_a_legal_statement_has_three_values(field: str, *, said: bool | None) -> None:
    """No explosives is a statement; silence is not."""
    facts = make_facts(**{field: said})

    assert getattr(TicketFacts.model_validate_json(facts.model_dump_json()), field) is said


def test_stated_gives_what_was_said_and_no_and_zero_are_said() -> None:
    """A no must not be taken for silence because it is falsy."""
    facts = TicketFacts(is_blasting=False, depth_inches=0, company="", county="Travis")

    assert facts.stated() == {"is_blasting": False, "depth_inches": 0, "county": "Travis"}


def test_a_ticket_gives_its_stated_facts_without_what_is_ours() -> None:
    """The ticket's id or status is nothing that a person said about the dig."""
    ticket = Ticket.model_validate(
        {"id": "t", "created_at": 0, "updated_at": 0, "requested_at": 0, "city": "Austin"}
    )

    assert set(ticket.stated()) == {"city", "ticket_type", "priority_level"}


def test_a_fact_that_no_field_knows_is_refused() -> None:
    """A misspelt field that is dropped in silence is a lost answer."""
    with pytest.raises(ValidationError, match="compnay"):
        TicketFacts.model_validate({"compnay": "Caprock"})


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("is_blasting", 1),
        ("is_boring", 0),
        ("white_lines_painted", 1.0),
        ("expected_completion_on", 1_796_256_000),
        ("expected_completion_on", "1796342400"),
        ("depth_inches", True),
        ("duration_days", False),
    ],
)
def test_a_value_of_another_kind_is_no_fact(field: str, given: object) -> None:
    """1 is no yes, seconds are no date, and true is no depth."""
    with pytest.raises(ValidationError, match=field):
        TicketFacts.model_validate({field: given})


def test_stated_facts_do_not_change_under_their_reader() -> None:
    """What a client said is evidence."""
    facts = make_facts()

    with pytest.raises(ValidationError, match="frozen"):
        facts.city = "Dallas"


@given(st.text(alphabet=" \t\n", max_size=5), st.text(alphabet=" \t\n", max_size=5))
def test_blanks_around_a_value_are_no_part_of_it(before: str, after: str) -> None:
    """Two spellings that look the same on paper must be the same."""
    assert TicketFacts(county=f"{before}Travis{after}").county == "Travis"


def test_blanks_alone_say_nothing() -> None:
    """A form filled with spaces is an empty form."""
    assert TicketFacts(company="   ").stated() == {}
