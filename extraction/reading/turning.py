"""Pages in HTML whose labels stand behind their values: turned round, they read as all others."""

from extraction.labels.concepts import LABEL_CHARACTERS_MAX
from extraction.reading.dress import WITHIN_WORDS, squeezed
from extraction.reading.markup import Node
from extraction.reading.titles import meaning_of

PAIRS_MIN = 3  # labels beside a value, from which on it is how a page does it
LEAD_MIN = 3  # times as many as stand before theirs
CHILDREN_MAX = 8


Pairs = list[tuple[Node, list[int]]]


def with_labels_first(page: Node) -> Node:
    """Return the page; where most labels stand behind their values, each goes before it.

    What stands first in many tags, each with a label and a value and no more, is a label.
    """
    before, behind = _pairs_in(page)
    if len(behind) >= PAIRS_MIN and len(behind) >= LEAD_MIN * len(before):
        for node, worded in behind:
            for value, label in zip(worded[::2], worded[1::2], strict=True):
                children = node.children
                children[value], children[label] = children[label], children[value]
        before += behind
    for node, worded in before if len(before) >= PAIRS_MIN else []:
        for at in worded[::2]:
            child = node.children[at]
            if isinstance(child, Node):
                child.is_label = True
    return page


def _pairs_in(page: Node) -> tuple[Pairs, Pairs]:
    """Return the tags that hold labels, each before its value, and those that hold them behind."""
    before: Pairs = []
    behind: Pairs = []
    waiting = [page]
    while waiting:
        node = waiting.pop()
        waiting.extend(node.nodes)
        worded = _worded(node)
        known = [meaning_of(_said(node.children[at])) is not None for at in worded]
        if known and all(known[1::2]) and not any(known[::2]):
            behind.append((node, worded))
        elif known and all(known[::2]) and not any(known[1::2]):
            before.append((node, worded))
    return before, behind


def _worded(node: Node) -> list[int]:
    """Return the places of the tags with words in a node that has an even number, and no more."""
    if not 1 < len(node.children) <= 2 * CHILDREN_MAX + 1:
        return []
    places: list[int] = []
    for at, child in enumerate(node.children):
        if isinstance(child, str):
            if child.strip():
                return []
        elif _said(child):
            if any(one.tag not in WITHIN_WORDS for one in child.nodes):
                return []
            places.append(at)
    return places if 0 < len(places) <= CHILDREN_MAX and len(places) % 2 == 0 else []


def _said(child: Node | str) -> str:
    words = child if isinstance(child, str) else child.words()
    return squeezed(words[: 4 * LABEL_CHARACTERS_MAX])
