"""Where everything lies under the data directory, and which names may become a path.

The layout is the customer's: tickets/, sessions/, audit/, config/, backups/. Work orders,
dead letters and locks are added beside them.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from domain.errors import NotFoundError, RejectedError
from domain.moment import as_utc

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
TICKET_FILE = re.compile(r"ticket_([A-Za-z0-9_-]{1,64})\.json")


def checked_name(field: str, name: str) -> str:
    """Return a name that is safe in a path.

    Raises RejectedError for anything else, so that nothing outside the data directory can
    be reached through an id.
    """
    if not NAME.fullmatch(name):
        raise RejectedError(
            f"{name[:80]!r} cannot be a {field.replace('_', ' ')}.",
            field=field,
            remedy="Use 1 to 64 letters, digits, hyphens or underscores.",
        )
    return name


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths below one data directory."""

    root: Path

    @property
    def tickets(self) -> Path:
        return self.root / "tickets"

    @property
    def work_orders(self) -> Path:
        return self.root / "work_orders"

    @property
    def dead_letters(self) -> Path:
        return self.root / "dead_letters"

    @property
    def audit(self) -> Path:
        return self.root / "audit"

    @property
    def numbers(self) -> Path:
        return self.root / "numbers"

    @property
    def locks(self) -> Path:
        return self.root / "locks"

    @property
    def directories(self) -> tuple[Path, ...]:
        """Every directory that must exist before the first write."""
        return (
            self.tickets,
            self.work_orders,
            self.dead_letters,
            self.audit,
            self.numbers,
            self.locks,
        )

    def existing(self, directory: Path) -> Path:
        """Return this directory. Raises NotFoundError if it is not there.

        A data directory that is missing is not the same as one that is empty.
        """
        if not directory.is_dir():
            raise NotFoundError(
                f"{self.root} is not a data directory.",
                field="DATA_DIR",
                remedy="Start the service once, or set DATA_DIR to where its data is.",
            )
        return directory

    def ticket(self, ticket_id: str) -> Path:
        return self.tickets / f"ticket_{checked_name('ticket_id', ticket_id)}.json"

    def ticket_lock(self, ticket_id: str) -> Path:
        return self.locks / f"ticket_{checked_name('ticket_id', ticket_id)}.lock"

    def number(self, digest: str) -> Path:
        """Return the claim of the center's number with this SHA-256 (hex)."""
        return self.numbers / f"{checked_name('number', digest)}.json"

    def work_order(self, work_order_id: str) -> Path:
        return self.work_orders / checked_name("work_order_id", work_order_id)

    def audit_day(self, moment: datetime) -> Path:
        """Return the audit file of the UTC day that `moment` belongs to."""
        day = as_utc(moment)
        return self.audit / f"{day:%Y-%m}" / f"audit_{day:%Y%m%d}.jsonl"

    def dead_letter(self, job: str, key: str) -> Path:
        job, key = checked_name("job", job), checked_name("key", key)
        return self.dead_letters / f"{job}-{key}.json"
