"""Reading work orders: bytes in, an `Extraction` out.

The door check (`check`), the reader (`read`) and the answer for what no reader survives
(`unreadable`) are all that others use. They are pure: no
disk, no network, no clock. Heavy libraries are imported only by the documents that need them.
"""

from extraction.intake import Medium, check
from extraction.reader import READER_VERSION, read, read_with_lines, unreadable

__all__ = ["READER_VERSION", "Medium", "check", "read", "read_with_lines", "unreadable"]
