"""What is said to a bucket, and what it answers: bytes put, read, listed and removed.

The only module that knows the client's library. Each failure is named in the endpoint's own words;
no credential is ever among them.
"""

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Event

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError

from domain.errors import NotFoundError, UnavailableError
from storage.bucket_address import BucketAddress
from storage.failures import unreadable
from storage.threads_apart import in_thread_apart

MEBIBYTE = 1024 * 1024
# Of a larger file so much is sent at a time, and two of them at once: that is what it takes of memory.
PART_BYTES = 8 * MEBIBYTE
PARTS_AT_ONCE = 2
PIECE_BYTES = MEBIBYTE
WORDS_MAX = 300
SECRET_CHARACTERS_MIN = 8  # a shorter one is none, and may stand in any word
# In an error stand the address, then what the service says as XML, then all that the client knows.
_DETAILS = "\n\nDebug source:"
_CODE = re.compile(r"<Code>([^<]{1,80})</Code>")
_MESSAGE = re.compile(r"<Message>([^<]{1,300})</Message>")
_OF_THE_SYSTEM = re.compile(r"(?:message|error): \"([^\"]{1,200})\"")
_TOO_LATE = "kind: Timeout"
_STATUS = re.compile(r"status code: ([0-9]{3} [A-Za-z ]+)")
# The client ends so what it does not expect; no class of that is to be had, and no Exception is it.
PANIC = "PanicException"
NO_SUCH_BUCKET = "NoSuchBucket"
REFUSED = ("401 ", "403 ")


@dataclass(frozen=True, slots=True)
class Stored:
    """An object in the bucket: its name below the folder that was listed, its bytes, since when."""

    name: str
    size: int
    stored_at: datetime


class BucketLink:
    """The bucket as a place for bytes, each object under its whole name: see `BucketAddress.key`.

    The client is asked in threads of ours, which hold up no end of the process. Its own way to be awaited answers from a thread that the
    interpreter does not know of, and now and then that ends the process by an abort as it exits.
    """

    def __init__(self, address: BucketAddress) -> None:
        self.address = address
        self._client = address.client()

    async def put_file(self, key: str, path: Path) -> None:
        """Store a file under a name that nobody else uses; a large one in parts.

        Until it is whole, nobody sees it. Raises UnavailableError.
        """
        is_over = Event()

        def put() -> None:
            with self._named(), _content_of(path, is_over) as content:
                obstore.put(
                    self._client,
                    key,
                    content,
                    chunk_size=PART_BYTES,
                    max_concurrency=PARTS_AT_ONCE,
                )

        try:
            await in_thread_apart(put)
        finally:
            is_over.set()  # whoever is cancelled does not send the rest

    async def put_new(self, key: str, content: bytes) -> bool:
        """Store these bytes if there is nothing of that name; return whether there was not.

        Raises UnavailableError.
        """
        with self._named():
            try:
                await in_thread_apart(
                    partial(obstore.put, self._client, key, content, mode="create")
                )
            except AlreadyExistsError:
                return False
        return True

    async def read(self, key: str, bytes_max: int) -> bytes:
        """Return the first bytes of an object. Raises NotFoundError and UnavailableError."""
        content = bytearray()
        async for piece in self.pieces(key):
            content += piece
            if len(content) >= bytes_max:
                break
        return bytes(content[:bytes_max])

    async def pieces(self, key: str) -> AsyncIterator[bytes]:
        """Yield the bytes of an object, piece by piece.

        Raises NotFoundError and UnavailableError.
        """
        with self._named():
            found = await in_thread_apart(partial(obstore.get, self._client, key))
        stream = iter(found.stream(min_chunk_size=PIECE_BYTES))
        while True:
            with self._named():
                piece = await in_thread_apart(partial(next, stream, None))
            if piece is None:
                return
            yield bytes(piece)

    async def list(self, folder: str) -> Mapping[str, Stored]:
        """Return what lies in a folder, by its name there. Raises UnavailableError."""
        with self._named():
            found = await in_thread_apart(lambda: obstore.list(self._client, folder).collect())
        told = (
            Stored(one["path"].removeprefix(f"{folder}/"), one["size"], one["last_modified"])
            for one in found
        )
        return {one.name: one for one in told}

    async def remove(self, key: str) -> None:
        """Remove an object; one that is not there is as good as removed.

        Raises UnavailableError.
        """
        with self._named():
            await in_thread_apart(partial(obstore.delete, self._client, key))

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Name what the client raises for what a person can do about it."""
        try:
            yield
        except (BaseError, FileNotFoundError) as error:
            raise self._failure(error) from None  # what it carries may hold a credential
        except BaseException as error:
            if type(error).__name__ != PANIC:
                raise
            raise UnavailableError(
                f"The bucket {self.address.place} cannot be asked: {self._words(str(error))}.",
                field="BACKUP_BUCKET_ENDPOINT",
                remedy="Correct the variables that begin with BACKUP_BUCKET_.",
            ) from None

    def _failure(self, error: Exception) -> NotFoundError | UnavailableError:
        place, words = self.address.place, self._words(str(error))
        if NO_SUCH_BUCKET in words:
            return UnavailableError(
                f"There is no bucket {place}.",
                field="BACKUP_BUCKET_NAME",
                remedy="Make it, or correct BACKUP_BUCKET_NAME and BACKUP_BUCKET_ENDPOINT.",
            )
        if isinstance(error, FileNotFoundError):
            return NotFoundError(f"There is no such object in the bucket {place}.")
        if any(status in str(error) for status in (f"code: {one}" for one in REFUSED)):
            return UnavailableError(
                f"The bucket {place} does not let us in: {words}.",
                field="BACKUP_BUCKET_ACCESS_KEY_ID",
                remedy="Correct BACKUP_BUCKET_ACCESS_KEY_ID and BACKUP_BUCKET_SECRET_ACCESS_KEY, "
                "and let that key read, write, list and delete.",
            )
        return UnavailableError(
            f"The bucket {place} does not answer as it should: {words}.",
            remedy="Nothing here is lost, and it is tried again. See BACKUP_BUCKET_ENDPOINT if it "
            "stays so; end it with /<bucket> if the service wants the bucket in the path.",
        )

    def _words(self, told: str) -> str:
        """Return what the endpoint, or else the system, has said; no credential is in it."""
        said, _, details = told.partition(_DETAILS)
        code, message = _CODE.search(said), _MESSAGE.search(said)
        if code or message:
            words = ": ".join(match[1] for match in (code, message) if match)
        elif _TOO_LATE in details:
            words = "it took too long"
        elif system := _OF_THE_SYSTEM.search(details):
            words = system[1]
        elif status := _STATUS.search(said):
            words = status[1].strip()
        else:
            words = said.rpartition(" - ")[2]
        for secret in (self.address.secret_access_key, self.address.access_key_id):
            if len(secret) >= SECRET_CHARACTERS_MIN:
                words = words.replace(secret, "***")
        return " ".join(words[:WORDS_MAX].split()).rstrip(".")


@contextmanager
def _content_of(path: Path, is_over: Event) -> Iterator[bytes | Iterator[bytes]]:
    """Yield the content of a file for the client, that of a large one piece by piece.

    It stops as soon as it is over: then nothing is stored.
    """
    with unreadable(path), path.open("rb") as file:
        first = file.read(PART_BYTES)
        if len(first) < PART_BYTES:
            yield first
            return

        def pieces() -> Iterator[bytes]:
            piece = first
            while piece:
                if is_over.is_set():
                    raise InterruptedError
                yield piece
                piece = file.read(PIECE_BYTES)

        yield pieces()
