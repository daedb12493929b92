"""What lies among the backups and is none stops nobody; and no stranger reads those that are."""

import errno
import io
import json
import logging
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from isal import igzip

from domain.errors import UnavailableError
from storage.backup import Backups
from storage.checking import StoreCheck
from storage.failures import DamagedFileError
from storage.layout import Layout
from storage.manifest import backup_name
from storage.snapshot import NAME_CHARACTERS_MAX
from storage.store import Store
from tests.builders import LATER, NOW, make_change, make_ticket
from tests.storage.archives import entries_of, manifest_of, tar_of, write_backup
from tests.storage.damage import checked
from tests.storage.retention import ANN, over, retiring

FILES = {"tickets/ticket_a.json": b"{}"}
NEWER, FOLDER, PIPE, LINK, TORN = (backup_name(NOW, serial) for serial in range(1, 6))


@pytest.fixture
async def backups(layout: Layout, store: Store) -> Backups:
    """The backups of a store with one ticket."""
    await store.commit(make_change(make_ticket()))
    return Backups(layout, clock=lambda: NOW, wait_seconds_max=0.05)


def newer(path: Path) -> None:
    """Write a backup as a later release may make it."""
    manifest = manifest_of(FILES).model_copy(update={"format": 2})
    path.write_bytes(igzip.compress(tar_of(entries_of(FILES, manifest))))


def named_by_hand(layout: Layout, *notes: dict[str, Any]) -> None:
    """Note more backups, as somebody with an editor may do it."""
    told = json.loads(layout.backup_notes.read_bytes())
    told["backups"] += notes
    layout.backup_notes.write_text(json.dumps(told))


def noted(filename: str, **more: Any) -> dict[str, Any]:
    return {"filename": filename, "created": "2026-01-01T00:00:00Z", **more}


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


async def test_what_lies_among_them_and_is_none_stops_neither_making_nor_removing(
    layout: Layout, backups: Backups, caplog: pytest.LogCaptureFixture
) -> None:
    """Each is told once, with what is wrong with it; a name from elsewhere is not even looked for."""
    first = await backups.make("asked")
    folder = layout.daily_backups
    newer(folder / NEWER)
    (folder / FOLDER).mkdir()
    os.mkfifo(folder / PIPE)
    (folder / LINK).symlink_to("/dev/zero")
    (folder / TORN).write_bytes((folder / first.filename).read_bytes()[:-9])
    names = ("x" * 300, "../metadata.json", "\0", FOLDER)
    named_by_hand(layout, *(noted(name, verified_at="2026-01-01T00:00:00Z") for name in names))

    with caplog.at_level(logging.ERROR):
        second = await backups.make("asked")
        gone = await backups.prune(NOW + timedelta(hours=1))
        verified = await backups.verify(second.filename)
    again = await Backups(layout).settle()

    assert gone == []
    assert [one.filename for one in await backups.notes()] == [first.filename, second.filename]
    assert verified.filename == second.filename
    problems = {one.filename: one.problem for one in again}
    assert problems.keys() == {NEWER, FOLDER, PIPE, LINK, TORN}
    assert "made by a newer release" in problems[NEWER]
    assert {problems[name] for name in (FOLDER, PIPE, LINK)} == {"It is no plain file."}
    assert all(caplog.text.count(f"{name} is not listed") == 1 for name in problems)
    assert {one.filename for one in again if one.identity} == {NEWER, TORN}  # read only once
    assert await backups.refused() == again


async def test_one_that_was_refused_is_read_again_only_when_it_was_written_again(
    layout: Layout, backups: Backups
) -> None:
    """By no process: whoever looks at the list would wait for all that lies there."""
    await backups.make("asked")
    path = layout.daily_backups / TORN
    write_backup(path, FILES)
    whole, written = path.read_bytes(), path.stat()
    path.write_bytes(whole[:-9] + b"something")
    os.utime(path, ns=(0, written.st_mtime_ns))
    [refused] = await backups.settle()
    path.write_bytes(whole)
    os.utime(path, ns=(0, written.st_mtime_ns))

    unread = await Backups(layout).settle()
    os.utime(path, ns=(0, written.st_mtime_ns + 1))
    after = await Backups(layout).settle()

    assert (unread, after) == ([refused], [])
    assert TORN in {note.filename for note in await backups.notes()}


async def test_one_that_a_newer_release_can_read_is_read_by_that(
    layout: Layout, backups: Backups
) -> None:
    """What another release has said of it counts for nothing."""
    await backups.make("asked")
    path = layout.daily_backups / TORN
    newer(path)
    await backups.settle()
    told = json.loads(layout.backup_notes.read_bytes())
    told["refused"][0] |= {"read_by": "0.0.1", "problem": "said by another"}
    layout.backup_notes.write_text(json.dumps(told))

    [refused] = await backups.settle()

    assert "newer release" in refused.problem


async def test_one_that_is_unlisted_and_damaged_is_named_for_what_it_is(
    layout: Layout, backups: Backups
) -> None:
    """Not for what is not noted of it."""
    first = await backups.make("asked")
    whole = (layout.daily_backups / first.filename).read_bytes()
    (layout.daily_backups / TORN).write_bytes(whole[:-9])

    with pytest.raises(DamagedFileError, match="ends too early"):
        await backups.verify(TORN)


async def test_one_that_the_disk_does_not_give_is_listed_when_it_does(
    layout: Layout, backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it gives nothing at all, that is told."""
    await backups.make("asked")
    path = layout.daily_backups / TORN
    write_backup(path, FILES)
    bad: list[Path] = [path]
    real = io.open  # what a Path opens with

    def failing(file: Any, *arguments: Any, **options: Any) -> Any:
        if any(Path(file).is_relative_to(one) for one in bad):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(file, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(io, "open", failing)
        made = await backups.make("asked")
        [refused] = await backups.refused()
        bad[:] = [layout.root]
        with pytest.raises(UnavailableError, match="Input/output error"):
            await backups.make("asked")
    after = await backups.settle()

    assert made.verified_at
    assert "Input/output error" in refused.problem
    assert after == []
    assert len(await backups.notes()) == 3


async def test_nobody_else_can_read_a_backup_not_even_an_old_one(
    layout: Layout, store: Store
) -> None:
    """The secret of the cookies lies in it, and what a key is held against."""
    before = os.umask(0)
    try:
        for folder in (layout.daily_backups, layout.retired):
            folder.mkdir(parents=True)
        old = layout.daily_backups / backup_name(LATER)
        write_backup(old, FILES)
        await over(store, "expired")
        (archive,) = (await retiring(store).retire(by=ANN)).archives
        note = await store.backups.make("asked")
    finally:
        os.umask(before)

    folders = (layout.backups, layout.daily_backups, layout.retired)
    files = (old, layout.daily_backups / note.filename, layout.retired / Path(archive).name)
    assert [mode_of(folder) for folder in folders] == [0o700] * 3
    assert [mode_of(file) for file in files] == [0o600] * 3


async def test_what_a_backup_lacks_is_noted_with_it(layout: Layout, backups: Backups) -> None:
    """Who relies on it must know, and one line of a log is soon gone."""
    names = [f"who knows {number}.json" for number in range(4)]
    for name in names:
        (layout.dead_letters / name).write_bytes(b"{}")

    note = await backups.make("asked")
    layout.backup_notes.unlink()
    await backups.settle()
    [adopted] = await backups.notes()

    assert note.left_out == adopted.left_out == 4
    assert note.left_out_first == tuple(f"dead_letters/{name}" for name in names[:3])
    assert adopted.left_out_first == note.left_out_first


async def test_a_backup_that_was_noted_twice_is_one(layout: Layout, backups: Backups) -> None:
    """The later note counts, and the other goes."""
    note = await backups.make("asked")
    named_by_hand(layout, {**note.model_dump(mode="json"), "copied_at": LATER.isoformat()})

    [found] = await backups.notes()
    await backups.note(note.filename, drilled_at=NOW)

    assert found.copied_at == LATER
    told = json.loads(layout.backup_notes.read_bytes())["backups"]
    assert [(one["filename"], "copied_at" in one) for one in told] == [(note.filename, True)]


async def test_a_check_tells_of_names_that_cannot_be_there(
    layout: Layout, store: Store, backups: Backups
) -> None:
    """It is stopped by none of them."""
    await backups.make("asked")
    named_by_hand(layout, noted("x" * NAME_CHARACTERS_MAX))

    report = await StoreCheck(store, clock=lambda: NOW).run()
    await backups.settle()

    assert ["It lists 1 that are not there" in one.problem for one in report.findings] == [True]
    assert (await checked(store)).is_clean
