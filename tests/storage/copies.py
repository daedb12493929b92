"""Files as if they were backups, the bucket that they are copied into, and the owner of the key."""

from datetime import UTC, datetime
from pathlib import Path

from storage.backup_notes import BackupNote
from storage.bucket import Bucket
from storage.bucket_address import BucketAddress
from storage.layout import Layout
from storage.sealing import Identities, NewKey, new_key, read_identities

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
OWNER = new_key(NOW)


def keys_of(owner: NewKey, folder: Path) -> Identities:
    """Keep a key as its owner would, and read it."""
    path = folder / "key.txt"
    path.write_text(owner.identity_file)
    return read_identities(path)


def found_in(folder: Path, pattern: str = "*") -> list[str]:
    return sorted(path.name for path in folder.rglob(pattern) if path.is_file())


def bucket_at(address: BucketAddress, layout: Layout) -> Bucket:
    return Bucket(address, [OWNER.public_key], layout, clock=lambda: NOW)


def backup(
    folder: Path, made_at: datetime = NOW, content: bytes = b"archive" * 100
) -> tuple[Path, BackupNote]:
    """Lay a file down as if it were a backup: a bucket asks no more of it."""
    name = f"backup_{made_at:%Y%m%d_%H%M%S}.tar.gz"
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    return path, BackupNote(filename=name, created=made_at, tickets=3, why="nightly")
