"""A tar, gzipped, written as a stream: headers made by hand, a digest of each file on the way.

What has been written is synced every few megabytes. A writer beside it that syncs would else wait
until all of it has reached the disk.
"""

import hashlib
import os
from pathlib import Path
from typing import NamedTuple, Self

from isal import isal_zlib

from domain.errors import UnavailableError
from storage.archive_members import AUDIT_BYTES_MAX, BLOCK, MEMBER_BYTES_MAX
from storage.archive_reading import OLD_KEYS, SECRET_MODE, SECRETS
from storage.files import FILE_MODE
from storage.manifest import MANIFEST_FILE, Manifest
from storage.private_folders import ONLY_OURS
from storage.snapshot import SourceFile
from storage.timings import fsync

LEVEL = 2  # the best of this library for its time: see bench/backup.py
GZIP_WINDOW = 31  # a window of 32 KiB, in a gzip file
PIECE_BYTES = 1024 * 1024
SYNC_BYTES = 4 * 1024 * 1024
NAME_BYTES_MAX, PREFIX_BYTES_MAX = 100, 155  # of a plain header
END = bytes(2 * BLOCK)
AGAIN = "Make the backup again."


class Packed(NamedTuple):
    """An archive as it was written: its bytes, their SHA-256 (hex), and what lies in it.

    `members_sha256` (hex) is over the lines of all members in their order, as `member_line` makes
    them, `manifest_sha256` over the manifest.
    """

    size: int
    sha256: str
    files: int
    unpacked_bytes: int
    members_sha256: str
    manifest_sha256: str


class Packer:
    """Writes an archive under a new name, durably when it is finished. Blocks; raises OSError.

    Nobody else can read it: secrets lie in it.
    """

    def __init__(self, path: Path) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        self._descriptor = os.open(path, flags, ONLY_OURS)
        self._gzip = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, GZIP_WINDOW)
        self._digest = hashlib.sha256()
        self.left_out: list[str] = []
        self._waiting = bytearray()
        self._members = bytearray()
        self._size = self._synced = self._files = self._unpacked = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        os.close(self._descriptor)

    def add(self, source: SourceFile) -> None:
        """Pack a file, or name it in `left_out` if no reader of ours would take it.

        Raises UnavailableError if it is no longer what belongs to the snapshot.
        """
        name = source.name
        fields = name_fields(name)
        try:
            descriptor = os.open(source.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            if source.may_be_gone:
                return
            raise
        try:
            status = os.fstat(descriptor)
            size = source.end.size if source.end else status.st_size
            if source.end and source.end.identity.inode != status.st_ino:
                raise UnavailableError(
                    f"{name} was mended while the backup was made.", remedy=AGAIN
                )
            if fields is None or size > member_bytes_max(name):
                self.left_out.append(name)
                return
            is_secret = name in SECRETS or OLD_KEYS.fullmatch(name)
            mode = SECRET_MODE if is_secret else FILE_MODE
            self._put(_header(fields, size, int(status.st_mtime), mode))
            self._copy(name, descriptor, size)
        finally:
            os.close(descriptor)

    def finish(self, manifest: Manifest) -> Packed:
        """Pack the manifest, which is given without its members, and make all of it durable."""
        start, end = manifest.model_dump_json().encode().split(b'"members":[]')
        lines = memoryview(self._members)[:-1]  # without the comma behind the last
        parts = (start, b'"members":[', lines, b"]", end)
        size, digest = sum(map(len, parts)), hashlib.sha256()
        made_at = int(manifest.made_at.timestamp())
        self._put(_header((MANIFEST_FILE.encode(), b""), size, made_at, FILE_MODE))
        for part in parts:
            digest.update(part)
            for place in range(0, len(part), PIECE_BYTES):
                self._put(part[place : place + PIECE_BYTES])
        self._put(bytes(-size % BLOCK) + END)
        self._write(self._gzip.compress(self._waiting) + self._gzip.flush())
        fsync(self._descriptor)
        # Whoever reads it back shall read what the disk has.
        os.posix_fadvise(self._descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        return Packed(
            self._size,
            self._digest.hexdigest(),
            self._files,
            self._unpacked,
            hashlib.sha256(self._members).hexdigest(),
            digest.hexdigest(),
        )

    def _copy(self, name: str, descriptor: int, size: int) -> None:
        """Pack so many bytes of an open file. Raises UnavailableError if there are fewer."""
        digest, rest = hashlib.sha256(), size
        while rest:
            piece = os.read(descriptor, min(rest, PIECE_BYTES))
            if not piece:
                raise UnavailableError(
                    f"{name} became shorter while the backup was made.", remedy=AGAIN
                )
            digest.update(piece)
            rest -= len(piece)
            self._put(piece)
        self._put(bytes(-size % BLOCK))
        self._members += member_line(name, size, digest.hexdigest())
        self._files += 1
        self._unpacked += size

    def _put(self, content: bytes | memoryview) -> None:
        self._waiting += content
        if len(self._waiting) >= PIECE_BYTES:
            self._write(self._gzip.compress(self._waiting))
            self._waiting.clear()

    def _write(self, content: bytes) -> None:
        self._digest.update(content)
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]
        self._size += len(content)
        if self._size - self._synced >= SYNC_BYTES:
            fsync(self._descriptor)
            self._synced = self._size


def member_line(name: str, size: int, sha256: str) -> bytes:
    """Return what the manifest says of a file, and the comma behind it."""
    # Its name was matched against a pattern: nothing in it needs to be escaped.
    return f'{{"name":"{name}","size":{size},"sha256":"{sha256}"}},'.encode()


def member_bytes_max(name: str) -> int:
    """Return how large a file may be to be read back."""
    return AUDIT_BYTES_MAX if name.startswith("audit/") else MEMBER_BYTES_MAX


def name_fields(name: str) -> tuple[bytes, bytes] | None:
    """Return a name as the two fields of a plain header take it, or None if they cannot."""
    encoded = name.encode()
    if len(encoded) <= NAME_BYTES_MAX:
        return encoded, b""
    # Of all places to cut it at, the first that leaves a name short enough.
    cut = encoded.find(b"/", len(encoded) - NAME_BYTES_MAX - 1)
    if not 0 < cut <= PREFIX_BYTES_MAX:
        return None
    return encoded[cut + 1 :], encoded[:cut]


def _header(fields: tuple[bytes, bytes], size: int, mtime: int, mode: int) -> bytes:
    """Return the header of a plain file, in the ustar form, that belongs to nobody."""
    name, prefix = fields
    start = b"%b%07o\0%b%011o\0%011o\0" % (
        name.ljust(NAME_BYTES_MAX, b"\0"),
        mode,
        b"0000000\0" * 2,
        size,
        max(0, mtime),
    )
    end = b"0%bustar\00000%b%b%b%b" % (
        bytes(100),
        bytes(64),
        b"0000000\0" * 2,
        prefix.ljust(PREFIX_BYTES_MAX, b"\0"),
        bytes(12),
    )
    # The sum is over the header with blanks in the place of the sum.
    return b"%b%06o\0 %b" % (start, sum(start) + 8 * 0x20 + sum(end), end)
