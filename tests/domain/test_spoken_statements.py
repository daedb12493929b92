"""Yes and no in many forms, and all that is neither."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.facts import LEGAL_STATEMENTS
from domain.spoken_statements import NO, YES, yes_or_no
from tests.domain.answers import facts_of, refusal_of


@pytest.mark.parametrize(
    "said",
    [
        "yes",
        "Yes.",
        "YES",
        "y",
        "yeah",
        "yep",
        "yup",
        "sure",
        "yes, we will",
        "Yes sir",
        "of course",
        "yes, directional boring",
        "we will be boring",
        "yes, we'll bore",
        "yes, it is",
        "we're boring under the road",
        "HDD",
        "boring",
        "yes under the driveway",
        "yes - road bore",
    ],
)
def test_a_yes_in_many_forms_is_a_yes(said: str) -> None:
    """However friendly."""
    assert facts_of("is_boring", said) == {"is_boring": True}


@pytest.mark.parametrize(
    "said",
    [
        "no",
        "No.",
        "nope",
        "none",
        "never",
        "No, hand digging only",
        "no explosives",
        "We will not use any explosives",
        "it won\u2019t be used",
        "there will be no blasting",
        "Not at all.",
        "no, thanks",
        "no blasting",
        "no explosives will be used",
        "No, no explosives",
        "no, we won't",
        "we aren't using explosives",
        "we will not blast",
        "absolutely not",
        "no, it is not",
        "no it won't",
        "we won't",
        "no blasting on this job",
        "we're not going to use explosives",
        "no explosives or blasting",
        "not on this job",
        "no way",
        "none needed",
        "will not be using any explosives",
    ],
)
def test_a_no_in_many_forms_is_a_no(said: str) -> None:
    """None is a number of explosives, and not a silence."""
    assert facts_of("is_blasting", said, is_required=True) == {"is_blasting": False}


@pytest.mark.parametrize(
    "said",
    [
        "I don't know",
        "I do not know.",
        "not sure",
        "We're not sure yet",
        "I don't think so",
        "I think so",
        "probably not",
        "maybe",
        "n/a",
        "TBD",
        "no idea",
        "no one knows",
        "not that I know of",
        "No, not that I know of",
        "nobody has told me",
        "haven't decided yet",
        "we won't know until Monday",
        "yes, no",
        "no problem, yes",
        "if we hit rock",
        "TNT",
        "ok",
        "correct",
        "not yet",
        "never mind",
        "no info",
        "no comment",
        "none of your business",
        "no problem",
        "no doubt",
        "no reply from the foreman yet",
        "No. 2",
        "no s\u00e9",
        "Y/N",
        "y n",
        "yes?",
        "no?",
        "s\u00ed, pero solo si hace falta",
        "yes pending approval",
        "yes, correct",
        "it is",
        "it is not",
        "1",
        "not that I'm aware of",
        "no way around it",
        "no " * 200 + "but yes",
    ],
)
@pytest.mark.parametrize("field", sorted(LEGAL_STATEMENTS - {"white_lines_painted"}))
def test_a_doubt_is_never_taken_for_a_legal_statement(field: str, said: str) -> None:
    """A default would put words into somebody's mouth."""
    assert refusal_of(field, said, is_required=True).remedy


@pytest.mark.parametrize(
    "said",
    [
        "No more than two shots",
        "we can't do it without explosives",
        "We won't be able to avoid blasting",
        "No, only small charges",
        "no, we have to blast",
        "no choice but to blast",
        "no we'll use dynamite",
        "no question about it, we'll blast",
        "never without explosives",
        "we won't rule out blasting",
        "don't forget the explosives",
        "not only boring but blasting too",
        "no blasting except with small charges",
        "we haven't blasted yet but will",
        "no boring, just blasting",
        "no, blasting",
        "No. Explosives.",
        "no boring",
        "we are not boring",
    ],
)
def test_a_no_to_something_else_is_no_no_to_explosives(said: str) -> None:
    """A negation says only what stands right behind it."""
    assert refusal_of("is_blasting", said).suggested_values == ("yes", "no")


@pytest.mark.parametrize(
    "said",
    [
        "we will be boring, not trenching",
        "We can't do it without boring",
        "Never mind, we bore",
        "no other way than boring",
        "no trenching, boring only",
        "no blasting",
        "yes, open cut",
        "no, boring",
        "no, HDD under the road",
        "yes, backhoe",
        "no backhoe, HDD",
    ],
)
def test_a_no_to_something_else_is_no_no_to_boring(said: str) -> None:
    """Of two words that contradict one another none is chosen."""
    assert refusal_of("is_boring", said).suggested_values == ("yes", "no")


@pytest.mark.parametrize(
    ("said", "boring"),
    [
        ("we are not boring", False),
        ("no directional boring", False),
        ("no, open cut", False),
        ("no, open trench", False),
        ("no, backhoe", False),
        ("no, we're using a trencher", False),
        ("yes, boring", True),
    ],
)
def test_a_yes_or_no_may_name_what_it_is_about(said: str, *, boring: bool) -> None:
    """In the words of its own question."""
    assert facts_of("is_boring", said) == {"is_boring": boring}


@pytest.mark.parametrize("said", ["no trench", "no, a trench", "no trenches", "no boring"])
def test_a_no_to_a_trench_is_not_taken_for_a_trench(said: str) -> None:
    """The question is whether there is none."""
    assert refusal_of("is_trenchless", said).suggested_values == ("yes", "no")


# What a question is about, in the words of the others.
OTHERS = {
    "is_blasting": ("boring", "trenchless", "white lines", "trench", "painted"),
    "is_boring": ("blasting", "explosives", "trenchless", "white lines", "painted"),
    "is_trenchless": ("blasting", "explosives", "boring", "white lines", "trench"),
    "white_lines_painted": ("blasting", "explosives", "boring", "trenchless", "trench"),
}
NEGATIONS = ("no", "not", "never", "without", "won't", "aren't", "nope", "none")
FILL = (
    "yes",
    "we",
    "will",
    "are",
    "be",
    "use",
    "any",
    "using",
    "it",
    "is",
    ",",
    ".",
    "sir",
    "only",
)


@given(
    st.sampled_from(sorted(LEGAL_STATEMENTS)),
    st.sampled_from(NEGATIONS),
    st.lists(st.sampled_from(FILL), max_size=5),
    st.data(),
)
def test_a_negation_beside_the_subject_of_another_question_says_nothing(
    field: str, negation: str, fill: list[str], data: st.DataObject
) -> None:
    """In whatever order they are said."""
    other = data.draw(st.sampled_from(OTHERS[field]))
    said = " ".join(data.draw(st.permutations([negation, other, *fill])))

    assert yes_or_no(said, field) is None


@given(
    st.sampled_from(sorted(LEGAL_STATEMENTS)),
    st.sampled_from(["no", "yes", "nope", "we will", "we won't", "not yet"]),
    st.text(alphabet="bcdfgjklmquvxz", min_size=3, max_size=9),
    st.sampled_from(["{word} {said}", "{said} {word}", "{said}, {word}", "{word}. {said}"]),
)
def test_a_word_that_is_not_known_is_never_overheard(
    field: str, said: str, word: str, form: str
) -> None:
    """It may be the one that turns the answer round."""
    assert yes_or_no(form.format(word=word, said=said), field) is None


@pytest.mark.parametrize("field", sorted(LEGAL_STATEMENTS))
def test_the_contrary_of_a_yes_is_never_a_yes(field: str) -> None:
    """Both in one breath are neither."""
    for yes in sorted(YES):
        for no in sorted(NO):
            assert yes_or_no(yes, field) is True
            assert yes_or_no(no, field) is False
            assert {yes_or_no(f"{yes} {no}", field), yes_or_no(f"{no}, {yes}", field)} == {None}
