"""Owners: of two parties that each have a section, the one that owns the line and the one that digs.

A permit names its permittee, which may be the utility, and the contractor that it has hired, each
with people and numbers. Both sections read as those of an excavator; by its name one is an owner.
"""

from collections.abc import Sequence
from dataclasses import replace

from extraction.labels.concepts import Label
from extraction.lines.pair import Pair
from extraction.roles import Role
from extraction.values.plain import plain_text
from extraction.values.trades import owns

NAMES = frozenset({"company", "name"})


def with_owners(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the pairs; the section of the utility is of who the work is done for."""
    named: dict[int, str] = {}
    for pair in pairs:
        if _is_of_a_section(pair) and pair.label.concept in NAMES and plain_text(pair.value):
            named.setdefault(pair.block, pair.value)
    owners = {block for block, name in named.items() if owns(name)}
    has_owner = any(p.label.concept == "work_for" and plain_text(p.value) for p in pairs)
    if not owners or len(owners) == len(named) or has_owner:
        return list(pairs)
    return [_of_owner(p) if p.block in owners and _is_of_a_section(p) else p for p in pairs]


def _is_of_a_section(pair: Pair) -> bool:
    """Is this told of an excavator by its heading, and not by its own label or one above?"""
    is_headed = pair.role is Role.EXCAVATOR and not pair.is_opened
    return is_headed and not pair.is_structured and pair.label.role is None


def _of_owner(pair: Pair) -> Pair:
    if pair.label.concept in NAMES:
        return replace(pair, label=Label("work_for", is_guessed=True), role=Role.WORK_FOR)
    return replace(pair, role=Role.WORK_FOR)
