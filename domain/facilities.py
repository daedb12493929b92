"""The names of facilities: which of a member's lines is meant by a name, and never two of them."""

import re
from collections.abc import Sequence

# Between letters alone: `Line 1-1` is not `Line 11`.
BREAK = re.compile(r"(?<=[^\W\d_])[\s_-]+(?=[^\W\d_])")


def facility_key(name: str) -> str:
    """Reduce the name of a facility to what tells it from others: `Gas  Main`, `gas main`.

    Signs stay: `Line 1.1` and `Line 11` are two, and so are `main +` and `main -`.
    """
    return " ".join(name.casefold().split())


def facility_named(facilities: Sequence[str], name: str) -> str | None:
    """Return the one of these facilities that is meant by a name; None if none or several may be.

    Where none is spelt so, one counts that differs in the breaks between words: `gas-main`.
    """
    for key in (facility_key, _unbroken):
        meant = [one for one in facilities if key(one) == key(name)]
        if meant:
            return meant[0] if len({facility_key(one) for one in meant}) == 1 else None
    return None


def key_among(facilities: Sequence[str], name: str | None) -> str | None:
    """Return the key of what an answer is about: None for everything, "" for none of these."""
    return None if name is None else facility_key(facility_named(facilities, name) or "")


def _unbroken(name: str) -> str:
    return BREAK.sub("", facility_key(name))
