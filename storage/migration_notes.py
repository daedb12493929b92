"""What is written down of a migration: its plan before anything is changed, its report at the end.

Each has a folder of its own below `migrated/`, named by when it was begun. The plan says which files
will be changed; from then on each of them lies in that folder, too. A folder without a report is of
a migration that has not ended.
"""

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from domain.errors import RejectedError
from domain.moment import Moment
from storage.failures import damage_in
from storage.files import make_directory, write_atomic
from storage.layout import Layout
from storage.old_layout import OldFile, audit_arrays

FOLDER = "migrated"
PLAN_FILE = "plan.json"
REPORT_FILE = "report.json"


class Noted(BaseModel):
    """Something of a file that a person should know; `file` is a path below the data directory."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    problem: str


class Plan(BaseModel):
    """When the migration was begun, who asked for it, and which files it will change.

    `noted` is of files that it will not change.

    Everything follows from it and from those files: done again, it gives the same bytes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    stamp: str
    begun_at: Moment
    by: str
    files: list[OldFile]
    noted: list[Noted] = []


class MigrationReport(BaseModel):
    """What became of everything.

    `kept_in` is the folder below the data directory where each original lies, byte for byte; of a
    file of API keys without its secrets. `set_aside` are files that could not be read as what they
    are, and lie in the quarantine; `noted` is what could not be taken over as it was, and what a
    person has to do. `duplicates` counts events that were there twice.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    stamp: str | None = None
    begun_at: Moment | None = None
    by: str | None = None
    kept_in: str | None = None
    is_dry_run: bool = False
    tickets: int = 0
    days: int = 0
    events: int = 0
    duplicates: int = 0
    sessions: int = 0
    others: int = 0
    set_aside: list[Noted] = []
    noted: list[Noted] = []

    @property
    def is_empty(self) -> bool:
        """Was there nothing to migrate?"""
        return self.begun_at is None

    @property
    def needs_a_person(self) -> bool:
        return bool(self.set_aside or self.noted)


class MigrationNotes:
    """Finds and writes plans and reports. Everything here blocks and may raise OSError."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._root = layout.migrated

    def folder(self, stamp: str) -> Path:
        return self._root / stamp

    def unfinished(self) -> str | None:
        """Return the stamp of a migration that was begun and has not ended, None if there is none."""
        with suppress(FileNotFoundError):
            for folder in sorted(self._root.iterdir()):
                if folder.is_dir() and not (folder / REPORT_FILE).exists():
                    return folder.name
        return None

    def new_stamp(self, moment: datetime) -> str:
        """Return a stamp under which nothing lies yet."""
        first = f"{moment:%Y%m%d_%H%M%S}"
        return next(
            stamp
            for number in range(1, 1000)
            if not self.folder(stamp := first if number == 1 else f"{first}_{number}").exists()
        )

    def plan(self, stamp: str) -> Plan | None:
        """Return a plan; None if nothing was changed yet. Raises DamagedFileError."""
        path = self.folder(stamp) / PLAN_FILE
        try:
            with damage_in(path.name, "the plan of a migration"):
                return Plan.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return None

    def write_plan(self, plan: Plan) -> None:
        self._write(plan.stamp, PLAN_FILE, plan)

    def write_report(self, report: MigrationReport) -> None:
        """Write that a migration has ended, and how."""
        self._write(str(report.stamp), REPORT_FILE, report)

    def _write(self, stamp: str, name: str, what: BaseModel) -> None:
        make_directory(self.folder(stamp))
        content = what.model_dump_json(indent=2, exclude_defaults=True)
        write_atomic(self.folder(stamp) / name, content.encode() + b"\n")


def refuse_unmigrated(root: Path) -> None:
    """Raise RejectedError for a data directory whose audit trail nobody here would read. Blocks."""
    layout = Layout(root)
    arrays = len(audit_arrays(layout))
    is_begun = MigrationNotes(layout).unfinished() is not None
    if arrays or is_begun:
        found = (
            "A migration was begun and has not ended"
            if is_begun
            else (
                f"{arrays} days of its audit trail are in the form of the specification's program"
            )
        )
        raise RejectedError(
            f"{root.name}/ cannot be used as it is: {found}.",
            field="DATA_DIR",
            remedy="Run `texas811 migrate --by NAME` first. It keeps every original.",
        )
