"""Later items: of several orders or sites in one list, only the first is read.

Mixing them would give a ticket for a place that nobody named. The addresses of the others are
kept, so that they show as alternatives and in a warning.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from extraction.keys.leaf import Leaf
from extraction.roles import SILENT_ROLES, Role
from extraction.values.normalise import is_placeholder

ITEM = re.compile(r"^(.*)\[(\d{1,6})\]$")
NAMING = {  # concepts that name an order or a site, and so tell two of them apart
    "work_order": "order",
    "work_request": "order",
    "address": "site",
    "service_address": "site",
    "street": "site",
}
KEPT = frozenset(["address", "service_address"])
PARTY_ROLES = (Role.EXCAVATOR, Role.CALLER, Role.ONSITE, Role.WORK_FOR)
TYPED = dict[int, list[Leaf]]


def later_items(found: TYPED) -> TYPED:
    """Return the leaves, those of later orders or sites silenced but for their addresses."""
    first = _first_items(found)
    if not first:
        return found
    return {
        index: [_silenced(leaf, first) for leaf in leaves] for index, leaves in found.items()
    }


def _first_items(found: Mapping[int, list[Leaf]]) -> dict[str, int]:
    """Return for each list of several orders or sites which of its items is the first."""
    named: dict[tuple[str, str], dict[int, str]] = {}
    for leaves in found.values():
        for leaf in leaves:
            what = NAMING.get(leaf.label.concept)
            if what is None or leaf.role in (*SILENT_ROLES, *PARTY_ROLES):
                continue
            if is_placeholder(leaf.value):
                continue
            for path in leaf.line.within:
                match = ITEM.match(path)
                if match:
                    items = named.setdefault((match[1], what), {})
                    items.setdefault(int(match[2]), leaf.value.lower())
    return {
        path: min(items)
        for (path, _what), items in sorted(named.items())
        if len(set(items.values())) > 1
    }


def _silenced(leaf: Leaf, first: Mapping[str, int]) -> Leaf:
    for path in leaf.line.within:
        match = ITEM.match(path)
        if match and match[1] in first and int(match[2]) > first[match[1]]:
            is_kept = leaf.label.concept in KEPT and leaf.role not in PARTY_ROLES
            return leaf if is_kept else replace(leaf, role=Role.OTHER)
    return leaf
