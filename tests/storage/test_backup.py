"""Backups: each that is listed was read back, and whatever goes wrong leaves nothing half done."""

import asyncio
import errno
import json
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.errors import ConflictError, NotFoundError, RejectedError, UnavailableError
from storage import backup_making
from storage.archive_members import members
from storage.archive_reading import unpack
from storage.backup import Backups, Step
from storage.failures import DamagedFileError
from storage.file_locks import FileLock
from storage.layout import Layout
from storage.manifest import MANIFEST_FILE, backup_name
from storage.store import Store
from tests.builders import LATER, NOW, make_change, make_order, make_ticket
from tests.storage.test_faults import Fault

DOCUMENT = bytes(range(256)) * 5_000  # more than a piece


def clock() -> Any:
    return NOW


@pytest.fixture
async def backups(layout: Layout, store: Store) -> Backups:
    """The backups of a store with a ticket, an order and a secret."""
    ticket = await store.commit(make_change(make_ticket()))
    await store.commit(make_change(ticket, now=LATER, depth_inches=7))
    await store.work_orders.accept(make_order(document=DOCUMENT), DOCUMENT)
    await store.cookie_secret.current()
    return Backups(layout, clock=clock, wait_seconds_max=0.05)


def kept_in(root: Path) -> dict[str, bytes]:
    """Return what a backup of this directory should have in it."""
    kept = ("tickets", "audit", "work_orders", "config")
    paths = (path for folder in kept for path in (root / folder).rglob("*") if path.is_file())
    return {str(path.relative_to(root)): path.read_bytes() for path in paths}


async def test_a_plain_tar_unpacks_it_and_it_is_what_was_there(
    layout: Layout, backups: Backups, tmp_path: Path
) -> None:
    """Whoever has lost this program has not lost his data."""
    note = await backups.make("asked")
    by_tar, by_us = tmp_path / "tar", tmp_path / "us"
    by_tar.mkdir()
    archive = str(backups.path_of(note.filename))

    subprocess.run(["tar", "xzf", archive, "-C", by_tar], check=True)  # noqa: S607, ASYNC221 - any tar
    manifest = unpack(Path(archive), by_us)

    assert kept_in(by_tar) == kept_in(by_us) == kept_in(layout.root)
    assert (by_tar / "config/cookie_secret").stat().st_mode & 0o777 == 0o600
    assert json.loads((by_tar / MANIFEST_FILE).read_bytes())["last_event"] == "20260302/2"
    assert (manifest.made_at, manifest.why, manifest.tickets) == (NOW, "asked", 1)
    assert (note.tickets, note.files, note.unpacked_bytes) == (1, 5, manifest.size)


async def test_the_list_has_the_customers_shape(layout: Layout, backups: Backups) -> None:
    """Those who wrote it before read it still."""
    await backups.make("nightly")
    second = await backups.make("asked")

    told = json.loads(layout.backup_notes.read_bytes())

    names = [backup_name(NOW), backup_name(NOW, 1)]  # two of one second
    assert [one["filename"] for one in told["backups"]] == names
    assert told["last_backup"] == told["backups"][-1]
    assert told["last_backup"]["file_path"] == f"backups/daily/{second.filename}"
    assert (layout.root / told["last_backup"]["file_path"]).stat().st_size == second.size_bytes


async def test_whatever_call_fails_there_is_nothing_left_and_the_next_one_works(
    layout: Layout, backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk is the very time at which somebody needs the backups that there are."""
    first = await backups.make("asked")
    struck: list[str] = []
    for number in range(200):
        with monkeypatch.context() as patch:
            fault = Fault(patch, number, errno.ENOSPC)
            try:
                await asyncio.to_thread(backups.make_now, "asked")
            except UnavailableError:
                assert fault.struck
            if not fault.struck:
                break
        struck.append(fault.struck)
        if fault.struck not in {"unlink", "rmdir"}:
            assert not list(layout.backups.rglob(".*"))
        listed = {note.filename for note in await backups.notes()}
        assert listed == {path.name for path in layout.daily_backups.glob("backup*")}

    assert {"open", "write", "fsync", "mkdir", "rename", "replace", "unlink"} <= set(struck)
    assert not list(layout.backups.rglob(".*"))
    assert first in await backups.notes()


async def test_one_that_is_not_read_back_as_it_was_written_is_removed(
    layout: Layout, backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk may give back something else than it was given."""

    def lie(path: Path) -> Any:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        return members(path)

    monkeypatch.setattr(backup_making, "members", lie)

    with pytest.raises(UnavailableError, match="could not be read back, and was removed"):
        await backups.make("asked")
    assert list(layout.daily_backups.iterdir()) == []
    assert await backups.notes() == ()


async def test_what_a_maker_who_was_killed_has_left_is_put_right_by_the_next(
    layout: Layout, backups: Backups
) -> None:
    """Links and halves go; a whole archive that was not listed yet is."""
    first = await backups.make("asked")
    halves = [layout.daily_backups / ".making.1.1.tmp", layout.backups / ".snapshot.1.1.tmp/1"]
    halves[1].parent.mkdir()
    for half in halves:
        half.write_bytes(b"half")
    layout.backup_notes.unlink()
    whole = backups.path_of(first.filename)
    torn = whole.with_name(backup_name(LATER))
    torn.write_bytes(whole.read_bytes()[:-9])

    second = await backups.make("asked")

    assert [note.filename for note in await backups.notes()] == [
        first.filename,
        second.filename,
    ]
    assert (await backups.notes())[0].sha256 == first.sha256
    assert not list(layout.backups.rglob(".*"))
    assert torn.exists()  # of a stranger's file nothing is said, and nothing is done to it


async def test_a_list_that_cannot_be_read_is_set_aside_and_made_anew(
    layout: Layout, backups: Backups
) -> None:
    """The archives say themselves what they are."""
    first = await backups.make("asked")
    layout.backup_notes.write_bytes(b'{"backups": [')

    second = await backups.make("asked")

    assert {note.filename for note in await backups.notes()} == {
        first.filename,
        second.filename,
    }
    assert (layout.quarantine / "backups/metadata.json").read_bytes() == b'{"backups": ['


async def test_a_backup_that_was_taken_away_is_listed_no_longer(
    layout: Layout, backups: Backups
) -> None:
    """Nobody shall rely on it."""
    first = await backups.make("asked")
    backups.path_of(first.filename).unlink()

    second = await backups.make("asked")

    assert await backups.notes() == [second]
    with pytest.raises(NotFoundError):
        backups.path_of("backup_20200101_000000.tar.gz")
    with pytest.raises(RejectedError):
        backups.path_of("../metadata.json")


async def test_one_that_was_damaged_since_counts_as_good_no_longer(backups: Backups) -> None:
    """It is named, and kept: something of it may yet be read."""
    note = await backups.make("asked")
    path = backups.path_of(note.filename)
    path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(DamagedFileError):
        await backups.verify(note.filename)
    [after] = await backups.notes()

    assert note.verified_at
    assert after == note.model_copy(update={"verified_at": None})


async def test_another_whole_archive_under_its_name_is_not_the_backup(
    store: Store, backups: Backups
) -> None:
    """Somebody may have put it there to be restored."""
    first = await backups.make("asked")
    await store.commit(make_change(make_ticket("another")))
    second = await backups.make("asked")
    path = backups.path_of(first.filename)
    shutil.copyfile(backups.path_of(second.filename), path)

    with pytest.raises(DamagedFileError, match="not the backup that was made"):
        await backups.verify(first.filename)


async def test_what_is_noted_of_a_backup_is_changed_alone(backups: Backups) -> None:
    """When it was tried, and when it was copied."""
    note = await backups.make("asked")

    await backups.note(note.filename, drilled_at=NOW)
    after = await backups.note(note.filename, copied_at=LATER)

    assert after == note.model_copy(update={"drilled_at": NOW, "copied_at": LATER})
    assert await backups.notes() == [after]
    with pytest.raises(NotFoundError):
        await backups.note(backup_name(LATER), copied_at=NOW)


async def test_two_at_once_wait_for_each_other_but_not_for_ever(
    layout: Layout, store: Store, backups: Backups
) -> None:
    """Both are made; who is in the way for too long is told of."""
    patient = Backups(layout, clock=clock)
    made = await asyncio.gather(patient.make("asked"), patient.make("nightly"))
    with FileLock(layout.backups_lock), pytest.raises(ConflictError, match="Somebody else"):
        await backups.make("asked")

    assert len({note.filename for note in made}) == 2


async def test_how_far_it_is_can_be_seen_while_it_is_made(backups: Backups) -> None:
    """By any process, and never more than is true."""
    seen: list[Step | None] = []
    told: list[tuple[str, int]] = []

    def look(stage: str, percent: int) -> None:
        told.append((stage, percent))
        seen.append(backups.under_way_now())

    backups.make_now("asked", look)

    assert [Step(*one) for one in told] == seen
    assert [percent for _stage, percent in told] == sorted(percent for _stage, percent in told)
    assert (told[0][1], told[-1]) == (0, ("made", 100))
    assert await backups.under_way() is None


async def test_those_whose_time_is_over_are_removed(layout: Layout, store: Store) -> None:
    """The oldest month but twelve, and what is not the first of its day, week and month."""
    ages = [timedelta(days=40 * number) for number in range(12, -1, -1)]
    ages += [timedelta(hours=hours) for hours in (-1, -2, -3)]
    made = [
        Backups(layout, clock=lambda age=age: NOW - age).make_now("nightly").filename
        for age in ages
    ]
    backups = Backups(layout)

    gone = await backups.prune(NOW + timedelta(hours=4))

    assert gone == made[:1]
    assert [note.filename for note in await backups.notes()] == made[1:]
    assert sorted(path.name for path in layout.daily_backups.iterdir()) == made[1:]
