"""Conversations and the list of backups as the specification's program wrote them."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from domain.session import TicketSession
from storage.backup_notes import BackupNote
from storage.failures import damage_in
from storage.manifest import BACKUP_FILE
from storage.old_json import json_of, object_of
from storage.old_layout import place_of
from storage.old_values import fitted

SESSION_TIMES = ("last_activity_at", "updated_at", "created_at", "expires_at")


def session_from(
    content: bytes, *, name: str, key: str, now: datetime
) -> tuple[TicketSession, list[str]]:
    """Return a conversation, and what is to be known of it.

    A time that is missing is that of another, or now. Raises DamagedFileError, naming file and
    fault, if it is no conversation or another one.
    """
    with damage_in(name, "a conversation"):
        read = object_of(content)
        raw: dict[str, Any] = read.value
        if raw.setdefault("session_key", key) != key:
            problem = f"it holds the conversation {str(raw['session_key'])[:80]}"
            raise ValueError(problem)
        said = next((raw[one] for one in SESSION_TIMES if raw.get(one)), now)
        session, refused = fitted(
            TicketSession, {**dict.fromkeys(SESSION_TIMES, said), **_said(raw)}
        )
        return session, read.noted + list(map(str, refused))


def notes_from(content: bytes, folder: Path) -> tuple[bytes, list[str]]:
    """Return the list of the backups that lie in `folder`, in our form, and what is wrong. Blocks.

    A list that cannot be read is made again from the names and sizes of the archives.
    """
    problems: list[str] = []
    try:
        raw = [one for one in json_of(content).value["backups"] if isinstance(one, dict)]
    except (ValueError, KeyError, TypeError):
        problems.append("it could not be read, and was made again from the archives")
        raw = list(_noted_by_name(folder))
    notes = [note for one in raw if (note := _note(one, folder, problems))]
    notes.sort(key=lambda note: note["created"])
    listed = {"backups": notes, **({"last_backup": notes[-1]} if notes else {})}
    return json.dumps(listed, indent=2).encode() + b"\n", problems


def _said(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a conversation says, without the times that say nothing."""
    return {name: raw[name] for name in raw if name not in SESSION_TIMES or raw[name]}


def _note(raw: dict[str, Any], folder: Path, problems: list[str]) -> dict[str, Any] | None:
    name = str(raw.get("filename"))
    try:
        note = BackupNote.model_validate({"size_bytes": 0, **raw, "why": "nightly"})
    except ValidationError:
        problems.append(f"the note of {name} could not be read")
        return None
    if not BACKUP_FILE.fullmatch(name) or not (folder / name).is_file():
        problems.append(
            f"{name} is not there, or its name is none of a backup: it is not listed"
        )
        return None
    told = note.model_dump(mode="json", include={"filename", "created", "size_bytes"})
    return {**told, "file_path": place_of(told)}


def _noted_by_name(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("backup_*.tar.gz")):
        if match := BACKUP_FILE.fullmatch(path.name):
            created = datetime.strptime(match[1], "%Y%m%d_%H%M%S")  # noqa: DTZ007 - naive means UTC
            yield {"filename": path.name, "created": created, "size_bytes": path.stat().st_size}
