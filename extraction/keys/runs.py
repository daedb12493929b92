"""Runs: in a flat object, the address that stands right behind the name of a party is its own.

`name, address1, city, cstate, zip, phone` of an excavator may stand in one object with the
`place`, `county` and `street` of the site. Only their order tells them apart.
"""

from collections.abc import Iterable
from dataclasses import replace

from extraction.keys.leaf import Leaf
from extraction.labels.concepts import Label
from extraction.roles import SILENT_ROLES, Role

OPENING = {
    "company": Role.EXCAVATOR,
    "name": Role.EXCAVATOR,
    "work_for": Role.WORK_FOR,
    "onsite": Role.ONSITE,
    "caller": Role.CALLER,
}
PLACES = frozenset(["address", "address_2", "street", "number", "city", "state", "zip"])
OF_A_RUN = PLACES | frozenset(
    ["phone", "mobile", "fax", "alt_phone", "extension", "email", "city_state_zip", "nothing"]
)
OF_A_SITE = frozenset(["address", "street", "city", "service_address"])
OF_A_TICKET = frozenset(["caller", "contact", "type_of_work", "county"])
OF_A_TICKET_MIN = 2
SITES = (Role.NONE, Role.SITE, Role.WORK, Role.JOB)
FIRST_NAME = "name"
Found = dict[int, list[Leaf]]


def with_runs(found: Found) -> Found:
    """Return the leaves, those of a run behind the name of a party given to that party."""
    objects: dict[tuple[str, ...], list[int]] = {}
    for index, leaves in found.items():
        for leaf in leaves:
            objects.setdefault((leaf.line.part, leaf.line.within[-1]), []).append(index)
    changed = dict(found)
    for indices in objects.values():
        for index, role in _given(found, indices):
            changed[index] = [_given_to(leaf, role) for leaf in changed[index]]
    return changed


def _given(found: Found, indices: list[int]) -> Iterable[tuple[int, Role]]:
    """Return which leaves of one object belong to which party."""
    leaves = [(index, leaf) for index in indices for leaf in found[index]]
    concepts = {leaf.label.concept for _index, leaf in leaves}
    runs = list(_runs(leaves))
    for opener, role, run in runs:
        is_name = opener.label.concept == FIRST_NAME
        if is_name and ("company" in concepts or len(concepts & OF_A_TICKET) < OF_A_TICKET_MIN):
            continue
        inside = {index for index, _leaf in run}
        has_place = any(leaf.label.concept in OF_A_SITE for _index, leaf in run)
        has_site = any(
            _is_site(leaf)
            for index, leaf in leaves
            if index not in inside and index not in _all(runs)
        )
        if is_name:
            yield next(index for index, leaf in leaves if leaf is opener), role
        if has_place and has_site:
            yield from ((index, role) for index in sorted(inside))


def _all(runs: list[tuple[Leaf, Role, list[tuple[int, Leaf]]]]) -> set[int]:
    return {index for _opener, _role, run in runs for index, _leaf in run}


def _runs(
    leaves: list[tuple[int, Leaf]],
) -> Iterable[tuple[Leaf, Role, list[tuple[int, Leaf]]]]:
    """Yield each name of a party that says nothing else, with the plain leaves behind it."""
    opener: Leaf | None = None
    run: list[tuple[int, Leaf]] = []
    for index, leaf in leaves:
        concept = leaf.label.concept
        if concept in OPENING and leaf.role in SITES:
            if opener is not None:
                yield opener, OPENING[opener.label.concept], run
            opener, run = leaf, []
        elif opener is not None and concept in OF_A_RUN and leaf.label.role is None:
            if leaf.role in SITES:
                run.append((index, leaf))
        elif opener is not None:
            yield opener, OPENING[opener.label.concept], run
            opener, run = None, []
    if opener is not None:
        yield opener, OPENING[opener.label.concept], run


def _is_site(leaf: Leaf) -> bool:
    is_plain = leaf.role in SITES and leaf.label.role in (None, Role.SITE)
    return is_plain and leaf.label.concept in OF_A_SITE and bool(leaf.value)


def _given_to(leaf: Leaf, role: Role) -> Leaf:
    if leaf.role in SILENT_ROLES:
        return leaf
    label: Label = leaf.label
    if label.concept == FIRST_NAME:
        label = replace(label, concept="company", is_guessed=True)
    return replace(leaf, role=role, label=label, block=(*leaf.block, role.value))
