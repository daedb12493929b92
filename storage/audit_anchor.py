"""The anchor of the audit log: where the chain goes on after its oldest days were removed.

`audit/anchor.json` names the last line of the last day that was removed, and every line in the
removed days on which a day that is left hangs. Without it those days would hang on nothing: so a
day that vanishes in any other way is still missed.
"""

import logging
from contextlib import suppress

from pydantic import BaseModel, ConfigDict, Field

from domain.moment import Moment
from storage.failures import DamagedFileError, damage_in
from storage.files import write_atomic
from storage.layout import Layout

log = logging.getLogger(__name__)


class AnchorLine(BaseModel):
    """A line that was removed: its UTC day (YYYYMMDD), its number there, its SHA-256 (hex)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: str = Field(pattern=r"^[0-9]{8}$")
    number: int = Field(ge=0)
    sha256: str

    @property
    def place(self) -> str:
        """How a first line of a later day names it."""
        return f"{self.day}/{self.number}"


class Anchor(BaseModel):
    """Up to where the log was removed, when, by whom, and the archive that holds the days.

    `held` are the lines on which days that are left hang; `archive` is a path below the data
    directory. Days up to that of `last` are removed, also those whose files are still there.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    last: AnchorLine
    held: list[AnchorLine]
    removed_at: Moment
    by: str
    archive: str
    archive_sha256: str

    def covers(self, day: str, after: str, previous: str) -> bool:
        """Need nobody look for the line on which this day hangs?

        It was removed, or the day itself was and its file is still there.
        """
        lines = [self.last, *self.held]
        is_proven = any((line.place, line.sha256) == (after, previous) for line in lines)
        return is_proven or day <= self.last.day


def read_anchor(layout: Layout) -> Anchor | None:
    """Return the anchor, None if nothing was ever removed. Blocks. Raises OSError.

    One that is damaged is none: then what hangs on it is told as broken.
    """
    with suppress(FileNotFoundError):
        content = layout.audit_anchor.read_bytes()
        try:
            return decode(content)
        except DamagedFileError as error:
            log.warning("audit log: %s", error.problem)
    return None


def decode(content: bytes) -> Anchor:
    """Return what stands in the file. Raises DamagedFileError."""
    with damage_in("anchor.json", "the anchor of the audit log"):
        return Anchor.model_validate_json(content)


def write_anchor(layout: Layout, anchor: Anchor) -> None:
    """Make it durable, before a day is removed. Blocks. Raises OSError."""
    write_atomic(layout.audit_anchor, anchor.model_dump_json(indent=2).encode() + b"\n")
