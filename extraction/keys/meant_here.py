"""Meant here: what a label is because of the object around it.

`sub` is a contractor, and of a site the subdivision; a description of the site tells where to
dig; a name in the contact of a company is a person.
"""

from dataclasses import replace

from extraction.document import Line
from extraction.keys.callers import PEOPLE
from extraction.keys.meaning import meaning_of
from extraction.keys.shapes import WORK
from extraction.keys.splitting import words_of
from extraction.labels.concepts import Label, name_of
from extraction.roles import Role

CROSSINGS = frozenset(["cross_1", "cross_2"])
SUBS = frozenset(["sub", "subd"])
TEXT_WORDS_MIN = 5  # of a description that tells where; a shorter one names something


def meant_here(label: Label, line: Line, role: Role) -> Label:
    """Return what a label means in its object, whose party this is."""
    if label.concept == "street" and (road := _crossing(line)):
        return Label(road)
    if role is Role.SITE:
        return _of_site(label, line)
    if role is Role.WORK_FOR and label.concept == "caller":
        return Label("name", Role.WORK_FOR)  # who asks is the customer
    holder = words_of(line.trail[-1]).split() if line.trail else []
    if role is Role.EXCAVATOR and label.concept == "name" and not PEOPLE.isdisjoint(holder):
        return Label("contact", is_guessed=label.is_guessed)
    return label


def _crossing(line: Line) -> str | None:
    """Return which of the roads that cross this street is, if its object is called so."""
    around = meaning_of(line.trail[-1], "") if line.trail else None
    if around is None or around.concept not in CROSSINGS:
        return None
    return "cross_2" if (line.path or "").endswith("[1]") else around.concept


def _of_site(label: Label, line: Line) -> Label:
    if label.concept == "assignee" and name_of(line.label or "") in SUBS:
        return Label("subdivision")
    is_long = len(line.text.split()) >= TEXT_WORDS_MIN
    is_where = label.concept == "description" and is_long and WORK.match(line.text) is None
    return replace(label, concept="extent") if is_where else label
