"""What a backup is: its name, what lies in it, and the manifest that says so.

An archive is a tar, gzipped, that any tar reads. Its members are plain files, named as they lie
below the data directory; the last is `manifest.json`, with the size and SHA-256 of each of them.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from domain.errors import RejectedError
from domain.moment import Moment, as_utc

MANIFEST_FILE = "manifest.json"
MANIFEST_FORMAT = 1
BACKUP_FILE = re.compile(r"backup_([0-9]{8}_[0-9]{6})(?:_([0-9]{1,3}))?\.tar\.gz")

# What a backup holds. The rest is derived (index, numbers, locks, telemetry), or is backups.
KEPT_FOLDERS = (
    "tickets",
    "work_orders",
    "audit",
    "sessions",
    "dead_letters",
    "config",
    "templates",
    "quarantine",
    "migrated",
)
# One name of a path: never empty, never hidden, never `..`.
_NAME = r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,199}"
# The originals of a migration lie two folders deeper than they did.
DEPTH_MAX = 6
MEMBER_NAME = re.compile(
    rf"(?:{'|'.join(KEPT_FOLDERS)})(?:/{_NAME}){{1,4}}|migrated(?:/{_NAME}){{1,{DEPTH_MAX}}}"
)
DERIVED_MEMBERS = frozenset({"tickets/index.json"})

Why = Literal["nightly", "asked", "restore_point", "retired"]
"""Why an archive was made: by the schedule, by a person, before a restore replaced everything; or
because it holds what was removed, its time being over."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a backup: its path below the data directory, its bytes, their SHA-256 (hex).

    No model, because there may be a million of them.
    """

    __pydantic_config__: ClassVar = ConfigDict(extra="forbid")

    name: str
    size: Annotated[int, Field(ge=0)]
    sha256: str


class Manifest(BaseModel):
    """What a backup holds, as its last member tells.

    `made_at` is the moment (UTC) whose state it is; `last_event` the last line of the audit log in
    it (`"20261129/512"`: day and number; None if there is none). `left_out` are files that are not
    ours by their names, and were not taken.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = MANIFEST_FORMAT
    made_at: Moment
    made_by: str  # the version of the program
    why: Why
    tickets: int
    last_event: str | None = None
    left_out: list[str] = []
    members: list[Member]

    @property
    def size(self) -> int:
        """How many bytes the members have, unpacked."""
        return sum(member.size for member in self.members)


def backup_name(moment: datetime, serial: int = 0) -> str:
    """Return the name of the backup of a moment (UTC); `serial` tells those of one second apart."""
    behind = f"_{serial}" if serial else ""
    return f"backup_{as_utc(moment):%Y%m%d_%H%M%S}{behind}.tar.gz"


def checked_backup_name(filename: str) -> str:
    """Return a name that is one of a backup. Raises RejectedError for anything else."""
    if not BACKUP_FILE.fullmatch(filename):
        raise RejectedError(
            f"{filename[:80]!r} cannot be the name of a backup.",
            field="filename",
            remedy="Backups are called backup_20261129_083000.tar.gz; list them to see which there are.",
        )
    return filename
