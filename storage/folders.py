"""What lies beside the tickets and the log: is each file whole, and does it belong there?"""

import re
import stat
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from domain.errors import UnavailableError
from domain.extraction import Extraction
from storage import (
    api_keys,
    audit_anchor,
    cookie_secret,
    ended_visits,
    legal_holds,
    pauses,
    schedule_state,
    sessions,
    templates,
    tombstones,
)
from storage.dead_letters import DeadLetter
from storage.failures import damage_in, unreadable
from storage.files import TEMPORARY_SUFFIX
from storage.findings import Finding, Kind
from storage.layout import AUDIT_FILE, NAME, SESSION_FILE, TICKET_FILE
from storage.log_lines import is_day
from storage.numbers import Claim
from storage.out_of_place import foreign, left_over
from storage.plain_files import is_strange, read_plain
from storage.work_orders import EXTRACTION_FILE

PAUSES_FILE = "pauses.json"
KEYS_FILE = "api_keys.json"
COOKIE_FILE = "cookie_secret"
VISITS_FILE = "ended_visits.json"
HOLDS_FILE = "legal_holds.json"
BACKUP = "Restore the file from a backup."
SET = "Restore the file from a backup, or remove it: nothing is paused then, the schedule begins anew, there are no API keys, and nobody is signed in."
MEND = "Mend the file, or `texas811 templates remove` it; nothing is read by it until then."
ANCHOR_AGAIN = (
    "Run `texas811 check --repair`: it is made again from the log, if that tells of it."
)
CLAIMED_AGAIN = "Run `texas811 check --repair`: it is made again."


def _claim(content: bytes, path: Path) -> None:
    if not Claim.model_validate_json(content).is_at(path):
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


def _template(content: bytes, _path: Path) -> None:
    templates.decode(content)


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
TEMPLATE = FileKind("a template", _template, MEND, Kind.DAMAGED)
TOMBSTONE = FileKind("a tombstone", _tombstone, damage=Kind.DAMAGED)
LOG_ANCHOR = FileKind(
    "the anchor of the audit log", _anchor, ANCHOR_AGAIN, damage=Kind.LOG_ANCHOR
)

EXPIRED = "sessions/expired"
RETIRED = "tickets/retired"
ANCHOR = "audit/anchor.json"
AUDIT_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])", re.ASCII)
# Below the data directory -> what lies there.
FOLDERS = {
    "audit": Folder(AUDIT_MONTH, holds_folders=True),
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
    "templates": Folder(templates.TEMPLATE_FILE, TEMPLATE),
    "tickets": Folder(re.compile(rf"{TICKET_FILE.pattern}|index\.json")),
    "work_orders": Folder(NAME, holds_folders=True),
}


def folders(
    root: Path, *, now: datetime, places: Collection[str] = FOLDERS.keys()
) -> Iterator[Finding]:
    """Yield what does not belong into a folder, and each file in one that is damaged. Blocks.

    `places` are the folders that are looked at, as `FOLDERS` calls them.
    """
    elsewhere = {root / EXPIRED, root / RETIRED, root / ANCHOR}
    for place, folder in FOLDERS.items():
        if place not in places:
            continue
        for path in sorted(root.glob(f"{place}/*"), key=str):
            if path in elsewhere or not _is_told_here(path, place):
                continue
            if path.name.endswith(TEMPORARY_SUFFIX):
                yield from left_over(path, root, now)
            elif not _fits(path, folder):
                yield from foreign(path, root)
            elif folder.file:
                yield from damaged(path, root, folder.file)
    yield from damaged(root / ANCHOR, root, LOG_ANCHOR)


def belongs(path: Path, root: Path) -> bool:
    """Return whether this is what its folder is for, as far as the folder is told here. Blocks."""
    place = path.parent.relative_to(root).as_posix()
    folder = FOLDERS.get("audit/*" if place.startswith("audit/") else place)
    return folder is not None and _fits(path, folder)


def damage_of(path: Path, root: Path) -> Finding | None:
    """Return that this file is damaged, None if it is whole, gone, or read elsewhere. Blocks."""
    place = path.parent.relative_to(root).as_posix()
    kind = EXTRACTION if path.name == EXTRACTION_FILE else None
    if place in FOLDERS:
        kind = FOLDERS[place].file
    return next(damaged(path, root, kind), None) if kind else None


def _is_told_here(path: Path, place: str) -> bool:
    """Is it told of neither where the tickets are read nor with the whole folder that it is in?

    In the place of a ticket's file there may be a folder in which one lies.
    """
    if place == "audit/*":
        return AUDIT_MONTH.fullmatch(path.parent.name) is not None
    if place == "tickets" and TICKET_FILE.fullmatch(path.name):
        mode = mode_at(path)
        return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))
    return True


def _fits(path: Path, folder: Folder) -> bool:
    """Has this the name of what the folder is for, and is it that: no link to who knows where?"""
    if not folder.names.fullmatch(path.name):
        return False
    mode = mode_at(path)
    if folder.file and folder.file.damage is Kind.DAMAGED and is_strange(mode):
        return True  # to be told as damaged: what it should say is missed, and a person decides
    is_right = stat.S_ISDIR(mode) if folder.holds_folders else stat.S_ISREG(mode)
    return is_right and (folder.names is not AUDIT_FILE or is_day(path.name))


def mode_at(path: Path) -> int:
    """Return what this is, as lstat(2) tells it; 0 if it is gone."""
    with suppress(FileNotFoundError):
        return path.lstat().st_mode
    return 0


def damaged(path: Path, root: Path, kind: FileKind) -> Iterator[Finding]:
    """Yield that a file cannot be read as what it is; one that is not there is none."""
    try:
        with unreadable(path), suppress(FileNotFoundError), damage_in(path.name, kind.what):
            kind.decode(read_plain(path), path)
    except UnavailableError as error:
        yield Finding.at(path, root, error.problem, kind.remedy, kind.damage)
