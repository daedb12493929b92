"""Measured: a bare number of a depth or a duration with its unit.

The unit stands within the leaf, beside it in the same object, or at the end of its key.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from extraction.document import Line
from extraction.keys.leaf import Leaf
from extraction.keys.meaning import MEASURES, meaning_of, unit_of
from extraction.keys.splitting import words_of
from extraction.keys.values import UNIT
from extraction.labels.concepts import name_of

NUMBER = re.compile(r"\d{1,6}(?:\.\d{1,16})?")
ZERO = re.compile(r"0{1,6}(?:\.0{1,6})?")
UNIT_WORDS = frozenset(["unit", "units", "uom", "measure", "of", "code", "type"])
UNIT_KEYS = {"daune": "duration", "dauni": "duration"}  # of SAP: the unit of DAUNO


def measured(leaf: Leaf, own: Sequence[Line], beside: Sequence[Line]) -> Leaf:
    """Return a bare number with the unit that its siblings or its key name."""
    concept = leaf.label.concept
    if concept not in MEASURES or not NUMBER.fullmatch(leaf.value):
        return leaf
    if ZERO.fullmatch(leaf.value):
        return replace(leaf, value="", spans=())  # of no depth and no time: not filled in
    unit = _unit_beside(leaf, own, beside)
    key = unit_of(leaf.line.label or "")
    if unit is not None:
        return replace(
            leaf,
            value=f"{leaf.value} {unit.text.strip()}",
            spans=(*leaf.spans, unit.span()),
        )
    if key is not None:
        # The word stands in the key: no characters of the value show it.
        named = leaf.spans[0].model_copy(update={"quote": key, "start": 0, "end": 0})
        return replace(leaf, value=f"{leaf.value} {key}", spans=(*leaf.spans, named))
    return leaf


def _unit_beside(leaf: Leaf, own: Sequence[Line], beside: Sequence[Line]) -> Line | None:
    inner = [line for line in own if _unit_of(line) is not None]
    if inner:
        return inner[0]
    units = [(line, _unit_of(line)) for line in beside]
    named = [line for line, concept in units if concept == leaf.label.concept]
    plain = [line for line, concept in units if concept == ""]
    return next(iter(named or plain), None)


def _unit_of(line: Line) -> str | None:
    """Return what a leaf is the unit of: a concept, "" if it does not say, None if it is none."""
    if not UNIT.fullmatch(line.text.strip()):
        return None
    key = name_of(line.label or "")
    if key in UNIT_KEYS:
        return UNIT_KEYS[key]
    words = words_of(line.label or "").split()
    if UNIT_WORDS.isdisjoint(words):
        return None
    rest = " ".join(word for word in words if word not in UNIT_WORDS)
    label = meaning_of(rest, "") if rest else None
    return label.concept if label else "" if not rest else None
