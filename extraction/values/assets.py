"""Assets: the numbers of poles, transformers and meters, told from what they are rated for.

`Xfmr: 25 kVA` says how large it is, `Pole: set 2 poles` what to do: neither is a number that
stands on the thing.
"""

import re

from extraction.values.plain import plain_text

RATING = re.compile(
    r"(?<![\w.-])(?:\(?\d{1,2}\)?\s?[x@]\s?|\(\d{1,2}\)\s?)?\d{1,5}(?:\.\d{1,3})?(?:\s?[/-]\s?\d{1,5}(?:\.\d{1,3})?){0,2}\s?-?\s?"
    r"(?:kva|mva|kv|kw|volts?|v|amps?|hp|hz|ph|phase|wires?|gal(?:lons?)?|lbs?|ft|feet|foot|inch(?:es)?)\b\.?"
    r"|(?<![\w.-])(?:120/240|120/208|240/120|277/480|240/480)(?!\d)\s?v?\b"
    r"|(?<![\w.-])(?:100|125|150|200|320|400|600)\s?a\b"
    r"|(?<![\w.-])\d{2,3}['\u2019\u2032](?!\w)"
    r"|\bwith\s\d{2}[/-]\d{1,2}\b|(?<![\w.-])\d{2}[/-]\d\s(?:wood|pine|steel)\b"
    r"|\b(?:class|cl)\.?\s?-?(?:h?\d{1,2})\b",
    re.IGNORECASE,
)
# `set 2 poles`, `(2) new poles`, `replace 1`: how many.
COUNTED = re.compile(
    r"(?:(?:set|install|replace|remove|move|relocate|add|place|change(?: out)?|transfer|need|new|existing|total(?: of)?|qty)\b[\s:]{1,3})?"
    r"\(?\d{1,2}\)?(?:\s(?:new|existing|old|wood(?:en)?|steel|more|ea(?:ch)?|power|utility|overhead|padmount)){0,3}"
    r"\s?(?:poles?|transformers?|xfmrs?|meters?|units?|anchors?|guys?)\b",
    re.IGNORECASE,
)
TO_DO = re.compile(
    r"(?:set|install|replace|remove|move|relocate|add|place|transfer|need)\s\(?\d{1,2}(?:[/-]\d)?\)?(?![\w/-])|\(?\d{1,2}\)?\s(?:new|existing|old|total)$",
    re.IGNORECASE,
)
# Behind a rating: `15 kVA CSP #77123`, `40 ft class 5, tag 88123`.
MARKED = re.compile(
    r"(?:\btag|\bs/?n|\bid|\bno|#)[\s.:#]{0,3}(?P<number>[\w-]{0,20}\d[\w-]{0,20})",
    re.IGNORECASE,
)
CHARACTERS_MAX = 200


def without_ratings(raw: str) -> str:
    """Return the words without ratings, sizes and counts; maybe none are left."""
    text = raw[:CHARACTERS_MAX].strip()
    for pattern in (COUNTED, TO_DO):
        counted = pattern.match(text)
        text = text[counted.end() :] if counted else text
    rest = RATING.sub(" ", text)
    marked = MARKED.search(rest) if rest != text else None
    return marked["number"] if marked else rest.strip(" \t,;:/()-")


# `backhoe, no bore`: what will not be used is no equipment.
NOT_USED = re.compile(
    r"\s{0,3}[(,;.-]?\s{0,3}\b(?:no|not|without|w/o)\s(?!\.)[^,;.()]{2,60}\)?(?=\s{0,3}(?:[,;.]|$))",
    re.IGNORECASE,
)


def equipment(raw: str) -> str | None:
    """Return the equipment without what is said not to be used."""
    text = plain_text(raw)
    used = NOT_USED.sub("", text).strip(" ,;-") if text else ""
    return plain_text(used)
