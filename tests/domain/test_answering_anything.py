"""Whatever is said to whatever question: it states facts that fit, or it is refused."""

from contextlib import suppress

from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.answering import answer
from domain.asking import Asked
from domain.drafting import checked_facts
from domain.errors import RejectedError
from domain.facts import TicketFacts
from domain.spoken_days import Here
from tests.domain.answers import AUSTIN, EL_PASO

FIELDS = [*TicketFacts.model_fields, "location"]
# Pieces of what people say, in every order, reach further into the readers than letters do.
PIECES = st.sampled_from(
    [
        *("yes", "no", "not", "know", "none", "correct", "4", "12", "30.2672", "-97.7431", "9999"),
        *("ft", "'", '"', "in", "to", "-", "days", "weeks", "half", "a", "/", ":", "am", "pm"),
        *("next", "Tuesday", "tomorrow", "Dec", "31", "2/29", "0", "at", "noon", "the", "st", "N"),
        *("W", "\u00b0", "x", "979-555-0142", "a@b.co", "Travis", "County", "#2", "\u0663", "\u00b2"),
        *("0001-01-01T00:00", "9999-12-31T23:59:59-14:00", "12/31/9999", "\x00", "\u202e", ",", "."),
    ]
)  # fmt: skip
SAID = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=8).map(" ".join))
ANYTHING = st.one_of(
    SAID,
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.dictionaries(st.text(max_size=5), st.floats(), max_size=2),
    st.lists(st.text(max_size=5), max_size=2),
)


@settings(max_examples=400, deadline=None)
@example("planned_start_at", "9999-12-31T23:59:59-14:00", (), AUSTIN)
@example("planned_start_at", "0001-01-01T00:00", (), EL_PASO)
@example("planned_start_at", "12/31/9999 11 pm", (), AUSTIN)
@example("depth_inches", "\u00b2", ("\u00b2",), AUSTIN)
@given(
    st.sampled_from(FIELDS), ANYTHING, st.lists(SAID, max_size=3), st.sampled_from([AUSTIN, EL_PASO])
)  # fmt: skip
def test_anything_said_states_facts_that_fit_or_is_refused(
    field: str, said: object, suggested: list[str] | tuple[str, ...], place: Here
) -> None:
    """Nothing that a client can send is an accident."""
    with suppress(RejectedError):
        found = answer(Asked(field, suggested_values=tuple(suggested)), said, place)
        assert found.left_open or checked_facts(found.facts)


@settings(max_examples=200, deadline=None)
@given(SAID)
def test_a_legal_statement_is_never_both(said: str) -> None:
    """The same words mean the same, with dots and capitals or without."""
    with suppress(RejectedError):
        plain = answer(Asked("is_blasting"), said, AUSTIN).facts.get("is_blasting")
        loud = answer(Asked("is_blasting"), f" {said.upper()}! ", AUSTIN).facts.get(
            "is_blasting"
        )
        assert {plain, loud} != {True, False}
