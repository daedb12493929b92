"""A backup read back: whatever an archive says, nothing is written outside, and no lie is kept."""

import gzip
import os
import stat
import tarfile
from pathlib import Path

import pytest
from isal import igzip

from domain.errors import NotFoundError, RejectedError, UnavailableError
from storage import archive_members, archive_reading
from storage.archive_reading import unpack, verify
from storage.failures import DamagedFileError, NewerFormatError
from storage.manifest import MANIFEST_FILE
from tests.storage.archives import (
    entries_of,
    manifest_of,
    plain,
    special,
    tar_of,
    write_backup,
)

FILES = {
    "tickets/ticket_a.json": b'{"id": "a"}',
    "work_orders/w/order.json": b"{}",
    "work_orders/w/document": bytes(range(256)) * 9000,
    "audit/2026-11/audit_20261129.jsonl": b"line\n" * 200,
    "config/cookie_secret": b"secret",
    "sessions/session_empty.json": b"",
}


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    (tmp_path / "box").mkdir()
    return tmp_path / "box" / "backup_20261129_083000.tar.gz"


def seen_in(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def expect_nothing_of_it(backup: Path, failure: type[Exception], words: str) -> None:
    """Both ways of reading it refuse, and the disk is as it was."""
    box = backup.parent
    before = sorted(box.parent.rglob("*"))

    with pytest.raises(failure, match=words):
        verify(backup)
    with pytest.raises(failure, match=words):
        unpack(backup, box / "new")

    assert sorted(box.parent.rglob("*")) == before


@pytest.mark.parametrize("piece", [512, 1024, 1536, 10_240])
def test_a_backup_is_read_wherever_its_pieces_end(
    backup: Path, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of them may end exactly where the files do, before the zeros at the end."""
    write_backup(backup, FILES)
    monkeypatch.setattr(archive_members, "PIECE_BYTES", piece)

    assert {member.name for member in verify(backup).members} == FILES.keys()


def test_what_was_packed_is_unpacked_byte_for_byte(backup: Path) -> None:
    manifest = write_backup(backup, FILES)
    told: list[str] = []

    unpacked = unpack(
        backup, backup.parent / "new", on_member=lambda member: told.append(member.name)
    )

    assert unpacked == verify(backup) == manifest
    assert seen_in(backup.parent / "new") == FILES
    assert told == list(FILES)
    secret = (backup.parent / "new" / "config" / "cookie_secret").stat()
    assert stat.S_IMODE(secret.st_mode) == 0o600


def test_an_archive_of_another_tar_is_read_too(backup: Path) -> None:
    """A plain tar made by hand and packed by gzip, in several pieces, is as good."""
    packed = tar_of(entries_of(FILES), tarfile.GNU_FORMAT)
    backup.write_bytes(gzip.compress(packed[:5000]))

    with pytest.raises(DamagedFileError):
        verify(backup)
    backup.write_bytes(gzip.compress(packed))
    assert verify(backup) == manifest_of(FILES)


HOSTILE = {
    "absolute": plain("/etc/cron.d/x", b"x"),
    "above": plain("tickets/../../x", b"x"),
    "only above": plain("..", b"x"),
    "hidden": plain("tickets/.x.json", b"x"),
    "derived root": plain("locks/supervisor.lock", b"x"),
    "not below a folder": plain("tickets", b"x"),
    "too deep": plain("tickets/a/b/c/d/e", b"x"),
    "line end": plain("tickets/ticket_x\n", b"x"),
    "beyond ASCII": plain("tickets/ticket_é", b"x"),
    "symbolic link": special("tickets/x", tarfile.SYMTYPE, "/etc"),
    "hard link": special("tickets/x", tarfile.LNKTYPE, "tickets/ticket_a.json"),
    "character device": special("tickets/x", tarfile.CHRTYPE),
    "block device": special("tickets/x", tarfile.BLKTYPE),
    "pipe": special("tickets/x", tarfile.FIFOTYPE),
    "directory": special("tickets/x", tarfile.DIRTYPE),
    "sparse": special("tickets/x", tarfile.GNUTYPE_SPARSE),
    "global header": special("tickets/x", tarfile.XGLTYPE),
    "extended header": special("tickets/x", tarfile.XHDTYPE),
    "long name": special("././@LongLink", tarfile.GNUTYPE_LONGNAME),
    "twice": plain("tickets/ticket_a.json", b'{"id": "a"}'),
    "below a file": plain("tickets/ticket_a.json/x", b"x"),
    "in the place of a folder": plain("work_orders/w", b"x"),
}


@pytest.mark.parametrize("what", sorted(HOSTILE))
def test_what_no_backup_has_is_refused_and_written_nowhere(what: str, backup: Path) -> None:
    entries = entries_of(FILES)
    entries.insert(-1, HOSTILE[what])
    backup.write_bytes(igzip.compress(tar_of(entries)))

    expect_nothing_of_it(backup, RejectedError, "refused")


def test_a_file_behind_the_manifest_is_refused(backup: Path) -> None:
    backup.write_bytes(igzip.compress(tar_of([*entries_of(FILES), plain("tickets/x", b"x")])))

    expect_nothing_of_it(backup, RejectedError, "behind its manifest")


def test_ten_gigabytes_of_zeros_are_refused_at_their_header(backup: Path) -> None:
    """Only the first bytes are there: it is refused before more would be asked for."""
    for name in ("work_orders/w/document", "audit/2026-11/audit_20261129.jsonl"):
        info = tarfile.TarInfo(name)
        info.size = 10 * 1024**3
        packed = info.tobuf(tarfile.GNU_FORMAT) + bytes(100_000)
        backup.write_bytes(igzip.compress(packed)[:-8])

        expect_nothing_of_it(backup, RejectedError, "larger than")


def test_many_files_of_zeros_are_refused_long_before_their_end(
    backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_members, "RATIO_FREE_BYTES", 4 * 1024**2)
    # Cut off: whoever read on would say that it ends too early.
    names = [f"tickets/ticket_{number}.json" for number in range(30)]
    packed = tar_of([plain(name, bytes(1024**2)) for name in names])
    backup.write_bytes(igzip.compress(packed)[:-8])

    expect_nothing_of_it(backup, RejectedError, "200 times")


def test_a_document_of_blanks_is_no_attack(backup: Path) -> None:
    write_backup(backup, {"work_orders/w/document": b" " * 50_000_000})

    assert verify(backup).size == 50_000_000


def test_a_backup_that_is_cut_off_anywhere_is_damaged(backup: Path) -> None:
    write_backup(backup, {"tickets/ticket_a.json": b'{"id": "a"}'})
    whole = backup.read_bytes()

    for length in range(len(whole)):
        backup.write_bytes(whole[:length])
        expect_nothing_of_it(backup, DamagedFileError, "backup_2026")


def test_a_tar_that_is_cut_off_anywhere_is_damaged(backup: Path) -> None:
    """Whoever cuts the tar and packs it anew has a gzip without a fault."""
    packed = tar_of(entries_of({"tickets/ticket_a.json": b'{"id": "a"}'})).rstrip(b"\0")

    for length in range(0, len(packed), 37):
        backup.write_bytes(igzip.compress(packed[:length]))
        expect_nothing_of_it(backup, DamagedFileError, "backup_2026")


def test_no_changed_byte_goes_unnoticed(backup: Path) -> None:
    write_backup(backup, FILES)
    whole = backup.read_bytes()

    # The ten bytes of the gzip header say nothing of the content (time, system).
    for place in range(10, len(whole), len(whole) // 97):
        backup.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
        with pytest.raises((DamagedFileError, RejectedError)):
            verify(backup)


@pytest.mark.parametrize(
    "behind",
    [b"x", b"\0", b"\x1f\x8b", igzip.compress(b"more")],
    ids=["a letter", "a zero", "the begin of an archive", "another archive"],
)
def test_what_follows_the_end_is_damage(behind: bytes, backup: Path) -> None:
    write_backup(backup, FILES)
    backup.write_bytes(backup.read_bytes() + behind)

    expect_nothing_of_it(backup, DamagedFileError, "behind its end")


def test_the_manifest_decides_what_is_whole(backup: Path) -> None:
    other = dict(FILES)
    other["tickets/ticket_a.json"] = b'{"id": "b"}'
    less = {name: FILES[name] for name in list(FILES)[1:]}
    for files, words in ((other, "other bytes"), (less, "lacks tickets/ticket_a")):
        backup.write_bytes(igzip.compress(tar_of(entries_of(files, manifest_of(FILES)))))
        expect_nothing_of_it(backup, DamagedFileError, words)
    backup.write_bytes(igzip.compress(tar_of(entries_of(FILES, manifest_of(less)))))
    expect_nothing_of_it(backup, DamagedFileError, "says nothing")
    backup.write_bytes(igzip.compress(tar_of(entries_of(FILES)[:-1])))
    expect_nothing_of_it(backup, DamagedFileError, "has no manifest")


def test_a_manifest_that_cannot_be_used_is_named(backup: Path) -> None:
    newer = manifest_of(FILES).model_copy(update={"format": 2})
    backup.write_bytes(igzip.compress(tar_of(entries_of(FILES, newer))))
    expect_nothing_of_it(backup, NewerFormatError, "newer release")

    broken = [*entries_of(FILES)[:-1], plain(MANIFEST_FILE, b"{}")]
    backup.write_bytes(igzip.compress(tar_of(broken)))
    expect_nothing_of_it(backup, DamagedFileError, "as a manifest")

    twice = manifest_of(FILES)
    twice = twice.model_copy(update={"members": [*twice.members, twice.members[0]]})
    backup.write_bytes(igzip.compress(tar_of(entries_of(FILES, twice))))
    expect_nothing_of_it(backup, RejectedError, "twice")


def test_a_directory_that_is_there_is_left_alone(backup: Path) -> None:
    write_backup(backup, FILES)
    (backup.parent / "new").mkdir()
    (backup.parent / "new" / "mine").write_text("mine")

    with pytest.raises(UnavailableError, match="exists"):
        unpack(backup, backup.parent / "new")

    assert seen_in(backup.parent / "new") == {"mine": b"mine"}


def test_a_volume_without_room_is_left_as_it_was(
    backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_backup(backup, FILES)
    volume = os.statvfs(backup.parent)
    free_bytes = volume.f_bavail * volume.f_frsize
    monkeypatch.setattr(archive_reading, "FREE_BYTES_MIN", 2 * free_bytes)

    with pytest.raises(UnavailableError, match="no room"):
        unpack(backup, backup.parent / "new")

    assert list(backup.parent.iterdir()) == [backup]


def test_a_backup_that_is_not_there_is_not_found(backup: Path) -> None:
    expect_nothing_of_it(backup, NotFoundError, "no backup")
