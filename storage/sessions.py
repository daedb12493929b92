"""Conversations: the copy behind Redis, a file each; the lapsed ones are put aside, not lost."""

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import aiofiles.os

from domain.session import TicketSession, session_fingerprint
from storage.failures import DamagedFileError, damage_in, disk_trouble, unreadable
from storage.file_locks import FileLock
from storage.files import (
    Identity,
    identity_at,
    place,
    remove_file,
    stage,
    sync_directory,
)
from storage.layout import SESSION_FILE, Layout
from storage.plain_files import read_identified
from storage.restore_gate import RestoreGate
from storage.threads import in_writers_thread

# Makes the next turn of a conversation out of what there is; None if none is under way.
Step = Callable[[TicketSession | None], TicketSession]

LOCKS = 16

log = logging.getLogger(__name__)


class Kept(NamedTuple):
    """A conversation, and the very file that holds it: another writing is another file."""

    session: TicketSession
    identity: Identity


class Survey(NamedTuple):
    """Conversations, the one that was active last first, and the files that cannot be read."""

    sessions: list[TicketSession]
    damaged: list[str]


class Sessions:
    """Keeps conversations and gives them back."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._gate = RestoreGate(layout)
        self.change = in_writers_thread(self._change)
        self.find = aiofiles.os.wrap(self._find)
        self.find_ended = aiofiles.os.wrap(self._find_ended)
        self.current = aiofiles.os.wrap(self._current)
        self.survey = aiofiles.os.wrap(self._survey)
        self.lapsed = aiofiles.os.wrap(self._lapsed)
        self.expire = in_writers_thread(self._expire)

    def _change(self, key: str, step: Step, *, now: datetime) -> Kept:
        """Make a step of a conversation durable, and return what it made.

        Nobody comes between the look and the deed, so of two turns at once none is lost. What
        has lapsed by now is put aside first; a step that returns what it was given changes
        nothing. Raises what the step raises, RejectedError for a key that cannot be one, and
        UnavailableError if the disk does not take it.
        """
        path = self._layout.session(key)
        with disk_trouble(path), self._gate, self._lock(key):
            before = self._find(key)
            if before and before.is_lapsed(now=now):
                self._put_aside(before)
                before = None
            after = step(before)
            if after is before:
                return Kept(after, identity_at(path))
            return Kept(after, _write(path, after))

    def _find(self, key: str) -> TicketSession | None:
        """Return a conversation that is under way. Raises DamagedFileError for a bad file."""
        kept = _read(self._layout.session(key), key)
        return kept.session if kept else None

    def _find_ended(self, key: str) -> TicketSession | None:
        """Return what was put aside under this key last. Raises DamagedFileError for a bad file."""
        kept = _read(self._layout.expired_session(key), key)
        return kept.session if kept else None

    def _current(self, key: str, copy: Kept | None = None) -> Kept | None:
        """Return a conversation as it stands on the disk; None if none is under way.

        A copy that was made of that very file is returned after one look at the file's name. It
        cannot be older than the file: a file is never written twice, only replaced by another.
        Raises DamagedFileError for a bad file.
        """
        path = self._layout.session(key)
        with unreadable(path):
            if copy and copy.identity == identity_at(path):
                return copy
        return _read(path, key)

    def _survey(self, *, ended: bool = False) -> Survey:
        """Return the conversations under way, or those put aside, and which are damaged.

        Raises NotFoundError if there is no such directory.
        """
        look = self._find_ended if ended else self._find
        found, damaged = list[TicketSession](), list[str]()
        for key in self._keys(ended=ended):
            try:
                if session := look(key):
                    found.append(session)
            except DamagedFileError:
                damaged.append(self._layout.session(key).name)
        return Survey(_latest_first(found), sorted(damaged))

    def _lapsed(self, *, now: datetime) -> list[str]:
        """Return the keys of the conversations that everybody has walked away from.

        A damaged file is logged and passed by: it must not keep the others from ending.
        """
        return sorted(key for key in self._keys() if self._is_lapsed(key, now))

    def _expire(self, key: str, *, now: datetime | None = None) -> bool:
        """Put a conversation aside; was it there?

        Given `now`, one that has not lapsed by then is left alone: somebody has come back
        since `lapsed` was asked. Doing it again after a crash is harmless. The copy that was
        put aside under the same key before is replaced.
        """
        with disk_trouble(self._layout.session(key)), self._gate, self._lock(key):
            session = self._find(key)
            if session is None or (now and not session.is_lapsed(now=now)):
                return False
            self._put_aside(session)
        return True

    def forget_ended_now(self, key: str, sha256: str) -> bool:
        """Remove what was put aside under this key, if its file has this SHA-256; was it so?

        Blocks. Raises OSError.
        """
        path = self._layout.expired_session(key)
        with self._lock(key), suppress(FileNotFoundError):
            if hashlib.sha256(path.read_bytes()).hexdigest() == sha256:
                remove_file(path)
                return True
        return False

    def _lock(self, key: str) -> FileLock:
        """Return the lock under which a conversation goes on, or is put aside.

        A turn that comes just as it is put aside must not be put aside unread. Some share a lock,
        or the folder of locks would grow with every conversation there ever was.
        """
        return FileLock(self._layout.locks / f"sessions-{crc32(key.encode()) % LOCKS:02}.lock")

    def _put_aside(self, session: TicketSession) -> None:
        # First the copy, then the removal: a crash in between leaves both, and no loss.
        key = session.session_key
        _write(self._layout.expired_session(key), session)
        remove_file(self._layout.session(key))

    def _keys(self, *, ended: bool = False) -> Iterator[str]:
        """Yield the key of every conversation under way, or of each that was put aside.

        Raises NotFoundError if there is no such directory.
        """
        layout = self._layout
        folder = layout.existing(layout.expired_sessions if ended else layout.sessions)
        for path in folder.iterdir():
            if match := SESSION_FILE.fullmatch(path.name):
                yield match[1]

    def _is_lapsed(self, key: str, now: datetime) -> bool:
        try:
            session = self._find(key)
        except DamagedFileError as error:
            # The sentence says it all; a traceback would only hide it.
            log.error(error.problem, extra={"session": session_fingerprint(key)})  # noqa: TRY400 - it says it all
            return False
        return session is not None and session.is_lapsed(now=now)


def encode(session: TicketSession) -> bytes:
    """Return the bytes of a conversation's file."""
    return session.model_dump_json(indent=2).encode() + b"\n"


def decode(content: bytes, *, name: str, key: str) -> TicketSession:
    """Return what a conversation's file says. Raises DamagedFileError, naming file and fault."""
    with damage_in(name, "a conversation"):
        session = TicketSession.model_validate_json(content)
    if session.session_key != key:
        raise DamagedFileError(
            f"The file {name} holds the conversation {session.session_key[:80]}.",
            remedy="Give the file back its name, or restore it from a backup.",
        )
    return session


def _write(path: Path, session: TicketSession) -> Identity:
    """Replace a conversation's file, durably, and return which writing this is."""
    staged = stage(path, encode(session))
    place(staged, path)
    sync_directory(path.parent)
    return staged.identity


def _read(path: Path, key: str) -> Kept | None:
    with unreadable(path), suppress(FileNotFoundError):
        content, identity = read_identified(path)
        return Kept(decode(content, name=path.name, key=key), identity)
    return None


def _latest_first(sessions: Iterable[TicketSession]) -> list[TicketSession]:
    return sorted(
        sessions, key=lambda one: (one.last_activity_at, one.session_key), reverse=True
    )
