"""Deep: the depth that a description or a remark names, where no key asks for one.

`AUGER HOLE 72 IN DEEP` in the text of an operation is all that such an order says of it.
"""

import re
from collections.abc import Iterator

from extraction.keys.leaf import Leaf
from extraction.labels.concepts import Label
from extraction.roles import SILENT_ROLES
from extraction.values.measures import DENIED
from extraction.values.normalise import normalise

TEXT_CHARACTERS_MAX = 4_000  # of one value in which a depth is sought
TOLD_IN = frozenset(
    ["description", "remarks", "type_of_work", "scope", "extent", "marking", "job_type"]
)
NUMBER = r"\d{1,3}(?:\.\d{1,2}|[ -]\d/\d)?"
SIZE = (
    rf"(?:{NUMBER}\s?(?:-|to)\s?)?{NUMBER}[ -]?(?:feet|foot|ft|inch(?:es)?|in|meters?|metres?|m|cm|yards?|['\"])\.?"
    rf"(?:\s?{NUMBER}\s?(?:inch(?:es)?|in|\"))?"
)
DEEP = re.compile(
    rf"(?<![\d./-])(?:{SIZE}[ -](?:deep|(?:in )?depth|of cover|below grade|down)\b"
    rf"|\b(?:(?:setting|set|bury|burial|dig|trench|bore|hole|excavation|max(?:imum)?) )?depths?(?: of| is| to be| approx\.?|:)?:? {SIZE}(?![\w]))",
    re.IGNORECASE,
)
# What only tells of a rule, or of what lies there already.
ONLY_IF = re.compile(
    r"\b(?:if|deeper than|more than|less than|greater than|exceed\w*|unless|existing|hand ?dig\w*|main is|line is|currently)\b[^.;]{0,30}$",
    re.IGNORECASE,
)
Found = dict[int, list[Leaf]]


def with_depths(found: Found) -> Found:
    """Return the leaves and, if none of them is a depth, those that a text names."""
    leaves = [leaf for own in found.values() for leaf in own]
    if any(leaf.label.concept == "depth" and leaf.value for leaf in leaves):
        return found
    return {index: [*own, *_named(own)] for index, own in found.items()}


def _named(leaves: list[Leaf]) -> Iterator[Leaf]:
    for leaf in leaves:
        text = leaf.line.text[:TEXT_CHARACTERS_MAX]
        if leaf.label.concept not in TOLD_IN or leaf.role in SILENT_ROLES:
            continue
        for match in DEEP.finditer(text):
            before = text[: match.start()]
            if ONLY_IF.search(before) or DENIED.search(before):
                continue
            if normalise("depth_inches", match[0]) is not None:
                span = leaf.line.span(*match.span())
                label = Label("depth", is_guessed=True)
                yield Leaf(leaf.line, label, leaf.role, match[0], (span,), leaf.block)
