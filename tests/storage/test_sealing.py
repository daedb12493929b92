"""Sealed backups: opened by their owners and nobody else, whole or not at all."""

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pyrage
import pytest

from domain.errors import RejectedError, UnavailableError
from storage.failures import DamagedFileError
from storage.sealing import NewKey, new_key, read_identities, seal, unseal, write_identity

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
# Of several pieces, the last of them not full: age seals 64 KiB at a time.
CONTENT = bytes(range(256)) * 1_000


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive"
    path.write_bytes(CONTENT)
    return path


def kept(key: NewKey, folder: Path, name: str = "key.txt") -> Path:
    """Keep a key as an owner would."""
    path = folder / name
    path.write_text(key.identity_file)
    return path


def test_each_of_several_owners_opens_what_was_sealed_and_nobody_reads_it_else(
    archive: Path, tmp_path: Path
) -> None:
    sealed = tmp_path / "sealed"
    owners = [new_key(NOW), new_key(NOW)]

    seal(archive, sealed, [owner.public_key for owner in owners])

    assert CONTENT[:256] not in sealed.read_bytes()
    for number, owner in enumerate(owners):
        opened = tmp_path / f"opened-{number}"
        unseal(sealed, opened, read_identities(kept(owner, tmp_path)))
        assert opened.read_bytes() == CONTENT
        assert stat.S_IMODE(opened.stat().st_mode) == 0o600


def test_a_file_of_other_tools_for_age_is_opened_and_ours_by_them(
    archive: Path, tmp_path: Path
) -> None:
    identity = pyrage.x25519.Identity.generate()
    key_file = tmp_path / "key.txt"
    key_file.write_text(f"# created: long ago\r\n\r\n  {identity}  \r\n# the end")
    theirs, ours, opened = (tmp_path / name for name in ("theirs", "ours", "opened"))
    theirs.write_bytes(pyrage.encrypt(CONTENT, [identity.to_public()]))

    unseal(theirs, opened, read_identities(key_file))
    seal(archive, ours, [str(identity.to_public())])

    assert opened.read_bytes() == CONTENT
    assert pyrage.decrypt(ours.read_bytes(), [identity]) == CONTENT


def test_a_new_key_is_written_as_age_writes_it_and_fits_the_setting() -> None:
    first, second = new_key(NOW), new_key(NOW)

    lines = first.identity_file.splitlines()
    assert lines[:2] == ["# created: 2026-11-29T12:00:00Z", f"# public key: {first.public_key}"]
    assert lines[2].startswith("AGE-SECRET-KEY-1")
    assert len(lines) == 3
    assert first.public_key != second.public_key


def test_a_wrong_key_is_refused_with_what_to_do_and_leaves_nothing(
    archive: Path, tmp_path: Path
) -> None:
    sealed, opened = tmp_path / "sealed", tmp_path / "opened"
    seal(archive, sealed, [new_key(NOW).public_key])

    with pytest.raises(RejectedError) as refused:
        unseal(sealed, opened, read_identities(kept(new_key(NOW), tmp_path)))

    assert "BACKUP_RECIPIENTS" in (refused.value.remedy or "")
    assert not opened.exists()


@pytest.mark.parametrize("at", ["cut off", "behind a piece", "changed", "longer"])
def test_what_was_cut_off_or_changed_is_told_as_damage_and_leaves_nothing(
    archive: Path, tmp_path: Path, at: str
) -> None:
    owner = new_key(NOW)
    sealed, opened = tmp_path / "sealed", tmp_path / "opened"
    seal(archive, sealed, [owner.public_key])
    content = bytearray(sealed.read_bytes())
    if at == "cut off":
        content = content[:-1]
    elif at == "behind a piece":
        content = content[: len(content) - len(CONTENT) % 65_536 - 16]
    elif at == "changed":
        content[-40_000] ^= 1
    else:
        content += b"x"
    sealed.write_bytes(content)

    with pytest.raises(DamagedFileError, match="cut off or changed"):
        unseal(sealed, opened, read_identities(kept(owner, tmp_path)))

    assert not opened.exists()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("# only a comment\n", "there is no key in it"),
        ("AGE-SECRET-KEY-1QQQQ\n", "a line is not a secret key of age"),
        (None, "it cannot be read: No such file or directory"),
    ],
    ids=["no key", "no age key", "no file"],
)
def test_a_file_that_holds_no_key_is_refused_and_nothing_of_it_is_repeated(
    tmp_path: Path, written: str | None, said: str
) -> None:
    path = tmp_path / "key.txt"
    if written is not None:
        path.write_text(written)

    with pytest.raises(RejectedError) as refused:
        read_identities(path)

    assert refused.value.problem == f"key.txt is no identity file: {said}."


def test_a_full_disk_is_named_and_leaves_nothing(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library wraps what the disk says; /dev/full says it for real."""
    owner = new_key(NOW)
    sealed = tmp_path / "sealed"
    seal(archive, sealed, [owner.public_key])
    full, identities = tmp_path / "full", read_identities(kept(owner, tmp_path))
    really_open = os.open
    monkeypatch.setattr(os, "open", lambda *_given: really_open("/dev/full", os.O_WRONLY))

    for doing in (
        lambda: seal(archive, full, [owner.public_key]),
        lambda: unseal(sealed, full, identities),
    ):
        with pytest.raises(UnavailableError, match="No space left on device") as refused:
            doing()
        assert "Free space" in (refused.value.remedy or "")


def test_without_a_public_key_nothing_is_sealed(archive: Path, tmp_path: Path) -> None:
    for recipients in ([], ["age1nobody"]):
        with pytest.raises(RejectedError, match="public key"):
            seal(archive, tmp_path / "sealed", recipients)

    assert not (tmp_path / "sealed").exists()


def test_a_pipe_and_a_key_that_is_locked_itself_are_no_keys_and_say_why(tmp_path: Path) -> None:
    """Nobody would ever write to the pipe: the command would wait for ever."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "locked").write_bytes(b"age-encryption.org/v1\n-> scrypt bm9ib2R5 18\n")
    (tmp_path / "armored").write_bytes(b"-----BEGIN AGE ENCRYPTED FILE-----\n")

    with pytest.raises(RejectedError, match="it is no plain file"):
        read_identities(tmp_path / "pipe")
    for name in ("locked", "armored"):
        with pytest.raises(RejectedError, match="encrypted itself") as refused:
            read_identities(tmp_path / name)
        assert "age -d" in (refused.value.remedy or "")


def test_a_new_key_is_for_its_owner_alone_and_never_in_the_place_of_another(
    tmp_path: Path,
) -> None:
    first, path = new_key(NOW), tmp_path / "key.txt"

    write_identity(path, first)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == first.identity_file
    with pytest.raises(RejectedError, match="There is a file key"):
        write_identity(path, new_key(NOW))
    assert path.read_text() == first.identity_file
    with pytest.raises(UnavailableError, match="did not take"):
        write_identity(tmp_path / "nowhere" / "key.txt", first)
