"""The slots of an Open Ticket, found under whatever spelling they arrive.

Names are compared by their letters and digits alone, in any case; what is not of the kind that
a place asks for counts as empty there.
"""

from collections.abc import Mapping

from pydantic import JsonValue

from domain.responses import code_key

Slots = dict[str, JsonValue]

NUMBER_MAX = 1_000_000_000

# The sections, under the names of the text and of the tickets that are older than it.
SECTION_NAMES: dict[str, tuple[str, ...]] = {
    "header": ("header",),
    "workSite": ("worksite",),
    "geometry": ("geometry", "geography"),
    "markingInformation": ("markinginformation", "locateinformation"),
    "timeline": ("timeline",),
    "project": ("project",),
    "excavator": ("excavator",),
    "customFieldGroupList": ("customfieldgrouplist", "customfieldgroups"),
    "memberList": ("memberlist", "members"),
}


def slots_of(value: object) -> Slots:
    """Return the slots of an object by their reduced names, the first of equals; else none."""
    if not isinstance(value, Mapping):
        return {}
    slots: Slots = {}
    for name, inner in value.items():
        slots.setdefault(code_key(str(name)), inner)
    return slots


def items_of(value: object) -> list[JsonValue]:
    """Return the items of a list; what is none has none."""
    return list(value) if isinstance(value, list | tuple) else []


def is_blank(value: object) -> bool:
    """Is this empty, or nothing but blanks?"""
    return value is None or (isinstance(value, str) and not value.strip())


def first_in(slots: Slots, *names: str) -> JsonValue:
    """Return the first of these slots that says something, or None."""
    return next((slots[name] for name in names if not is_blank(slots.get(name))), None)


def text_in(slots: Slots, name: str) -> str:
    """Return the text of a slot; where there is another thing or nothing, an empty one."""
    value = slots.get(name)
    return value.strip() if isinstance(value, str) else ""


def short_text(value: object) -> str:
    """Return a text or a number as a text; what is neither, or has many digits, as an empty one.

    A number of thousands of digits is lawful JSON, and Python refuses to write it.
    """
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return str(value) if abs(value) < NUMBER_MAX else ""


def sections_of(ticket: object) -> dict[str, JsonValue]:
    """Return the sections that a document has, under the names of format 1.0."""
    slots = slots_of(ticket)
    found = {name: first_in(slots, *spelled) for name, spelled in SECTION_NAMES.items()}
    return {name: section for name, section in found.items() if section is not None}
