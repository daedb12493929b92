"""Conversations: the copy behind Redis, a file each; the lapsed ones are put aside, not lost."""

import logging
from collections.abc import Iterator
from datetime import datetime

import aiofiles.os

from domain.session import TicketSession
from storage.failures import DamagedFileError, damage_in, disk_trouble
from storage.file_locks import FileLock
from storage.files import remove_file, write_atomic
from storage.layout import SESSION_FILE, Layout
from storage.threads import in_writers_thread

log = logging.getLogger(__name__)


class Sessions:
    """Keeps conversations and gives them back."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        # One lock for all: a turn of a conversation that comes just as it is put aside must
        # not be put aside unread.
        self._lock = layout.locks / "sessions.lock"
        self.save = in_writers_thread(self._save)
        self.find = aiofiles.os.wrap(self._find)
        self.list = aiofiles.os.wrap(self._list)
        self.lapsed = aiofiles.os.wrap(self._lapsed)
        self.expire = in_writers_thread(self._expire)

    def _save(self, session: TicketSession) -> None:
        """Make a conversation durable as it stands now.

        Raises RejectedError for a key that cannot be one, UnavailableError if the disk does
        not take it.
        """
        path = self._layout.session(session.session_key)
        with disk_trouble(path), FileLock(self._lock):
            write_atomic(path, encode(session))

    def _find(self, key: str) -> TicketSession | None:
        """Return a conversation that is under way. Raises DamagedFileError for a bad file."""
        path = self._layout.session(key)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        return decode(content, name=path.name, key=key)

    def _list(self) -> list[TicketSession]:
        """Return the conversations under way, the one that was active last first."""
        found = (session for key in self._keys() if (session := self._find(key)))
        return sorted(
            found, key=lambda one: (one.last_activity_at, one.session_key), reverse=True
        )

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
        path = self._layout.session(key)
        with disk_trouble(path), FileLock(self._lock):
            session = self._find(key)
            if session is None or (now and not session.is_lapsed(now=now)):
                return False
            # First the copy, then the removal: a crash in between leaves both, and no loss.
            write_atomic(self._layout.expired_session(key), encode(session))
            remove_file(path)
        return True

    def _keys(self) -> Iterator[str]:
        """Yield the key of every conversation under way.

        Raises NotFoundError if there is no such directory.
        """
        for path in self._layout.existing(self._layout.sessions).iterdir():
            if match := SESSION_FILE.fullmatch(path.name):
                yield match[1]

    def _is_lapsed(self, key: str, now: datetime) -> bool:
        try:
            session = self._find(key)
        except DamagedFileError as error:
            # The sentence says it all; a traceback would only hide it.
            log.error(error.problem, extra={"session_key": key})  # noqa: TRY400 - it says it all
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
