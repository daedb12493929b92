"""Copies in a bucket: a real server, and all that can go wrong on the way there and back."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from domain.errors import ConflictError, NotFoundError, RejectedError, UnavailableError
from storage.bucket import CUT_OFF_AFTER, Bucket
from storage.bucket_address import BucketAddress
from storage.failures import DamagedFileError
from storage.layout import Layout
from storage.sealing import new_key
from storage.store import Store
from tests.buckets import BucketServer, Credentials, bucket_server
from tests.storage.copies import NOW, OWNER, backup, bucket_at, found_in, keys_of


@pytest.fixture(scope="module")
def server() -> Iterator[BucketServer]:
    with bucket_server() as server:
        yield server


@pytest.fixture
def address(server: BucketServer) -> BucketAddress:
    return server.new_bucket()


@pytest.fixture
def bucket(address: BucketAddress, layout: Layout) -> Bucket:
    return bucket_at(address, layout)


async def names(bucket: Bucket) -> list[str]:
    """Return the names of the copies that are good."""
    return [copy.note.filename for copy in await bucket.list() if copy.problem is None]


async def test_a_backup_is_kept_sealed_and_comes_back_byte_for_byte(
    server: BucketServer,
    address: BucketAddress,
    bucket: Bucket,
    store: Store,
    tmp_path: Path,
) -> None:
    """Nobody who looks into the bucket reads anything of it, or who it is about."""
    note = await store.backups.make("asked")
    path = store.backups.path_of(note.filename)
    into = tmp_path / "fetched.tar.gz"

    kept = await bucket.keep(path, note)
    stored = server.objects(address)
    fetched = await bucket.fetch(note.filename, into, keys_of(OWNER, tmp_path))

    assert list(stored) == [
        f"office/backups/{kept.sealed_as}",
        f"office/backups/{note.filename}.json",
    ]
    assert stored[f"office/backups/{kept.sealed_as}"].startswith(b"age-encryption.org/v1")
    assert [copy.note for copy in await bucket.list()] == [kept] == [fetched]
    assert into.read_bytes() == path.read_bytes()
    assert found_in(tmp_path, "*.tmp") == []


async def test_a_large_backup_goes_in_parts(bucket: Bucket, tmp_path: Path) -> None:
    path, note = backup(tmp_path, content=bytes(range(256)) * 100_000)

    kept = await bucket.keep(path, note)

    assert kept.size_bytes == 25_600_000
    assert await bucket.verify(note.filename) == kept


async def test_a_backup_that_is_there_is_neither_sent_again_nor_overwritten(
    server: BucketServer, address: BucketAddress, bucket: Bucket, tmp_path: Path
) -> None:
    """Twice is once, also for two at a time; another one of that name is refused."""
    path, note = backup(tmp_path)

    kept = await asyncio.gather(*(bucket.keep(path, note) for _each in range(3)))
    before = server.objects(address)
    other, _note = backup(tmp_path / "other", content=b"another")
    with pytest.raises(ConflictError, match="another backup of the name"):
        await bucket.keep(other, note)

    assert kept[0] == kept[1] == kept[2]
    assert server.objects(address) == before
    assert len(before) == 2


async def test_what_was_cut_off_on_its_way_is_no_backup_and_the_next_copy_is(
    server: BucketServer, address: BucketAddress, bucket: Bucket, tmp_path: Path
) -> None:
    """A sealed file that nothing names, and a note whose file is gone or short."""
    path, note = backup(tmp_path)
    server.put(address, f"office/backups/{note.filename}.0123456789abcdef.age", b"half")
    assert await bucket.list() == []

    for harm in (server.delete, lambda where, key: server.put(where, key, b"short")):
        kept = await bucket.keep(path, note)
        assert await names(bucket) == [note.filename]
        harm(address, f"office/backups/{kept.sealed_as}")
        assert await names(bucket) == []
        with pytest.raises(DamagedFileError):
            await bucket.verify(note.filename)

    kept = await bucket.keep(path, note)
    assert await bucket.verify(note.filename) == kept


async def test_a_copy_that_was_tampered_with_is_refused_and_nothing_is_left(
    server: BucketServer,
    address: BucketAddress,
    bucket: Bucket,
    tmp_path: Path,
) -> None:
    path, note = backup(tmp_path)
    identities = keys_of(OWNER, tmp_path)
    kept = await bucket.keep(path, note)
    sealed = bytearray(server.objects(address)[f"office/backups/{kept.sealed_as}"])
    sealed[-100] ^= 1
    server.put(address, f"office/backups/{kept.sealed_as}", bytes(sealed))

    with pytest.raises(DamagedFileError, match="not what was put there"):
        await bucket.verify(note.filename)
    with pytest.raises(DamagedFileError, match="not what was put there"):
        await bucket.fetch(note.filename, tmp_path / "fetched", identities)
    server.put(address, f"office/backups/{note.filename}.json", b"{}")
    with pytest.raises(DamagedFileError, match="note on a backup"):
        await bucket.fetch(note.filename, tmp_path / "fetched", identities)

    assert await bucket.list() == []
    assert await bucket.prune(NOW + 2 * CUT_OFF_AFTER) == []
    assert len(server.objects(address)) == 2  # a person may know what to do with them
    assert not (tmp_path / "fetched").exists()
    assert found_in(tmp_path, "*.tmp") == []


async def test_with_another_key_a_copy_is_not_opened(bucket: Bucket, tmp_path: Path) -> None:
    path, note = backup(tmp_path)
    await bucket.keep(path, note)
    other = keys_of(new_key(NOW), tmp_path)

    with pytest.raises(RejectedError, match="None of these keys"):
        await bucket.fetch(note.filename, tmp_path / "fetched", other)

    assert not (tmp_path / "fetched").exists()


async def test_a_backup_that_has_changed_here_is_not_carried_away(
    server: BucketServer, address: BucketAddress, bucket: Bucket, tmp_path: Path
) -> None:
    path, note = backup(tmp_path)

    with pytest.raises(DamagedFileError, match="no longer what it was"):
        await bucket.keep(path, note.model_copy(update={"sha256": "0" * 64}))

    assert server.objects(address) == {}


async def test_who_is_not_let_in_is_told_in_the_words_of_the_bucket_without_a_credential(
    server: BucketServer, layout: Layout, tmp_path: Path
) -> None:
    address = server.new_bucket()
    path, note = backup(tmp_path)
    credentials = server.look_at_credentials()
    good = replace(address, **credentials._asdict())
    try:
        await bucket_at(good, layout).keep(path, note)
        for wrong in (
            Credentials(credentials.access_key_id, "a-wrong-one"),
            Credentials("AKIDOFNOBODY", credentials.secret_access_key),
        ):
            refusing = bucket_at(replace(address, **wrong._asdict()), layout)
            for asking in (refusing.keep(path, note), refusing.list()):
                with pytest.raises(UnavailableError, match="does not let us in: ") as refused:
                    await asking
                told = f"{refused.value.problem} {refused.value.remedy}"
                assert "BACKUP_BUCKET_SECRET_ACCESS_KEY" in told
                assert not any(secret in told for secret in (*wrong, *credentials))
    finally:
        server.look_no_more()

    assert await names(bucket_at(good, layout)) == [note.filename]


async def test_a_bucket_or_a_copy_that_is_not_there_is_named(
    server: BucketServer, bucket: Bucket, layout: Layout, tmp_path: Path
) -> None:
    path, note = backup(tmp_path)
    missing = bucket_at(replace(server.new_bucket(), name="nobodys-bucket"), layout)

    for asking in (missing.keep(path, note), missing.list(), missing.verify(note.filename)):
        with pytest.raises(UnavailableError, match="There is no bucket nobodys-bucket"):
            await asking
    with pytest.raises(NotFoundError, match=f"no {note.filename} in the bucket"):
        await bucket.verify(note.filename)


async def test_while_the_server_is_gone_nothing_is_lost_and_later_it_is_copied(
    layout: Layout, tmp_path: Path
) -> None:
    path, note = backup(tmp_path)
    with bucket_server() as gone:
        address = gone.new_bucket()
    bucket = bucket_at(address, layout)

    with pytest.raises(UnavailableError, match="Connection refused"):
        await bucket.keep(path, note)

    assert path.is_file()
    assert found_in(layout.root, "*.tmp") == []


async def test_copies_past_their_time_go_and_the_newest_three_never(
    server: BucketServer, address: BucketAddress, bucket: Bucket, tmp_path: Path
) -> None:
    """By the policy that holds for backups here; what was cut off goes a day later."""
    days = [NOW - timedelta(days=back) for back in reversed(range(12))]
    for day in days:
        await bucket.keep(*backup(tmp_path, day))
    retired, note = backup(tmp_path, NOW - timedelta(days=5_000))
    await bucket.keep(retired, note, "retired")
    server.put(address, "office/backups/half.age", b"half")
    named = [f"backup_{day:%Y%m%d_%H%M%S}.tar.gz" for day in days]

    rehearsed = await bucket.past_their_time(NOW)
    gone = await bucket.prune(NOW)

    assert [note.filename for note in rehearsed] == gone
    # Kept: the first of each of two weeks, the 18th and the 23rd, and the last seven days.
    assert gone == named[1:5]
    assert await names(bucket) == [named[0], *named[5:]]
    assert "office/backups/half.age" in server.objects(address)  # it may be on its way
    assert await bucket.prune(NOW + CUT_OFF_AFTER * 2_000) == []  # none is fresh: all stay
    assert "office/backups/half.age" not in server.objects(address)
    assert [copy.note.filename for copy in await bucket.list("retired")] == [note.filename]


@pytest.mark.parametrize(
    ("endpoint", "url", "is_in_host"),
    [
        ("https://t3.storageapi.dev", "https://office.t3.storageapi.dev", True),
        ("https://office.t3.storageapi.dev/", "https://office.t3.storageapi.dev", True),
        ("https://minio.example.com/office", "https://minio.example.com", False),
        ("http://10.0.0.7:9000", "http://10.0.0.7:9000", False),
        ("http://[fd12::10]:9000", "http://[fd12::10]:9000", False),
        ("http://minio:9000", "http://minio:9000", False),
        (None, None, True),
    ],
)
def test_the_bucket_is_asked_for_where_its_service_wants_its_name(
    endpoint: str | None, url: str | None, *, is_in_host: bool
) -> None:
    """Most services, Railway's among them, want it in the host; who has no names cannot."""
    address = BucketAddress("office", endpoint, "AKIDOFTHEOFFICE", "secret", "us-east-2")

    assert address._url() == (url, is_in_host)
    assert "secret" not in f"{address!r} {address.place}"
