"""Not knowing, and denying: what it leaves open, what stays, and what it may not leave standing."""

import pytest

from domain.answering import ALWAYS_NEEDED, Answer, answer
from domain.asking import Asked
from domain.gaps import GapSeverity
from domain.validation import validated
from tests.builders import make_draft
from tests.domain.answers import AUSTIN, NOW, facts_of, refusal_of


@pytest.mark.parametrize("said", ["I don't know", "none", "N/A", "skip", "no idea", "?"])
def test_not_knowing_leaves_a_recommended_question_open(said: str) -> None:
    """And says so, because nothing was stated."""
    found = answer(Asked("equipment_type"), said, AUSTIN)

    assert found == Answer(left_open="Left open: equipment. The notice can go without it.")


@pytest.mark.parametrize(
    ("field", "said", "left"),
    [
        ("county", "dunno", "county (Travis)"),
        ("company", "I don't know", "excavator company (Travis)"),
        ("company", "", "excavator company (Travis)"),
        ("work_area_description", "no", "work area (Travis)"),
    ],
)
def test_not_knowing_leaves_what_is_there_as_it_is(field: str, said: str, left: str) -> None:
    """And does not say that the notice could go without it."""
    found = answer(Asked(field, current="Travis"), said, AUSTIN)

    assert found == Answer(left_open=f"Left as it is: {left}.")


def test_what_is_left_as_it_is_is_told_in_a_persons_words() -> None:
    """A moment by the clocks at the site, a yes or a no as such."""
    said = {
        "is_blasting": answer(Asked("is_blasting", current=False), "maybe", AUSTIN),
        "planned_start_at": answer(Asked("planned_start_at", current=NOW), "dunno", AUSTIN),
    }

    assert said["is_blasting"].left_open == "Left as it is: explosives (no)."
    assert said["planned_start_at"].left_open == (
        "Left as it is: planned start (Sunday, November 29, 2026 at 10:00 AM CST)."
    )


def test_what_no_notice_can_do_without_is_required_before_anything_was_validated() -> None:
    """Of a ticket that is not there yet nothing is known by a gap."""
    draft = validated(make_draft(), None, now=NOW)
    required = {gap.field for gap in draft.open_gaps if gap.severity is GapSeverity.REQUIRED}

    assert required > ALWAYS_NEEDED
    for field in sorted(ALWAYS_NEEDED):
        assert refusal_of(field, "dunno").remedy


@pytest.mark.parametrize("field", ["company", "county", "planned_start_at", "location"])
def test_not_knowing_what_is_required_names_who_would_know(field: str) -> None:
    """The next step is to ask somebody, not to guess."""
    assert refusal_of(field, "I don't know", is_required=True).remedy.startswith("Ask ")


@pytest.mark.parametrize("said", ["no", "No.", "wrong", "not right", "that's wrong"])
def test_a_denial_does_not_leave_a_wrong_value_standing(said: str) -> None:
    """It is asked what is right, and how to take the value back."""
    asked = {"problem": "please_confirm", "current": "Acme"}

    assert "null" in str(refusal_of("company", said, **asked).remedy)
    assert "null" not in str(
        refusal_of("ticket_type", said, **{**asked, "current": "Normal"}).remedy
    )


@pytest.mark.parametrize("said", ["No, it is Manor", "Yes, but in Manor"])
def test_an_agreement_that_goes_on_is_no_value(said: str) -> None:
    """A city is not called `No, it is Manor`."""
    asked = {"problem": "please_confirm", "current": "Austin", "suggested_values": ("Austin",)}

    assert refusal_of("city", said, **asked).remedy == "Say only the city that is right."


def test_a_lawful_start_that_the_center_may_count_later_can_be_kept() -> None:
    """It was a warning, and the person decides."""
    later = "2026-12-05T08:00:00-06:00"
    asked = {"problem": "center_may_count_later", "current": NOW, "suggested_values": (later,)}

    assert facts_of("planned_start_at", "no", **asked) == {"planned_start_at": NOW}
    assert facts_of("planned_start_at", "yes", **asked) == {"planned_start_at": later}
