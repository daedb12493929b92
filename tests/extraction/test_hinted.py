"""Hinted patterns: of the words of a hint one stands in all that its pattern finds.

A hint that leaves out a word makes its pattern blind for it, and nothing else would show that. So
each is proved from the pattern itself, as the compiler of patterns reads it.
"""

from collections.abc import Iterator
from importlib import import_module
from itertools import product
from pkgutil import walk_packages
from typing import Any

import pytest

import extraction
from extraction.hinted import Hinted, hinted

codes, parser = import_module("re._constants"), import_module("re._parser")

ANYTHING = "\0"  # stands for letters of which nothing is known
RUNS_MAX = 500  # ways to write a part of a pattern that are followed
CHOICES_MAX = 12
LENGTH_MAX = 30  # parts of a pattern in a row
AROUND = 5  # parts beside a choice that are read with each of its branches


def test_every_hint_stands_in_what_its_pattern_finds() -> None:
    found = dict(_hinted_in(extraction))

    assert len(found) > 50
    assert [name for name, one in found.items() if not _is_proved(one)] == []


@pytest.mark.parametrize(
    ("words", "pattern"),
    [("cat", r"cat|dog"), ("cat", r"(?:cat)?s"), ("cat", r"c.t"), ("catch", r"cat(?:ch)?")],
)
def test_a_hint_that_leaves_out_a_word_is_not_proved(words: str, pattern: str) -> None:
    assert not _is_proved(hinted(words, pattern))


def _hinted_in(package: Any) -> Iterator[tuple[str, Hinted]]:
    """Yield the hinted patterns of all modules by the name of their module and table."""
    for info in walk_packages(package.__path__, f"{package.__name__}."):
        for name, table in vars(import_module(info.name)).items():
            for place, one in enumerate(_flat(table)):
                yield f"{info.name}.{name}[{place}]", one


def _flat(table: object) -> Iterator[Hinted]:
    if isinstance(table, Hinted):
        yield table
    elif isinstance(table, dict | tuple | list):
        for one in table.values() if isinstance(table, dict) else table:
            yield from _flat(one)


def _is_proved(one: Hinted) -> bool:
    # The flags of a compiled pattern name the alphabet, which its source does not.
    flags = one.pattern.flags & ~codes.SRE_FLAG_UNICODE
    return _is_covered(list(parser.parse(one.pattern.pattern, flags)), one.words)


def _is_covered(parts: list[Any], words: tuple[str, ...]) -> bool:
    """Say whether each way to write these parts of a pattern holds one of the words."""
    if any(_holds_from(parts[at : at + LENGTH_MAX], words) for at in range(len(parts))):
        return True
    if any(_is_covered(list(inner), words) for part in parts for inner in _always(part)):
        return True
    return any(
        all(
            _is_covered(
                [*parts[max(0, at - AROUND) : at], *branch, *parts[at + 1 :][:AROUND]], words
            )
            for branch in branches
        )
        for at, part in enumerate(parts)
        if len(branches := _branches(part)) > 1
    )


def _always(part: Any) -> Iterator[Any]:
    """Yield the inner parts that stand in whatever this part finds."""
    kind, told = part
    if kind is codes.SUBPATTERN:
        yield told[-1]
    elif kind in (codes.MAX_REPEAT, codes.MIN_REPEAT) and told[0] > 0:
        yield told[2]
    elif kind is codes.ASSERT and told[0] > 0:
        yield told[1]


def _branches(part: Any) -> list[Any]:
    kind, told = part
    if kind is codes.SUBPATTERN and len(told[-1]) == 1:
        kind, told = told[-1][0]
    return list(told[1]) if kind is codes.BRANCH else []


def _holds_from(parts: list[Any], words: tuple[str, ...]) -> bool:
    """Say whether each text that these parts begin has a word before the ways are too many."""
    open_texts = {""}
    for part in parts:
        ways = {left + right for left, right in product(open_texts, _ways(part))}
        open_texts = {text for text in ways if not any(word in text for word in words)}
        if not open_texts or len(open_texts) > RUNS_MAX:
            break
    return not open_texts


def _ways(part: Any) -> set[str]:
    """Return the ways to write one part, in small letters."""
    kind, told = part
    if kind is codes.LITERAL:
        return {chr(told).lower()}
    if kind is codes.IN:
        return _choices(told)
    if kind in (codes.AT, codes.ASSERT, codes.ASSERT_NOT):
        return {""}
    if kind in (codes.SUBPATTERN, codes.BRANCH):
        inner = told[1] if kind is codes.BRANCH else told[-1:]
        return set().union(*map(_all_ways, inner))
    if kind in (codes.MAX_REPEAT, codes.MIN_REPEAT):
        return _repeated(*told)
    return {ANYTHING}


def _repeated(least: int, most: int, inner: Any) -> set[str]:
    if most > 1:
        more = {way + ANYTHING for way in _all_ways(inner)} if least else {""}
        return more | ({ANYTHING} if not least else _all_ways(inner))
    return _all_ways(inner) | (set() if least else {""})


def _all_ways(parts: Any) -> set[str]:
    ways = {""}
    for part in parts:
        ways = {left + right for left, right in product(ways, _ways(part))}
        if len(ways) > RUNS_MAX:
            return {ANYTHING}
    return ways


def _choices(told: list[Any]) -> set[str]:
    """Return the letters of a class, or anything if they are many."""
    found: set[str] = set()
    for kind, letter in told:
        if kind is codes.LITERAL:
            found.add(chr(letter).lower())
        elif kind is codes.RANGE and letter[1] - letter[0] < CHOICES_MAX:
            found |= {chr(one).lower() for one in range(letter[0], letter[1] + 1)}
        elif (kind, letter) == (codes.CATEGORY, codes.CATEGORY_SPACE):
            found.add(" ")  # sentences have no other blank
        elif (kind, letter) == (codes.CATEGORY, codes.CATEGORY_DIGIT):
            found |= set("0123456789")
        else:
            return {ANYTHING}
    return found if len(found) <= CHOICES_MAX else {ANYTHING}
