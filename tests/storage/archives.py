"""Archives made by hand: what a backup is, and what somebody might send instead of one."""

import hashlib
import io
import tarfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from isal import igzip

from storage.manifest import MANIFEST_FILE, Manifest, Member

MADE_AT = datetime(2026, 11, 29, 8, 30, tzinfo=UTC)


def manifest_of(files: Mapping[str, bytes]) -> Manifest:
    """Return the manifest that says these files."""
    return Manifest(
        made_at=MADE_AT,
        made_by="1.0",
        why="asked",
        tickets=sum(name.startswith("tickets/ticket_") for name in files),
        members=[
            Member(name=name, size=len(content), sha256=hashlib.sha256(content).hexdigest())
            for name, content in files.items()
        ],
    )


def plain(name: str, content: bytes) -> tuple[tarfile.TarInfo, bytes]:
    """Return a plain file of a tar."""
    info = tarfile.TarInfo(name)
    info.size = len(content)
    return info, content


def special(name: str, kind: bytes, target: str = "") -> tuple[tarfile.TarInfo, bytes]:
    """Return something else than a plain file."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info, b""


def tar_of(
    entries: Iterable[tuple[tarfile.TarInfo, bytes]], form: int = tarfile.USTAR_FORMAT
) -> bytes:
    """Return a tar of these, whatever they are."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=form) as archive:
        for info, content in entries:
            archive.addfile(info, io.BytesIO(content))
    return packed.getvalue()


def entries_of(
    files: Mapping[str, bytes], manifest: Manifest | None = None
) -> list[tuple[tarfile.TarInfo, bytes]]:
    """Return what a backup of these files has in it, its manifest last."""
    said = (manifest or manifest_of(files)).model_dump_json().encode()
    return [plain(*file) for file in (*files.items(), (MANIFEST_FILE, said))]


def write_backup(path: Path, files: Mapping[str, bytes]) -> Manifest:
    """Write a backup of these files."""
    path.write_bytes(igzip.compress(tar_of(entries_of(files))))
    return manifest_of(files)
