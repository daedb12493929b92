"""Backups leave the volume soon after they are made, and again and again until they have."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.errors import ConflictError, UnavailableError
from jobs.copy_backups import CopyBackups
from jobs.copying_backups import PROVED_EVERY, copy_due
from jobs.job import Cancel, Done, Env
from jobs.timetable import COPY_EVERY, TIMETABLE
from storage.backup import Backups
from storage.bucket import Bucket
from storage.bucket_address import BucketAddress
from storage.clock import system_clock
from tests.buckets import BucketServer, bucket_server
from tests.storage.copies import OWNER

JOB = CopyBackups()


@pytest.fixture(scope="module")
def server() -> Iterator[BucketServer]:
    with bucket_server() as server:
        yield server


@pytest.fixture
def address(server: BucketServer) -> BucketAddress:
    return server.new_bucket()


def with_bucket(env: Env, address: BucketAddress) -> Env:
    layout = env.store.quarantine.layout
    return replace(env, bucket=Bucket(address, [OWNER.public_key], layout), clock=system_clock)


async def test_it_looks_no_further_where_there_is_nothing_to_do(
    env: Env, server: BucketServer, address: BucketAddress
) -> None:
    """No bucket, no backup, or the newest is off the volume: then nobody is asked."""
    nobody = replace(address, endpoint="http://127.0.0.1:1")
    assert isinstance(await JOB.run(env), Cancel)
    assert isinstance(await JOB.run(with_bucket(env, nobody)), Cancel)
    await env.store.backups.make("asked")

    outcome = await JOB.run(with_bucket(env, address))

    assert outcome == Done("1 copied, 0 removed there")
    assert len(server.objects(address)) == 2
    assert isinstance(await JOB.run(with_bucket(env, nobody)), Cancel)


async def test_a_bucket_that_is_away_costs_a_try_and_the_next_copies(
    env: Env, address: BucketAddress
) -> None:
    """No night is buried for it: minutes later it is rung for again, for as long as it takes."""
    made = await env.store.backups.make("nightly")
    nobody = replace(address, endpoint="http://127.0.0.1:1")

    for _each in range(2):
        with pytest.raises(UnavailableError):
            await JOB.run(with_bucket(env, nobody))
    [before] = await env.store.backups.notes()
    await JOB.run(with_bucket(env, address))
    [after] = await env.store.backups.notes()

    [entry] = [entry for entry in TIMETABLE if entry.job == JOB.name]
    assert (entry.is_dated, COPY_EVERY) == (False, timedelta(minutes=5))
    assert (CopyBackups.attempts_max, CopyBackups.is_buried) == (1, False)
    assert (before, after.copied_at is None) == (made, False)


async def test_once_a_week_a_copy_is_read_back_and_made_again_if_it_is_not_what_it_was(
    env: Env, server: BucketServer, address: BucketAddress
) -> None:
    """One at a time, the one that was not for longest."""
    env = with_bucket(env, address)
    assert env.bucket
    now = system_clock()
    for hours in (2, 1):
        layout, at = env.store.quarantine.layout, now - timedelta(hours=hours)
        Backups(layout, clock=lambda at=at: at).make_now("asked")
    await copy_due(env.store, env.bucket, now)
    first, second = [copy.note for copy in await env.bucket.list()]
    key = f"{address.prefix}/backups/{first.sealed_as}"
    server.put(address, key, b"x" * first.sealed_bytes)
    await env.store.backups.note(second.filename, proved_at=now + timedelta(hours=1))

    soon = await copy_due(env.store, env.bucket, now + PROVED_EVERY - timedelta(hours=1))
    later = await copy_due(env.store, env.bucket, now + PROVED_EVERY)

    assert (soon.copied, later.copied) == ([], [first.filename])
    assert await env.bucket.verify(first.filename) != first
    [one, other] = await env.store.backups.notes()
    assert (one.proved_at, other.proved_at) == (now + PROVED_EVERY, now + timedelta(hours=1))


async def test_one_that_cannot_be_copied_keeps_neither_the_others_nor_what_is_over(
    env: Env, server: BucketServer, address: BucketAddress
) -> None:
    """The newest has the name of another's: it is told at the end, when the rest is done."""
    env = with_bucket(env, address)
    assert env.bucket
    layout, now = env.store.quarantine.layout, system_clock()
    old = Backups(layout, clock=lambda: now - timedelta(hours=1)).make_now("asked")
    new = await env.store.backups.make("asked")
    path = env.store.backups.path_of(new.filename)
    another = new.model_copy(update={"sha256": None})
    content = path.read_bytes()
    path.write_bytes(b"another's")
    await env.bucket.keep(path, another)
    path.write_bytes(content)
    server.put(address, f"{address.prefix}/backups/cut-off.age", b"half")

    with pytest.raises(ConflictError, match="another backup of the name"):
        await copy_due(env.store, env.bucket, now + timedelta(days=2))

    stored = server.objects(address)
    assert f"{address.prefix}/backups/{old.filename}.json" in stored
    assert f"{address.prefix}/backups/cut-off.age" not in stored
