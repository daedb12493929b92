"""Prefixes: what all keys of an object begin with, because of their system and not their sense.

`ows_City`, `ows_County`, ... are `City` and `County`; `site_city`, `site_county` are not touched,
for `site` is a word that is known.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from extraction.document import Line
from extraction.keys.splitting import is_known, words_of

KEYS_MIN = 5
SHARE_MIN = 0.8
PREFIX_MAX = 8


def without_prefixes(lines: Sequence[Line]) -> list[Line]:
    """Return the leaves, their labels without the prefix that all in their object share."""
    objects: dict[tuple[str, str], list[str]] = {}
    for line in lines:
        if line.within:
            objects.setdefault((line.part, line.within[-1]), []).append(line.label or "")
    shared = {place: prefix for place, keys in objects.items() if (prefix := _shared(keys))}
    if not shared:
        return list(lines)
    return [_without(line, shared) for line in lines]


def _without(line: Line, shared: dict[tuple[str, str], str]) -> Line:
    prefix = shared.get((line.part, line.within[-1])) if line.within else None
    if prefix is None or not (line.label or "").startswith(prefix):
        return line
    return replace(line, label=str(line.label)[len(prefix) :])


def _shared(keys: Sequence[str]) -> str | None:
    if len(keys) < KEYS_MIN:
        return None
    counts = Counter(
        key[: key.find("_") + 1] for key in keys if 0 < key.find("_") <= PREFIX_MAX
    )
    if not counts:
        return None
    prefix, count = counts.most_common(1)[0]
    is_shared = count >= max(KEYS_MIN, SHARE_MIN * len(keys))
    return prefix if is_shared and not is_known(words_of(prefix)) else None
