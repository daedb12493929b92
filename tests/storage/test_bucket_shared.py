"""One bucket, two installations that were given the same prefix; and who would like to do harm."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from domain.errors import ConflictError, NotFoundError, RejectedError, UnavailableError
from storage.bucket_address import BucketAddress
from storage.bucket_notes import BucketCopy
from storage.bucket_owners import owner_of
from storage.layout import Layout
from tests.buckets import BucketServer, bucket_server
from tests.storage.copies import NOW, backup, bucket_at


@pytest.fixture(scope="module")
def server() -> Iterator[BucketServer]:
    with bucket_server() as server:
        yield server


@pytest.fixture
def address(server: BucketServer) -> BucketAddress:
    return server.new_bucket()


async def test_of_two_installations_none_removes_what_the_other_has_put_there(
    address: BucketAddress, tmp_path: Path
) -> None:
    """The second makes its backups an hour later: by the policy, all its copies could go."""
    office, yard = (bucket_at(address, Layout(tmp_path / name)) for name in ("office", "yard"))
    days = [NOW - timedelta(days=back) for back in reversed(range(12))]
    for day in days:
        await office.keep(*backup(tmp_path, day))
        await yard.keep(*backup(tmp_path, day + timedelta(hours=1)))
    stranger = bucket_at(address, Layout(tmp_path / "stranger"))

    assert await stranger.prune(NOW) == []
    gone = await office.prune(NOW)

    assert gone == [f"backup_{day:%Y%m%d_%H%M%S}.tar.gz" for day in days[1:5]]
    left = [copy.note for copy in await yard.list()]
    assert sum(note.installation == yard.installation.known_now() for note in left) == len(days)
    assert len(await yard.past_their_time(NOW)) == len(gone)


async def test_the_latest_of_a_mixed_folder_is_nobodys_until_one_is_named(
    address: BucketAddress, tmp_path: Path
) -> None:
    """Whoever restores is shown what there is: since when, with how many tickets."""
    office, yard = (bucket_at(address, Layout(tmp_path / name)) for name in ("office", "yard"))
    assert owner_of(await office.list(), None) is None
    first = await office.keep(*backup(tmp_path, NOW - timedelta(days=1)))
    assert owner_of(await yard.list(), None) == first.installation

    second = await yard.keep(*backup(tmp_path, NOW))
    copies = await yard.list()

    with pytest.raises(RejectedError, match="backups of 2 installations") as mixed:
        owner_of(copies, None)
    for note in (first, second):
        told = f"{note.installation} (newest {note.created:%Y-%m-%d %H:%MZ}, 3 tickets)"
        assert told in mixed.value.problem
        assert owner_of(copies, note.installation) == note.installation
    with pytest.raises(NotFoundError, match="nothing of the installation"):
        owner_of(copies, "0" * 16)


async def test_a_copy_that_was_tampered_with_is_made_again_when_it_is_to_be_kept(
    server: BucketServer, address: BucketAddress, layout: Layout, tmp_path: Path
) -> None:
    """Its size is what it was: that it is in the bucket is said of what was read back alone."""
    bucket = bucket_at(address, layout)
    path, note = backup(tmp_path)
    kept = await bucket.keep(path, note)
    key = f"office/backups/{kept.sealed_as}"
    sealed = bytearray(server.objects(address)[key])
    sealed[-100] ^= 1
    server.put(address, key, bytes(sealed))
    assert await bucket.list() == [BucketCopy(kept)]

    again = await bucket.keep(path, note)

    assert again.sealed_as != kept.sealed_as
    assert await bucket.verify(note.filename) == again


async def test_another_backup_of_the_name_stays_whatever_is_wrong_with_it(
    server: BucketServer, address: BucketAddress, layout: Layout, tmp_path: Path
) -> None:
    bucket = bucket_at(address, layout)
    kept = await bucket.keep(*backup(tmp_path))
    server.put(address, f"office/backups/{kept.sealed_as}", b"short")

    with pytest.raises(ConflictError, match="another backup of the name"):
        await bucket.keep(*backup(tmp_path / "other", content=b"another"))

    assert f"office/backups/{kept.filename}.json" in server.objects(address)


@pytest.mark.parametrize(
    ("part", "value"),
    [("access_key_id", "AKID\n"), ("endpoint", "http://127.0.0.1:99999")],
    ids=["key", "port"],
)
async def test_what_the_client_dies_of_is_named(
    server: BucketServer, layout: Layout, tmp_path: Path, part: str, value: str
) -> None:
    """Settings refuse all that is known to do it; what is not known must not end a worker."""
    given = {part: value}
    bucket = bucket_at(replace(server.new_bucket(), **given), layout)

    for asking in (bucket.list(), bucket.keep(*backup(tmp_path)), bucket.prune(NOW)):
        with pytest.raises(UnavailableError, match="cannot be asked"):
            await asking
