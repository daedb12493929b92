"""Keys: what the names in JSON and XML mean, and whose they are.

`pairs_of_leaves` turns the leaves of a structured document into pairs of a label and its value.
"""

from extraction.keys.leaf import Leaf
from extraction.keys.pairing import pairs_of_leaves

__all__ = ["Leaf", "pairs_of_leaves"]
