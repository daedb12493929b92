"""Pairing: the leaves of JSON and XML with what they mean, whose they are, and their units.

Siblings tell what a leaf alone does not: the unit of a depth, the last name to a first, that
`x` and `y` are a point, that a number of a list of telephones is a fax.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from extraction.document import Line
from extraction.keys.asked import asked_by
from extraction.keys.corners import with_boxes
from extraction.keys.crossing import with_whole_roads
from extraction.keys.deep import with_depths
from extraction.keys.later import later_items
from extraction.keys.leaf import Leaf
from extraction.keys.meaning import STATEMENTS, is_flag, meaning_of
from extraction.keys.meant_here import meant_here
from extraction.keys.measured import measured
from extraction.keys.owners import with_operators
from extraction.keys.parties import PARTY_ROLES, Parties, role_of_key
from extraction.keys.prefixes import without_prefixes
from extraction.keys.runs import with_runs
from extraction.keys.siblings import (
    GROUP_LINES_MAX,
    KIND_OF_STREET,
    OF_ROADS,
    Group,
    of_axis,
    of_road,
)
from extraction.keys.splitting import words_of
from extraction.keys.tagged import of_asset
from extraction.keys.together import weighed_together
from extraction.keys.values import ASSETS, weighed
from extraction.keys.vocabulary import TELLING
from extraction.labels.concepts import Label, name_of
from extraction.roles import SILENT_ROLES, Role
from extraction.values.streets import crossing, is_numbered

OF_ONE_OBJECT = frozenset({"id", "name", "type", "number"})
WRAPPERS = frozenset(
    ["attributes", "properties", "data", "fields", "values", "content", "item"]
)
OF_A_STREET = frozenset({"street_before", "street_behind"})
KINDS_OF_PHONE = {
    "fax": "fax",
    "facsimile": "fax",
    "pager": "fax",
    "mobile": "mobile",
    "cell": "mobile",
    "cellular": "mobile",
    "alternate": "alt_phone",
    "alt": "alt_phone",
    "home": "alt_phone",
}
OF_AN_ASSET = frozenset(["id", "number", "name"])
SHOWN_CHARACTERS_MAX = 60  # of a name that is shown; a longer one explains
MAILING = (["mailing"], ["mail"])
OF_MAIL = {"mailing_address": "address", "mailing_place": "city_state_zip"}
PHONES = frozenset(["phone", "mobile", "alt_phone"])
TEXT_WORDS_MIN = 5  # of words about the site
SEVEN = re.compile(r"\d{3}[ .-]?\d{4}")
AREA = re.compile(r"\(?[2-9]\d{2}\)?")
AREA_KEYS = ("area code", "areacode", "phone area code", "area", "npa", "ac", "phone area")
PLAIN_KEYS = frozenset(
    ["raw", "text", "txt", "value", "val", "full", "display", "line", "desc", "string"]
)
PLAIN_COMPANY = frozenset(["company", "name", "organization", "business", "legal"])
# Keys beside a value that say in words what its key says in a code.
SHOWN_NAMES = frozenset(
    ["display name", "label", "caption", "title", "prompt", "question", "alias", "name"]
)


def pairs_of_leaves(lines: Sequence[Line]) -> dict[int, list[Leaf]]:
    """Return what the leaves among these lines mean, by their index."""
    indices = [index for index, line in enumerate(lines) if is_leaf(line)]
    if not indices:
        return {}
    leaves = dict(
        zip(indices, without_prefixes([lines[index] for index in indices]), strict=True)
    )
    reader = _Reader([*leaves.values()])
    found = {index: reader.read(line) for index, line in leaves.items()}
    found = with_whole_roads(with_depths(with_boxes(found, leaves)))
    return later_items(with_runs(weighed_together(with_operators(found, leaves.values()))))


def is_leaf(line: Line) -> bool:
    """Is this a value of JSON or XML?"""
    return line.label is not None and bool(line.within)


class _Reader:
    """Reads one leaf after another, with its siblings at hand."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._parties = Parties(lines)
        self._groups: dict[str, Group] = {}
        for line in lines:
            group = self._groups.setdefault(line.within[-1], Group())
            if len(group.lines) < GROUP_LINES_MAX:
                group.lines.append(line)

    def read(self, line: Line) -> list[Leaf]:
        """Return what this leaf says: nothing, one thing, or with its siblings one more."""
        key, value = line.label or "", line.text.strip()
        group = self._groups[line.within[-1]]
        around = line.trail[-1] if line.trail else ""
        label = (
            of_axis(line, group)
            or of_road(key, around, value)
            or of_asset(line, group, self._around(line))
        )
        label = label or weighed(meaning_of(key, around), key, value)
        if label is None:
            label = self._of_shown_name(line, value) or self._of_a_place(line, value)
            label = label or self._of_flags(line, value, group)
        if label is None or label.concept == "unit":
            return []
        label = self._of_sibling(self._of_phone(label, line, group), value, group)
        if label.concept in OF_A_STREET and not self._is_in_address(line, group):
            return []
        leaf = self._placed(line, label, value)
        if name_of(key).split()[:1] in MAILING or label.concept in OF_MAIL:
            leaf = self._mailed(leaf, group)
        if label.concept in ("first_name", "last_name"):
            return self._person(leaf, group)
        if label.concept in PHONES and SEVEN.fullmatch(value):
            leaf = _with_area(leaf, group)
        return [measured(leaf, self._own(line), group.lines)]

    def _placed(self, line: Line, label: Label, value: str) -> Leaf:
        whole = self._parties.role_of(line)
        role = whole if whole in SILENT_ROLES or label.role is None else label.role
        if label.concept == "company" and whole is Role.WORK_FOR and _is_plain_company(line):
            role = whole
        if label.role is Role.CALLER and whole in (Role.ONSITE, Role.WORK_FOR):
            role = whole
        if role is Role.JOB and label.concept in OF_ONE_OBJECT:
            role = _of_nearest(line.trail)
        label = meant_here(label, line, role)
        block = (line.part, line.within[-1], label.role.value if label.role else "")
        return Leaf(line, label, role, value, (line.span(),), block)

    def _mailed(self, leaf: Leaf, group: Group) -> Leaf:
        """Return a part of a mailing address as a part of the party that it belongs to."""
        concept = OF_MAIL.get(leaf.label.concept, leaf.label.concept)
        whole, block = self._parties.role_of(leaf.line), (*leaf.block[:2], "mail")
        has_company = any(
            (label := meaning_of(line.label or "", "")) and label.concept == "company"
            for line in group.lines
        )
        named = leaf.label.role
        role = whole if whole in PARTY_ROLES else Role.EXCAVATOR if has_company else Role.OTHER
        role = named if named in PARTY_ROLES else role
        return replace(leaf, label=Label(concept), role=role, block=block)

    def _of_shown_name(self, line: Line, value: str) -> Label | None:
        """Return what a value means whose key says nothing, by the name shown for it."""
        for other in self._own(line):
            shown = other.text.strip()
            is_shown = name_of(other.label or "") in SHOWN_NAMES
            if is_shown and len(shown) <= SHOWN_CHARACTERS_MAX:
                return weighed(meaning_of(shown, ""), shown, value)
        return weighed(asked_by(key), key, value) if (key := line.label or "") else None

    def _of_flags(self, line: Line, value: str, group: Group) -> Label | None:
        """Return what a 0 or a 1 answers, if its siblings answer such questions so: they are flags."""
        if value not in ("0", "1"):
            return None
        asked = [
            meaning_of(other.label or "", "")
            for other in group.lines
            if other.text.strip() in ("0", "1") and not is_flag(other.label or "")
        ]
        own = meaning_of(line.label or "", "")
        flags = sum(one is not None and one.concept in STATEMENTS for one in asked)
        return own if own and own.concept in STATEMENTS and flags > 1 else None

    def _of_a_place(self, line: Line, value: str) -> Label | None:
        """Return what a plain value of the site is, if only its look tells: an address, a crossing."""
        is_plain = name_of(line.label or "") in PLAIN_KEYS
        if not is_plain or self._parties.role_of(line) is not Role.SITE:
            return None
        is_road = is_numbered(value) or crossing(value) is not None
        if len(value.split()) >= TEXT_WORDS_MIN and not is_road:
            return Label("extent", is_guessed=True)
        return Label("address", is_guessed=True) if is_road else None

    def _of_phone(self, label: Label, line: Line, group: Group) -> Label:
        if label.concept != "phone":
            return label
        around = [*self._own(line), *group.lines]
        for other in around:
            if name_of(other.label or "") in TELLING and other is not line:
                kind = KINDS_OF_PHONE.get((name_of(other.text).split() or [""])[0])
                is_its = bool(self._own(line)) or "phone" in words_of((line.trail or ("",))[-1])
                if kind and is_its:
                    return replace(label, concept=kind)
        return label

    def _of_sibling(self, label: Label, value: str, group: Group) -> Label:
        """Return what a type is beside a street, and an id beside the name of an asset."""
        if label.concept == "type" and KIND_OF_STREET.fullmatch(value):
            return replace(label, concept="street_behind")
        if label.concept not in OF_AN_ASSET:
            return label
        for key in ("type", "asset type", "kind", "asset class", "class"):
            told = group.by_key.get(key)
            asset = ASSETS.get(told.text.strip().lower()) if told else None
            if asset is not None:
                return Label(asset)
        return label

    def _own(self, line: Line) -> list[Line]:
        """Return what stands within a leaf: its attributes, or the keys beside its value."""
        path = line.path or ""
        cut = max(path.rfind("."), path.rfind("@"))
        for place in (path, path[:cut]):
            if place in self._groups and place != line.within[-1]:
                return self._groups[place].lines
        return []

    def _around(self, line: Line) -> Group | None:
        """Return what stands in the object around that of a leaf."""
        return self._groups.get(line.within[-2]) if len(line.within) > 1 else None

    def _is_in_address(self, line: Line, group: Group) -> bool:
        around = words_of(line.trail[-1]) if line.trail else ""
        if not OF_ROADS.isdisjoint(around.split()):
            return True
        return any(
            (label := meaning_of(other.label or "", "")) and label.concept == "street"
            for other in group.lines
        )

    def _person(self, leaf: Leaf, group: Group) -> list[Leaf]:
        """Return the whole name at its first part."""
        if leaf.label.concept != "first_name" or not leaf.value:
            return []
        for line in group.lines:
            label = meaning_of(line.label or "", line.trail[-1] if line.trail else "")
            if label and label.concept == "last_name" and label.role == leaf.label.role:
                if not line.text.strip():
                    break
                concept = "contact" if leaf.role is Role.EXCAVATOR else "name"
                whole = f"{leaf.value} {line.text.strip()}"
                return [
                    replace(
                        leaf,
                        label=replace(leaf.label, concept=concept),
                        value=whole,
                        spans=(*leaf.spans, line.span()),
                    )
                ]
        return []


def _with_area(leaf: Leaf, group: Group) -> Leaf:
    """Return the seven figures of a telephone with the area code that stands beside them."""
    for key in AREA_KEYS:
        area = group.by_key.get(key)
        if area is not None and AREA.fullmatch(area.text.strip()):
            whole = f"{area.text.strip()} {leaf.value}"
            return replace(leaf, value=whole, spans=(area.span(), *leaf.spans))
    return leaf


def _is_plain_company(line: Line) -> bool:
    """Is this key no more than `company name`, so that its object says whose it is?"""
    return PLAIN_COMPANY.issuperset(words_of(line.label or "").split())


def _of_nearest(trail: Sequence[str]) -> Role:
    """Return the role of the object right around: `id` speaks of no object further out."""
    for name in reversed(trail):
        if name_of(name) not in WRAPPERS:
            return role_of_key(name) or Role.NONE
    return Role.NONE
