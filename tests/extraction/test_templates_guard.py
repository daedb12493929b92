"""The guard: no pattern of a template, and no document, takes the reader's time away."""

from time import process_time

import pytest
from pydantic_core import PydanticCustomError

from extraction.document import LINES_MAX
from extraction.templates import template_candidates
from extraction.templates.patterns import (
    PATTERN_CHARACTERS_MAX,
    SCANNED_CHARACTERS_MAX,
    Work,
    compiled,
)
from tests.extraction.templates import a_document, a_template

HARMLESS_SECONDS = 0.5  # backtracking takes minutes
CATASTROPHIC = [
    r"(a+)+$",
    r"(a|a)*b",
    r"(a*)*c",
    r"((a+)?)+$",
    r"(.*a){20}$",
    r"(\w+\s?)+$",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r"(x+x+)+y",
    r"(?:(?:(?:a+)+)+)+!",
]
TEXTS = ["a" * SCANNED_CHARACTERS_MAX + "!", "xa " * 1_000, "\u00e9" * SCANNED_CHARACTERS_MAX]
REFUSED = [
    r"(?=a)b",
    r"(?<!a)b",
    r"(a)\1",
    r"((a{30}){30}){30}",
    r"(a?){500}a{500}",
    r"(\w+\s?){1,400}$",
    "a{1001}",
    "(",
    "a" * (PATTERN_CHARACTERS_MAX + 1),
    "a" * 1_000_000,
    "(" * 400,
    "\ud800",
]


@pytest.mark.parametrize("pattern", CATASTROPHIC)
def test_a_pattern_that_would_run_for_ever_elsewhere_is_done_at_once(pattern: str) -> None:
    """RE2 follows all ways at a time: what backtracks has none to go back on."""
    began = process_time()
    ready = compiled(pattern)
    for text in TEXTS:
        list(ready.spans(text))
        ready.is_in(text)

    assert process_time() - began < HARMLESS_SECONDS * len(TEXTS)


@pytest.mark.parametrize(
    "pattern", REFUSED, ids=lambda pattern: f"{len(pattern)} {pattern[:20]!a}"
)
def test_a_pattern_that_is_too_large_or_none_is_refused_at_once(pattern: str) -> None:
    """Each with what mends it."""
    began = process_time()
    with pytest.raises(PydanticCustomError) as refusal:
        compiled(pattern)

    assert process_time() - began < HARMLESS_SECONDS
    assert (refusal.value.context or {})["remedy"]


def test_the_patterns_of_one_document_have_a_bounded_amount_of_work() -> None:
    """Counted and not timed: the same document gives the same on every machine."""
    ready, text = compiled("a{1,90}b"), "a" * SCANNED_CHARACTERS_MAX
    work = Work()
    allowed = sum(work.allows(text, ready) for _line in range(10_000))

    assert 0 < allowed < 10_000
    assert not work.allows(text, ready)


def test_a_huge_document_and_greedy_templates_end_in_time() -> None:
    """Every line matches every label, and nothing is found by any pattern."""
    rules = "".join(
        f"[[fields]]\nfield = 'city'\nlabel = 'L{n}'\npattern = '(a+)+{n}$'\n"
        for n in range(60)
    )
    text = "feeder sheet\n" + f"L1: {'a' * 60}  L2: {'a' * 60}\n" * (LINES_MAX // 10)
    began = process_time()

    found = template_candidates(a_document(text), [a_template(rules)])

    assert found == []
    assert process_time() - began < 5
