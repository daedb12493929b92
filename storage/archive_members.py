"""The members of a gzipped tar, one after another, as a stream that nothing can lead astray.

Only plain files in the ustar form are read: that is all that a backup has. A link, a device, a
directory or a header of extensions (pax, GNU), with which a reader of any tar can be made to
write elsewhere, is refused by its name, unread.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from isal.igzip_lib import DECOMP_GZIP, IgzipDecompressor, IsalError

from domain.errors import NotFoundError, RejectedError
from storage.failures import DamagedFileError, unreadable
from storage.manifest import MANIFEST_FILE, MEMBER_NAME

BLOCK = 512
PIECE_BYTES = 1024 * 1024
PACKED_BYTES = 128 * 1024
MIB = 1024 * 1024
# A document has 100 MB at most; a day of the audit log grows with the tickets.
MEMBER_BYTES_MAX = 128 * MIB
AUDIT_BYTES_MAX = 4096 * MIB
MANIFEST_BYTES_MAX = 256 * MIB  # more than a million files
PADDING_BYTES_MAX = MIB  # zeros behind the last member
# JSON packs to a tenth. What unpacks to more than this many times its bytes was made to fill a
# disk, unless it is small: one document of blanks is no attack.
RATIO_MAX = 200
RATIO_FREE_BYTES = 1024 * MIB

_ZEROS = bytes(BLOCK)
_PLAIN = b"0\0"
_KINDS = {
    b"1": "a hard link",
    b"2": "a symbolic link",
    b"3": "a device",
    b"4": "a device",
    b"5": "a directory",
    b"6": "a named pipe",
}
REMEDY_DAMAGED = "Take another backup: `texas811 backups` lists them. This one is damaged or was not copied whole."
REMEDY_FOREIGN = (
    "If the specification's program has made it: unpack it with tar into an empty directory, set "
    "DATA_DIR to that, and run `texas811 migrate`."
)
REMEDY_REFUSED = (
    "Take a backup that `texas811 backups` has made; find out who has made this one. "
    + REMEDY_FOREIGN
)


@dataclass(slots=True)
class ArchiveMember:
    """A file of the archive; its bytes are to be read before the next member is asked for."""

    name: str
    size: int
    _stream: "_Unpacked"
    _rest: int

    def pieces(self) -> Iterator[bytes]:
        """Yield its bytes. Raises DamagedFileError if the archive ends before."""
        while self._rest:
            piece = self._stream.read(min(self._rest, PIECE_BYTES))
            self._rest -= len(piece)
            yield piece

    def content(self) -> bytes:
        """Return its bytes as one."""
        return b"".join(self.pieces())


def members(path: Path) -> Iterator[ArchiveMember]:
    """Yield the members of an archive as they lie in it, the manifest last.

    Their digests are for the caller to hold against the manifest. When the last was yielded,
    the archive was read to its end. Raises NotFoundError, UnavailableError (the disk),
    DamagedFileError, and RejectedError for one that was made to do harm.
    """
    with unreadable(path):
        try:
            file = path.open("rb")
        except FileNotFoundError:
            raise NotFoundError(
                f"There is no backup {path.name}.",
                field="filename",
                remedy="List the backups to see which there are.",
            ) from None
        with file:
            yield from _members(_Unpacked(file, path.name))


def _members(stream: "_Unpacked") -> Iterator[ArchiveMember]:
    seen: set[str] = set()
    folders: set[str] = set()
    while (header := stream.read(BLOCK)) != _ZEROS:
        member = _member(header, stream)
        if MANIFEST_FILE in seen:
            raise stream.refused(f"has {member.name} behind its manifest")
        above = _folders_above(member.name)
        if member.name in seen or member.name in folders or not seen.isdisjoint(above):
            raise stream.refused(f"has {member.name} twice")
        seen.add(member.name)
        folders.update(above)
        yield member
        for _ in member.pieces():  # what the caller has left unread
            pass
        if any(stream.read(-member.size % BLOCK)):
            raise stream.damaged("has something between two files")
    stream.expect_end()


def _member(header: bytes, stream: "_Unpacked") -> ArchiveMember:
    """Return the member of a header. Raises DamagedFileError, RejectedError."""
    # The sum is over the header with blanks in the place of the sum.
    if _octal(header[148:156]) != sum(header[:148]) + sum(header[156:]) + 8 * 0x20:
        raise stream.damaged("has a header that does not fit its sum")
    name = _text(header[:100])
    if header[257:263] == b"ustar\0" and (prefix := _text(header[345:500])):
        name = f"{prefix}/{name}"
    kind = header[156:157]
    if kind not in _PLAIN:
        what = _KINDS.get(kind, f"of the kind {kind!r}")
        raise stream.refused(f"has {name[:200]!r}, which is {what} and no plain file")
    if name != MANIFEST_FILE and not MEMBER_NAME.fullmatch(name):
        raise stream.refused(f"has {name[:200]!r}, which is no name of ours")
    size = _octal(header[124:136])
    if size is None or size > _bytes_max(name):
        raise stream.refused(f"has {name}, which is larger than {_bytes_max(name) // MIB} MiB")
    return ArchiveMember(name, size, stream, size)


def _folders_above(name: str) -> list[str]:
    parts = name.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


def _bytes_max(name: str) -> int:
    if name == MANIFEST_FILE:
        return MANIFEST_BYTES_MAX
    return AUDIT_BYTES_MAX if name.startswith(("audit/", "migrated/")) else MEMBER_BYTES_MAX


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("ascii", "backslashreplace")


def _octal(field: bytes) -> int | None:
    """Return a number of a header; None for one that is not octal, as those beyond 8 GiB."""
    try:
        return int(field.partition(b"\0")[0].decode("ascii"), 8)
    except ValueError:
        return None


class _Unpacked:
    """The bytes of a gzipped file, exactly as many as are asked for."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file = file
        self._name = name
        self._gzip = IgzipDecompressor(flag=DECOMP_GZIP)
        self._piece = b""
        self._at = 0
        self._packed_count = self._unpacked_count = 0

    def read(self, count: int) -> bytes:
        """Return so many bytes. Raises DamagedFileError if there are fewer."""
        if (end := self._at + count) <= len(self._piece):
            found = self._piece[self._at : end]
            self._at = end
            return found
        found = self._piece[self._at :]
        while len(found) < count:
            self._piece = self._next_piece()
            self._at = count - len(found)
            if not self._piece:
                raise self.damaged("ends too early")
            found += self._piece[: self._at]
        return found

    def expect_end(self) -> None:
        """Read to the end. Raises DamagedFileError if there is more than some zeros."""
        padding, rest = 0, self._piece[self._at :] or self._next_piece()
        while rest:
            padding += len(rest)
            if rest.strip(b"\0") or padding > PADDING_BYTES_MAX:
                raise self.damaged("has something behind its end")
            rest = self._next_piece()
        if padding < BLOCK:
            raise self.damaged("ends too early")

    def _next_piece(self) -> bytes:
        """Return some more bytes, none at the end of the file."""
        piece = b""
        while not piece:
            if self._gzip.eof:
                return self._expect_nothing()
            packed = self._file.read(PACKED_BYTES) if self._gzip.needs_input else b""
            if self._gzip.needs_input and not packed:
                raise self.damaged("ends too early")
            self._packed_count += len(packed)
            try:
                piece = self._gzip.decompress(packed, PIECE_BYTES)
            except IsalError as error:  # type: ignore[misc]  # the stub has its class for a value
                raise self.damaged(f"cannot be unpacked ({error})") from error
        self._unpacked_count += len(piece)
        if self._unpacked_count > RATIO_FREE_BYTES + RATIO_MAX * self._packed_count:
            raise self.refused(f"unpacks to more than {RATIO_MAX} times its bytes")
        return piece

    def _expect_nothing(self) -> bytes:
        if self._gzip.unused_data or self._file.read(1):
            raise self.damaged("has something behind its end")
        return b""

    def damaged(self, how: str) -> DamagedFileError:
        return DamagedFileError(f"The backup {self._name} {how}.", remedy=REMEDY_DAMAGED)

    def refused(self, why: str) -> RejectedError:
        return RejectedError(
            f"The backup {self._name} is refused: it {why}.",
            field="filename",
            remedy=REMEDY_REFUSED,
        )
