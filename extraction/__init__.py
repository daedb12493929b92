"""Reading work orders: bytes in, an `Extraction` out.

The door check (`check`) and the reader (`read`) are all that others use. Both are pure: no
disk, no network, no clock. Heavy libraries are imported only by the documents that need them.
"""

from extraction.intake import Medium, check
from extraction.reader import READER_VERSION, read

__all__ = ["READER_VERSION", "Medium", "check", "read"]
