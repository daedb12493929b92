"""A finding: something in the store that is not as it should be, and what mends it."""

from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, computed_field

from storage.told_names import told


class Kind(StrEnum):
    """What is wrong, for a program to go by."""

    UNCHECKED = "unchecked"  # nobody knows: what should be looked at was not to be had

    DAMAGED = "damaged"
    DAMAGED_TICKET = "damaged_ticket"
    NEWER_FORMAT = "newer_format"
    TOO_LARGE = "too_large"
    BEHIND = (
        "behind"  # the log tells of a later version than the file holds, or there is no file
    )
    UNSETTLED = "unsettled"
    UNTOLD = "untold"
    LOG_DISAGREES = "log_disagrees"
    LOG_BROKEN = "log_broken"
    LOG_TORN = "log_torn"
    LOG_ANCHOR = "log_anchor"
    LOG_AHEAD = "log_ahead"
    ARCHIVE_LOST = "archive_lost"
    INDEX_STALE = "index_stale"
    NUMBER_TWICE = "number_twice"
    NUMBER_UNCLAIMED = "number_unclaimed"
    CLAIM_DAMAGED = "claim_damaged"
    CLAIM_ORPHANED = "claim_orphaned"
    ORDER_MISSING = "order_missing"
    ORDER_UNDECIDED = "order_undecided"
    SESSION_ORPHANED = "session_orphaned"
    UNREADABLE = (
        "unreadable"  # a record that stands for itself: the others are whole without it
    )
    FOREIGN = "foreign"
    LINK = "link"
    UNMIGRATED = "unmigrated"
    LEFTOVER = "leftover"
    BACKUPS_MISNOTED = "backups_misnoted"


# What `texas811 check --repair` mends, see `storage/repairing.py`. All else is for a person to
# decide, because something is lost, or two things contradict each other.
MENDABLE = frozenset(
    {
        Kind.DAMAGED_TICKET,
        Kind.BEHIND,
        Kind.UNSETTLED,
        Kind.UNTOLD,
        Kind.LOG_TORN,
        Kind.LOG_ANCHOR,
        Kind.INDEX_STALE,
        Kind.NUMBER_UNCLAIMED,
        Kind.CLAIM_DAMAGED,
        Kind.CLAIM_ORPHANED,
        Kind.UNREADABLE,
        Kind.FOREIGN,
        Kind.LEFTOVER,
        Kind.BACKUPS_MISNOTED,
    }
)


class Finding(BaseModel):
    """What is wrong with which file, and the remedy; `file` is a path below the data directory."""

    model_config = ConfigDict(frozen=True)

    file: str
    problem: str
    remedy: str
    kind: Kind = Kind.DAMAGED

    @computed_field  # type: ignore[prop-decorator]  # as pydantic's own documentation has it
    @property
    def is_mendable(self) -> bool:
        """Is it safe to mend without asking a person?"""
        return self.kind in MENDABLE

    @classmethod
    def at(
        cls, path: Path, root: Path, problem: str, remedy: str, kind: Kind = Kind.DAMAGED
    ) -> Self:
        return cls(file=told(path, root), problem=problem, remedy=remedy, kind=kind)
