"""What a language model's word is worth: always less than a person's."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.extraction import (
    ACCEPT_CONFIDENCE,
    CONFIRM_CONFIDENCE,
    DocumentKind,
    WarningCode,
)
from domain.facts import TicketFacts
from extraction.document import lines_of
from extraction.llm import ASKED_VERSION, Question, answers_in, failed, judged
from extraction.llm.grounding import Ground
from extraction.llm.question import ASKED
from extraction.values.normalise import normalise
from tests.builders import make_finding
from tests.extraction.asking import LINES, ORDER, READ, after, asked, dropped, said


def test_a_place_that_stands_in_the_document_is_taken_and_a_person_is_asked() -> None:
    """Neither more nor less."""
    read = after(
        {
            "city": said("Lockhart", "410 Bluebonnet Ln in Lockhart", 11),
            "depth_inches": said("6 ft", "Dig no deeper than 6 ft there.", 12),
        }
    )

    city = read.fields["city"]
    assert (city.value, city.producer) == ("Lockhart", "llm")
    assert CONFIRM_CONFIDENCE <= city.confidence < ACCEPT_CONFIDENCE
    assert [(span.line, span.quote) for span in city.spans] == [(11, "Lockhart")]
    assert read.fields["depth_inches"].value == 72
    assert read.reader_version == ASKED_VERSION != READ.reader_version


def test_a_passage_may_run_over_lines_and_differ_in_blanks_case_and_dashes() -> None:
    """Models level such things; each line has its span."""
    read = after({"marking_instructions": said("mark a  circle of 20 ft around the pole")})

    found = read.fields["marking_instructions"]
    assert found.value == "Mark a circle of 20 ft around the pole"
    assert [span.quote for span in found.spans] == ["Mark a circle of 20 ft", "around the pole"]
    ground = Ground(lines_of("Call 512\u2013555\u20130142 \u201cnow\u201d"))
    assert ground.find('512-555-0142 "NOW"')


def test_the_value_is_what_our_rules_read_in_the_quote() -> None:
    """Never the model's own words: a quote of one thing proves no other."""
    read = after(
        {
            "depth_inches": said("72 inches", "no deeper than 6 ft"),
            "city": said("San Antonio", "in Lockhart"),
            "address": said("412 Bluebonnet Ln", "410 Bluebonnet Ln"),
        }
    )

    assert read.fields["depth_inches"].value == 72
    assert sorted(map(str, dropped(read))) == ["address", "city"]
    assert {"address", "city"}.isdisjoint(read.fields)


@pytest.mark.parametrize(
    "answer",
    [
        said("Houston"),
        said("Lockhart", "the site is in Lockhart"),
        said("Lock", "in Lock"),
        said("Lockhart", ""),
        said("Lockhart, Caldwell"),
    ],
    ids=["invented", "half invented", "part of a word", "no quote", "put together"],
)
def test_words_that_do_not_stand_in_the_document_are_dropped(answer: dict[str, Any]) -> None:
    """This one rule removes what was invented."""
    read = after({"city": answer})

    assert "city" not in read.fields
    assert dropped(read) == ["city"]
    assert "Houston" not in str(read.warnings)


@pytest.mark.parametrize("value", ["", "N/A", "null", "Not provided", "unknown"])
def test_a_way_to_say_that_nothing_is_said_is_no_mistake(value: str) -> None:
    """Nobody is bothered with it."""
    assert after({"city": said(value)}).model_dump(exclude={"reader_version"}) == (
        READ.model_dump(exclude={"reader_version"})
    )


@pytest.mark.parametrize("field", ["company", "work_for"])
def test_who_digs_and_for_whom_is_never_filled_in_by_a_model_alone(field: str) -> None:
    """Who is named there answers for the dig: a person says yes first."""
    read = after({field: said("Caprock Line Builders", line=9)})

    assert read.fields[field].value == "Caprock Line Builders"
    assert not read.fields[field].is_taken


def test_a_telephone_that_cannot_ring_and_a_county_that_is_none_are_left_out() -> None:
    """They stand in the document, and are still no good."""
    lines = lines_of("Call 123-123-1234.\nThe site is in Lockhart County.")
    question = asked(lines=lines)
    answers = answers_in(
        json.dumps({"phone": said("123-123-1234"), "county": said("Lockhart County")}),
        question.fields,
    )

    assert answers
    assert judged(READ, question, answers).fields == READ.fields


def test_a_weak_value_that_a_model_comes_to_as_well_is_surer_and_still_asked_about() -> None:
    """Its producer stays the rule that found it."""
    county = READ.fields["county"]

    raised = after({"county": said("Caldwell", "in Caldwell County")}).fields["county"]

    assert county.confidence < raised.confidence < ACCEPT_CONFIDENCE
    assert (raised.value, raised.producer, raised.spans) == (
        county.value,
        county.producer,
        county.spans,
    )


def test_no_agreement_makes_a_value_pass_unseen() -> None:
    """Nothing that a model says spares a person a question."""
    near = READ.model_copy(update={"fields": {"city": make_finding("Lockhart", 0.899)}})

    assert after({"city": said("Lockhart")}, near).fields["city"].confidence == 0.899


def test_a_value_that_no_ticket_can_hold_does_not_become_one_by_agreement() -> None:
    """It would be taken, and the ticket refuse it."""
    long = "Lockhart " * 20
    read = READ.model_copy(update={"fields": {"city": make_finding(long, 0.55)}})
    question = Question(("city",), lines_of(long))
    answers = answers_in(json.dumps({"city": said("Lockhart Lockhart")}), ("city",))

    assert answers
    assert not judged(read, question, answers).fields["city"].is_taken


def test_a_contradiction_makes_a_value_weaker_and_is_kept_beside_it() -> None:
    """The person who is asked sees both."""
    county = READ.fields["county"]

    doubted = after({"county": said("Travis", "the office in Travis")}).fields["county"]

    assert doubted.value == county.value
    assert doubted.confidence < county.confidence
    assert [one.value for one in doubted.alternatives][-1] == "Travis"
    assert doubted.alternatives[-1].confidence <= doubted.confidence


def test_a_letter_bounds_what_is_read_from_it() -> None:
    """As it does for the rules."""
    letter = READ.model_copy(update={"kind": DocumentKind.CORRESPONDENCE})

    assert after({"city": said("Lockhart")}, letter).fields["city"].confidence <= 0.75


def test_a_failure_leaves_what_the_rules_have_read() -> None:
    """With a warning; nothing else is different."""
    read = failed(READ, "it took more than 20 s")

    assert read.fields == READ.fields
    assert [one.code for one in read.warnings[len(READ.warnings) :]] == [WarningCode.LLM_FAILED]


WORDS = st.sampled_from([*ORDER.split(), "", "EvilCorp", "\n", "512-555-0142", "\ud83d\ude00"])
TEXTS = st.lists(WORDS, max_size=8).map(" ".join) | st.text(max_size=20)
ANSWERS = st.fixed_dictionaries({"value": TEXTS, "quote": TEXTS, "line": st.integers(-9, 99)})


@given(st.dictionaries(st.sampled_from([*ASKED, *TicketFacts.model_fields]), ANSWERS))
@settings(deadline=None, max_examples=150)
def test_no_answer_can_make_it_crash_or_take_a_question_from_a_person(
    answer: dict[str, Any],
) -> None:
    """Each value can be read again in its quote, and fits the ticket."""
    read = after(answer)

    TicketFacts.model_validate(read.taken())
    for name, found in read.fields.items():
        known = READ.fields.get(name)
        assert (found.confidence < ACCEPT_CONFIDENCE) or found == known, name
        if known is None:
            quoted = " ".join(span.quote for span in found.spans)
            assert normalise(name, quoted) == found.value, name
            assert all(
                LINES[span.line - 1].text[span.start : span.end] == span.quote
                for span in found.spans
            )
