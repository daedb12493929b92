"""The restores of everything that there were, also those that failed: `backups/restores.json`."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from domain.audit import Author
from domain.moment import Moment
from storage.failures import damage_in, disk_trouble, unreadable
from storage.files import make_directory, write_atomic
from storage.layout import Layout

KEPT_MAX = 100


class Restoration(BaseModel):
    """A restore of everything that has ended: by whom, from which backup, and to what it came.

    `restore_point` is the backup of what was there before. `newer_orders` are the work orders
    that were accepted after the backup was made: with `keeps_orders` they were kept and are done
    again, else they lie in the restore point alone. `settled` events were brought to the log.
    With a `problem` everything is as it was before; `is_called_off` if somebody wanted it so.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    filename: str
    by: Author
    reason: str
    asked_at: Moment
    finished_at: Moment
    restore_point: str | None = None
    tickets: int = 0
    newer_orders: list[str] = []
    keeps_orders: bool = False
    settled: int = 0
    is_called_off: bool = False
    problem: str | None = None
    remedy: str | None = None


class _Restorations(BaseModel):
    model_config = ConfigDict(extra="ignore")

    restores: list[Restoration] = Field(default=[])


def restorations(layout: Layout) -> Sequence[Restoration]:
    """Return the restores that have ended, the oldest first. Blocks.

    Raises DamagedFileError if the list cannot be believed, UnavailableError for the disk.
    """
    path = layout.backups / "restores.json"
    with unreadable(path):
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return ()
    with damage_in(path.name, "a list of restores"):
        return _Restorations.model_validate_json(content).restores


def restoration_without(layout: Layout, work_order_id: str) -> Restoration | None:
    """Return the restore that has left this order behind, in its restore point alone. Blocks.

    Raises what `restorations` does.
    """
    left = [
        one
        for one in restorations(layout)
        if one.problem is None and not one.keeps_orders and work_order_id in one.newer_orders
    ]
    return left[-1] if left else None


def keep_restoration(layout: Layout, ended: Restoration) -> Restoration:
    """Put a restore into the list, once, and return it. Blocks. Raises UnavailableError."""
    path = layout.backups / "restores.json"
    others = [one for one in restorations(layout) if one.id != ended.id]
    content = _Restorations(restores=[*others, ended][-KEPT_MAX:]).model_dump_json(indent=2)
    with disk_trouble(path):
        make_directory(path.parent)
        write_atomic(path, content.encode() + b"\n")
    return ended
