"""What lies beside the tickets and the log: is each file whole, and does it belong there?"""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pydantic_core

from domain.audit import AuditEvent
from domain.errors import UnavailableError
from domain.extraction import Extraction
from domain.work_order import Submission, WorkOrder
from storage import (
    api_keys,
    audit_anchor,
    cookie_secret,
    ended_visits,
    legal_holds,
    pauses,
    schedule_state,
    sessions,
    tombstones,
)
from storage.cancellations import CANCELLED_FILE, decode_cancellation
from storage.dead_letters import DeadLetter
from storage.failures import damage_in, unreadable
from storage.files import TEMPORARY_SUFFIX
from storage.findings import Finding, Kind
from storage.layout import AUDIT_FILE, NAME, SESSION_FILE, TICKET_FILE
from storage.old_layout import is_old_name
from storage.work_orders import DOCUMENT_FILE, EXTRACTION_FILE, ORDER_FILE

LEFTOVER_AGE = timedelta(hours=1)  # no writer takes so long
UNTOLD_AGE = timedelta(minutes=1)  # the line follows the decision at once

PAUSES_FILE = "pauses.json"
KEYS_FILE = "api_keys.json"
COOKIE_FILE = "cookie_secret"
VISITS_FILE = "ended_visits.json"
HOLDS_FILE = "legal_holds.json"
NOBODYS = "It does not belong here, and nobody reads it."
MOVE = "Move it out of the data directory, or run `texas811 check --repair`."
UNMIGRATED = "The specification's program wrote it, and nobody reads it here."
MIGRATE = "Run `texas811 migrate --by NAME`: it takes over all that is in it, and keeps it."
LINK = "It is a link: what it points to may be gone tomorrow, and is in no backup."
SWEEP = "Restart the service, or run `texas811 check --repair`: it is swept."
BACKUP = "Restore the file from a backup."
SET = "Restore the file from a backup, or remove it: nothing is paused then, the schedule begins anew, there are no API keys, and nobody is signed in."
BOTH = "Cancel the ticket if the decision stands; else remove this file."
UNTOLD = "Run `texas811 check --repair`, or cancel the order once more: the line is written."
CLAIMED_AGAIN = "Run `texas811 check --repair`: it is made again."


def _claim(content: bytes, path: Path) -> None:
    number = pydantic_core.from_json(content)["number"]
    if hashlib.sha256(number.encode()).hexdigest() != path.stem:
        problem = "it claims another number"
        raise ValueError(problem)


def _session(content: bytes, path: Path) -> None:
    sessions.decode(content, name=path.name, key=path.stem.removeprefix("session_"))


def _extraction(content: bytes, _path: Path) -> None:
    Extraction.model_validate_json(content)


def _config(content: bytes, path: Path) -> None:
    if path.name == KEYS_FILE:
        api_keys.decode(content)
    elif path.name == PAUSES_FILE:
        pauses.decode(content)
    elif path.name == COOKIE_FILE:
        cookie_secret.decode(content)
    elif path.name == HOLDS_FILE:
        legal_holds.decode(content)
    elif path.name == VISITS_FILE:
        ended_visits.decode(content)
    else:
        schedule_state.decode(content)


def _tombstone(content: bytes, path: Path) -> None:
    tombstones.decode(content, path)


def _anchor(content: bytes, _path: Path) -> None:
    audit_anchor.decode(content)


def _dead_letter(content: bytes, _path: Path) -> None:
    DeadLetter.model_validate_json(content)


@dataclass(frozen=True, slots=True)
class FileKind:
    """What a file is, how it is read, what mends one that is damaged, and what kind of finding it is.

    `decode` takes the content of a file and its path, and raises ValueError for a bad one.
    """

    what: str
    decode: Callable[[bytes, Path], None]
    remedy: str = BACKUP
    damage: Kind = Kind.UNREADABLE


@dataclass(frozen=True, slots=True)
class Folder:
    """Which names belong into a folder; what its files are, if they are not read elsewhere."""

    names: re.Pattern[str]
    file: FileKind | None = None
    holds_folders: bool = False


CONFIG = FileKind("what a person or the service has set", _config, SET, Kind.DAMAGED)
CLAIM = FileKind("a claim of a number", _claim, CLAIMED_AGAIN, Kind.CLAIM_DAMAGED)
CONVERSATION = FileKind("a conversation", _session)
DEAD_LETTER = FileKind("a dead letter", _dead_letter)
EXTRACTION = FileKind("an extraction", _extraction)
TOMBSTONE = FileKind("a tombstone", _tombstone, damage=Kind.DAMAGED)
LOG_ANCHOR = FileKind("the anchor of the audit log", _anchor, damage=Kind.DAMAGED)

ORDER_FILES = frozenset({ORDER_FILE, DOCUMENT_FILE, EXTRACTION_FILE, CANCELLED_FILE})
EXPIRED = "sessions/expired"
RETIRED = "tickets/retired"
ANCHOR = "audit/anchor.json"
# Below the data directory -> what lies there.
FOLDERS = {
    "audit": Folder(re.compile(r"\d{4}-\d{2}"), holds_folders=True),
    "audit/*": Folder(AUDIT_FILE),
    "config": Folder(
        re.compile(
            rf"{KEYS_FILE}|{PAUSES_FILE}|{COOKIE_FILE}|{VISITS_FILE}|{HOLDS_FILE}|schedule\.json"
        ),
        CONFIG,
    ),
    "dead_letters": Folder(re.compile(r"[\w-]+\.json", re.ASCII), DEAD_LETTER),
    "numbers": Folder(re.compile(r"[0-9a-f]{64}\.json"), CLAIM),
    "sessions": Folder(SESSION_FILE, CONVERSATION),
    EXPIRED: Folder(SESSION_FILE, CONVERSATION),
    RETIRED: Folder(TICKET_FILE, TOMBSTONE),
    "tickets": Folder(re.compile(rf"{TICKET_FILE.pattern}|index\.json")),
    "work_orders": Folder(NAME, holds_folders=True),
}


def folders(root: Path, *, now: datetime) -> Iterator[Finding]:
    """Yield what does not belong into a folder, and each file in one that is damaged. Blocks."""
    for place, folder in FOLDERS.items():
        for path in sorted(root.glob(f"{place}/*")):
            if path in {root / EXPIRED, root / RETIRED, root / ANCHOR}:
                continue
            if path.name.endswith(TEMPORARY_SUFFIX):
                yield from _left_over(path, root, now)
            elif not folder.names.fullmatch(path.name) or _is_odd(path, folder):
                yield _foreign(path, root)
            elif folder.file:
                yield from _damaged(path, root, folder.file)
    yield from _damaged(root / ANCHOR, root, LOG_ANCHOR)


def damage_of(path: Path, root: Path) -> Finding | None:
    """Return that this file is damaged, None if it is whole, gone, or read elsewhere. Blocks."""
    place = path.parent.relative_to(root).as_posix()
    kind = EXTRACTION if path.name == EXTRACTION_FILE else None
    if place in FOLDERS:
        kind = FOLDERS[place].file
    return next(_damaged(path, root, kind), None) if kind else None


def work_orders(root: Path, *, reads_documents: bool, now: datetime) -> Iterator[Finding]:
    """Yield each work order that is not as it was received, and what lies there besides. Blocks.

    With `reads_documents` each document is held against the fingerprint of its order, without
    only its size is.
    """
    for path in sorted(root.glob("work_orders/*/")):
        if not NAME.fullmatch(path.name):
            continue
        order = _read_order(path / ORDER_FILE)
        if isinstance(order, UnavailableError):
            yield Finding.at(path / ORDER_FILE, root, order.problem, BACKUP)
        elif problem := _document_problem(order, path / DOCUMENT_FILE, reads=reads_documents):
            yield Finding.at(path / DOCUMENT_FILE, root, problem, BACKUP)
        yield from _damaged(path / EXTRACTION_FILE, root, EXTRACTION)
        for inside in sorted(path.iterdir()):
            if inside.name.endswith(TEMPORARY_SUFFIX):
                yield from _left_over(inside, root, now)
            elif inside.name not in ORDER_FILES or not _is_plain(inside):
                yield _foreign(inside, root)


def cancellations(
    root: Path, *, is_told: Callable[[AuditEvent], object], now: datetime
) -> Iterator[Finding]:
    """Yield each cancellation that is damaged, has a ticket beside it, or is not logged. Blocks."""
    for path in sorted(root.glob(f"work_orders/*/{CANCELLED_FILE}")):
        if not NAME.fullmatch(path.parent.name):
            continue
        try:
            with unreadable(path):
                decided = decode_cancellation(path.read_bytes(), path)
        except UnavailableError as error:
            yield Finding.at(path, root, error.problem, BACKUP)
            continue
        if (root / "tickets" / f"ticket_{decided.ticket_id}.json").exists():
            problem = f"The order was cancelled, and ticket {decided.ticket_id} is there."
            yield Finding.at(path, root, problem, BOTH, Kind.ORDER_UNDECIDED)
        if now - decided.at > UNTOLD_AGE and not is_told(decided.event()):
            problem = "The audit log does not tell of it."
            yield Finding.at(path, root, problem, UNTOLD, Kind.UNTOLD)


def _is_odd(path: Path, folder: Folder) -> bool:
    """Is this something else than what its name says, or a link to who knows where?"""
    return path.is_symlink() or path.is_dir() != folder.holds_folders


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _foreign(path: Path, root: Path) -> Finding:
    """Return that this is not ours; a link is no file that could be kept."""
    if path.is_symlink():
        return Finding.at(path, root, LINK, "Put what it points to in its place.", Kind.LINK)
    if is_old_name(path, root):
        return Finding.at(path, root, UNMIGRATED, MIGRATE, Kind.UNMIGRATED)
    return Finding.at(path, root, NOBODYS, MOVE, Kind.FOREIGN)


def _damaged(path: Path, root: Path, kind: FileKind) -> Iterator[Finding]:
    """Yield that a file cannot be read as what it is; one that is not there is none."""
    try:
        with unreadable(path), suppress(FileNotFoundError), damage_in(path.name, kind.what):
            kind.decode(path.read_bytes(), path)
    except UnavailableError as error:
        yield Finding.at(path, root, error.problem, kind.remedy, kind.damage)


def _left_over(path: Path, root: Path, now: datetime) -> Iterator[Finding]:
    with suppress(FileNotFoundError):
        age = now - datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if age > LEFTOVER_AGE:
            problem = f"A writer that died has left it, {age // timedelta(hours=1)} hours ago."
            yield Finding.at(path, root, problem, SWEEP, Kind.LEFTOVER)


def _read_order(path: Path) -> WorkOrder | UnavailableError:
    try:
        with unreadable(path), damage_in(path.name, "a work order"):
            order = WorkOrder.model_validate_json(path.read_bytes())
            if order.id != path.parent.name:
                problem = f"it holds the work order {order.id}"
                raise ValueError(problem)
    except UnavailableError as error:
        return error
    return order


def _document_problem(order: WorkOrder, path: Path, *, reads: bool) -> str | None:
    """Return why a document is not the one that was received, None if it is.

    None also for one that was removed with its ticket: the tombstone names the archive.
    """
    if (path.parents[2] / RETIRED / f"ticket_{order.ticket_id}.json").exists():
        return None
    try:
        size = path.stat().st_size if order.size_bytes or path.exists() else 0
        if size != order.size_bytes:
            return f"It has {size} bytes; {order.size_bytes} were received."
        if not reads:
            return None
        document = path.read_bytes() if size else b""
    except OSError as error:
        return f"The document cannot be read: {error.strerror}."
    sent = Submission(document=document, stated=order.stated)
    # What asked for no time of its own has that of its arrival.
    asked = sent.model_copy(update={"requested_at": order.requested_at})
    is_as_sent = order.fingerprint in {sent.fingerprint(), asked.fingerprint()}
    return None if is_as_sent else "It is not what was received: its fingerprint differs."
