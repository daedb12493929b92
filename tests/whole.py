"""How much is tried where much could be: a sample by rule, or with WHOLE=1 all of it.

`make test WHOLE=1` takes the sweeps whole; it is for whoever changes what they prove.
"""

import os

WHOLE = os.environ.get("WHOLE") == "1"
# So many at each end are always among them: there are the head, the digest and the last line feed.
AT_THE_ENDS = 12


def sampled(end: int, stride: int) -> list[int]:
    """Return from the positions below `end` each so-many-eth, and the first and last few."""
    if WHOLE:
        return list(range(end))
    first, last = range(min(AT_THE_ENDS, end)), range(max(end - AT_THE_ENDS, 0), end)
    return sorted({*first, *range(0, end, stride), *last})


def positions(content: bytes, stride: int) -> list[int]:
    """Return a sample of the places in a file; each byte that occurs in it has one of them."""
    kinds = (content.index(kind) for kind in sorted(set(content)))
    return sorted({*sampled(len(content), stride), *kinds})


def examples(few: int, many: int) -> int:
    """Return how many examples of chance are tried."""
    return many if WHOLE else few
