"""A backup read back: verified where it lies, or unpacked into a new directory.

Nothing is believed that the archive says of itself, except what its digests prove, and nothing is
ever written outside the new directory: names are ours by their form, files are made and never
opened, and each path is walked from a descriptor without following a link.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self

from domain.errors import RejectedError, UnavailableError
from storage.archive_members import (
    MIB,
    REMEDY_DAMAGED,
    REMEDY_FOREIGN,
    REMEDY_REFUSED,
    ArchiveMember,
    members,
)
from storage.failures import DamagedFileError, NewerFormatError, damage_in, disk_trouble
from storage.files import (
    CAN_SYNC_FILESYSTEM,
    FILE_MODE,
    sync_directory,
    sync_filesystem,
)
from storage.manifest import MANIFEST_FILE, MANIFEST_FORMAT, Manifest, Member
from storage.timings import fsync

SECRET_MODE = 0o600
SECRETS = frozenset({"config/cookie_secret"})
# What a migration kept of a file of keys that it could not read may hold some.
OLD_KEYS = re.compile("migrated/[^/]+/config/api_keys.json")
# What stays free for a service that works on the same volume while a backup is unpacked.
FREE_BYTES_MIN = 64 * MIB
FREE_FILES_MIN = 1_000

OnMember = Callable[[Member], None]


def verify(path: Path, *, on_member: OnMember | None = None) -> Manifest:
    """Read an archive to its end and return its manifest; nothing is written. Blocks.

    `on_member` is told of each file as it was read. Raises NotFoundError if there is no such
    file; DamagedFileError if it is cut off, changed, or other than its manifest says;
    NewerFormatError; RejectedError for one that no backup of ours can be; UnavailableError for
    the disk.
    """
    return _read(path, _digest, on_member)


def unpack(path: Path, into: Path, *, on_member: OnMember | None = None) -> Manifest:
    """Unpack an archive into a directory that is not there yet, durably. Blocks.

    Of a failure nothing is left. Raises what `verify` does, and UnavailableError if the volume
    would be full, or the directory is there already.
    """
    with disk_trouble(into):
        into.mkdir(mode=0o700)
        try:
            with _Unpacking(into) as unpacking:
                manifest = _read(path, unpacking.write, on_member)
                unpacking.sync()
        except BaseException:
            shutil.rmtree(into, ignore_errors=True)
            raise
        return manifest


def _read(
    path: Path,
    take: Callable[[ArchiveMember], str],
    on_member: OnMember | None,
) -> Manifest:
    """Hand each member to `take`, which returns its SHA-256, and hold all against the manifest."""
    found: dict[str, tuple[int, str]] = {}
    content: bytes | None = None
    for member in members(path):
        if member.name == MANIFEST_FILE:
            content = member.content()
            continue
        found[member.name] = member.size, (digest := take(member))
        if on_member:
            on_member(Member(name=member.name, size=member.size, sha256=digest))
    if content is None:
        raise DamagedFileError(
            f"The backup {path.name} has no {MANIFEST_FILE}.",
            remedy=f"{REMEDY_DAMAGED} {REMEDY_FOREIGN}",
        )
    manifest = _manifest(path, content)
    _expect_all(path, manifest, found)
    return manifest


def _manifest(path: Path, content: bytes) -> Manifest:
    try:
        with damage_in(f"{MANIFEST_FILE} of {path.name}", "a manifest"):
            manifest = Manifest.model_validate_json(content)
    except DamagedFileError as error:
        error.remedy = REMEDY_DAMAGED
        raise
    if manifest.format > MANIFEST_FORMAT:
        raise NewerFormatError(
            f"The backup {path.name} was made by a newer release ({manifest.made_by}).",
            remedy="Restore it with that release.",
        )
    return manifest


def _expect_all(path: Path, manifest: Manifest, found: dict[str, tuple[int, str]]) -> None:
    """Hold what was found against the manifest. Raises DamagedFileError, RejectedError."""
    listed = {member.name: (member.size, member.sha256) for member in manifest.members}
    if len(listed) < len(manifest.members):
        raise RejectedError(
            f"The manifest of the backup {path.name} lists a file twice.",
            field="filename",
            remedy=REMEDY_REFUSED,
        )
    faults = [
        *(f"lacks {name}" for name in listed.keys() - found.keys()),
        *(f"has {name}, of which its manifest says nothing" for name in found.keys() - listed),
        *(
            f"has {name} with other bytes than its manifest says"
            for name in listed.keys() & found.keys()
            if listed[name] != found[name]
        ),
    ]
    if faults:
        more = f" ({len(faults)} such files)" if len(faults) > 1 else ""
        raise DamagedFileError(
            f"The backup {path.name} {min(faults)}{more}.", remedy=REMEDY_DAMAGED
        )


def expect_room(directory: int, name: str, size: int = 0) -> None:
    """Raise UnavailableError if a new file would take what a service beside it needs to go on.

    `directory` is a descriptor of one on the volume; some volumes do not count their files.
    """
    volume = os.fstatvfs(directory)
    has_bytes = volume.f_bavail * volume.f_frsize >= size + FREE_BYTES_MIN
    if not has_bytes or (volume.f_files and volume.f_favail < FREE_FILES_MIN):
        raise UnavailableError(
            f"The volume has no room to unpack the backup: {name} does not fit.",
            remedy="Free space on the volume, or enlarge it, then try again.",
        )


def _digest(member: ArchiveMember) -> str:
    digest = hashlib.sha256()
    for piece in member.pieces():
        digest.update(piece)
    return digest.hexdigest()


class _Unpacking:
    """A new directory, and what is written into it."""

    def __init__(self, into: Path) -> None:
        self._into = into
        self._root = -1
        # The folder of the last file, and those above it.
        self._open: list[tuple[str, int]] = []

    def __enter__(self) -> Self:
        # Open before anything is written: see `sync_filesystem`.
        self._root = os.open(self._into, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        return self

    def __exit__(self, *_error: object) -> None:
        self._close_below(0)
        os.close(self._root)

    def write(self, member: ArchiveMember) -> str:
        """Write a member as a new file; return its SHA-256."""
        expect_room(self._root, member.name, member.size)
        folder, _, name = member.name.rpartition("/")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        is_secret = member.name in SECRETS or OLD_KEYS.fullmatch(member.name)
        mode = SECRET_MODE if is_secret else FILE_MODE
        descriptor = os.open(name, flags, mode, dir_fd=self._open_folder(folder))
        digest = hashlib.sha256()
        try:
            for piece in member.pieces():
                digest.update(piece)
                written = os.write(descriptor, piece)
                while written < len(piece):
                    written += os.write(descriptor, memoryview(piece)[written:])
            if not CAN_SYNC_FILESYSTEM:
                fsync(descriptor)
        finally:
            os.close(descriptor)
        return digest.hexdigest()

    def sync(self) -> None:
        """Make everything durable, also the name of the directory itself."""
        if CAN_SYNC_FILESYSTEM:
            sync_filesystem(self._root)
        else:
            for folder, _folders, _files in os.walk(self._into):
                sync_directory(folder)
        sync_directory(self._into.parent)

    def _open_folder(self, folder: str) -> int:
        """Return a descriptor of the folder, made if need be; those of one folder come together."""
        names = folder.split("/")
        same = 0
        while same < min(len(names), len(self._open)) and self._open[same][0] == names[same]:
            same += 1
        if same < len(self._open):
            self._close_below(same)
        for name in names[same:]:
            at = self._open[-1][1] if self._open else self._root
            self._open.append((name, _step_into(at, name)))
        return self._open[-1][1]

    def _close_below(self, depth: int) -> None:
        """Close the folders that are open, but so many from the top."""
        while len(self._open) > depth:
            os.close(self._open.pop()[1])


def _step_into(at: int, name: str) -> int:
    """Return a descriptor of a folder below an open one; it is made if need be."""
    with suppress(FileExistsError):
        os.mkdir(name, dir_fd=at)
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    return os.open(name, flags, dir_fd=at)
