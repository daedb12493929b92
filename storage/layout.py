"""Where everything lies under the data directory, and which names may become a path.

The layout is the customer's: tickets/, sessions/, audit/, config/, backups/. Work orders,
dead letters and locks are added beside them.
"""

import functools
import re
from datetime import datetime
from pathlib import Path

from domain.errors import NotFoundError, RejectedError
from domain.moment import as_utc

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
# The times of a folder tick coarsely: what came within one tick of a look at it would not be seen
# to have come later.
TICK_NS = 1_000_000_000
TICKET_FILE = re.compile(r"ticket_([A-Za-z0-9_-]{1,64})\.json")
SESSION_FILE = re.compile(r"session_([A-Za-z0-9_-]{1,64})\.json")
AUDIT_FILE = re.compile(r"audit_([0-9]{8})\.jsonl")


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


class Layout:
    """The paths below one data directory.

    `quarantine` keeps what could not be believed, under the path that it had. `index` can be
    made again from the tickets. `changes` is where each process tells the others which tickets
    it has changed, `host` where the one kernel that uses this volume says that it is alive.
    `migrated` keeps the originals of what was migrated. `telemetry` is news and no record: it may be removed, and no backup needs it. `retired` keeps
    archives of what was removed because its time was over; `restore` says how far a restore of
    everything has come, while there is one.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.tickets = root / "tickets"
        self.index = self.tickets / "index.json"
        self.work_orders = root / "work_orders"
        self.dead_letters = root / "dead_letters"
        self.audit = root / "audit"
        self.numbers = root / "numbers"
        self.sessions = root / "sessions"
        self.expired_sessions = self.sessions / "expired"
        self.config = root / "config"
        self.schedule = self.config / "schedule.json"
        self.pauses = self.config / "pauses.json"
        self.api_keys = self.config / "api_keys.json"
        self.cookie_secret = self.config / "cookie_secret"
        self.ended_visits = self.config / "ended_visits.json"
        self.quarantine = root / "quarantine"
        self._place_locks(root / "locks")
        self.host = root / "host.json"
        self.legal_holds = self.config / "legal_holds.json"
        self.migrated = root / "migrated"
        self.backups = root / "backups"
        self.restore = root / "restore.json"
        self.telemetry = root / "telemetry"
        self.templates = root / "templates"

    def _place_locks(self, locks: Path) -> None:
        self.locks = locks
        self.audit_lock = locks / "audit.lock"
        self.schedule_lock = locks / "schedule.lock"
        self.pauses_lock = locks / "pauses.lock"
        self.api_keys_lock = locks / "api_keys.lock"
        self.cookie_secret_lock = locks / "cookie_secret.lock"
        self.ended_visits_lock = locks / "ended_visits.lock"
        self.legal_holds_lock = locks / "legal_holds.lock"
        self.templates_lock = locks / "templates.lock"
        self.backups_lock = locks / "backups.lock"
        self.changes = locks / "changes"

    @property
    def daily_backups(self) -> Path:
        return self.backups / "daily"

    @property
    def backup_notes(self) -> Path:
        return self.backups / "metadata.json"

    @property
    def installation(self) -> Path:
        return self.backups / "installation.json"

    @property
    def retired(self) -> Path:
        return self.backups / "retired"

    @property
    def retired_tickets(self) -> Path:
        """Return where the tombstones of tickets lie that were removed."""
        return self.tickets / "retired"

    @property
    def audit_anchor(self) -> Path:
        return self.audit / "anchor.json"

    @property
    def directories(self) -> tuple[Path, ...]:
        """Every directory that must exist before the first write."""
        return (
            self.tickets,
            self.work_orders,
            self.dead_letters,
            self.audit,
            self.numbers,
            self.sessions,
            self.expired_sessions,
            self.config,
            self.templates,
            self.quarantine,
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
        return _file(self.tickets, f"ticket_{checked_name('ticket_id', ticket_id)}.json")

    def ticket_lock(self, ticket_id: str) -> Path:
        return _file(self.locks, f"ticket_{checked_name('ticket_id', ticket_id)}.lock")

    def incarnation_lock(self, incarnation: str) -> Path:
        """Return the lock of one life of a worker; its name was checked by whoever made it."""
        return self.locks / f"worker-{incarnation}.lock"

    @staticmethod
    def incarnation_of(lock: Path) -> str:
        """Return whose lock this is."""
        return lock.name.removeprefix("worker-").removesuffix(".lock")

    def number(self, digest: str) -> Path:
        """Return the claim of the center's number with this SHA-256 (hex)."""
        return self.numbers / f"{checked_name('number', digest)}.json"

    def work_order(self, work_order_id: str) -> Path:
        return self.work_orders / checked_name("work_order_id", work_order_id)

    def audit_day(self, moment: datetime) -> Path:
        """Return the audit file of the UTC day that `moment` belongs to."""
        return self.audit_file(f"{as_utc(moment):%Y%m%d}")

    def audit_file(self, day: str) -> Path:
        """Return the audit file of a UTC day that is written YYYYMMDD."""
        return self.audit / f"{day[:4]}-{day[4:6]}" / f"audit_{day}.jsonl"

    def session(self, key: str) -> Path:
        return self.sessions / f"session_{checked_name('session_key', key)}.json"

    def expired_session(self, key: str) -> Path:
        return self.expired_sessions / self.session(key).name

    def dead_letter(self, job: str, key: str) -> Path:
        job, key = checked_name("job", job), checked_name("key", key)
        return self.dead_letters / f"{job}-{key}.json"


@functools.lru_cache(maxsize=1024)
def _file(directory: Path, name: str) -> Path:
    """Return a path; those of the tickets that are busy are made once."""
    return directory / name
