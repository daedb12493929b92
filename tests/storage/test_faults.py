"""Each fault of a disk, by its error: the old version stands, nothing is left about, work goes on."""

import errno
import os
import resource
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.audit import Change, event_id
from domain.errors import RejectedError, Texas811Error, UnavailableError
from domain.ticket import Ticket
from storage import files
from storage.failures import DamagedFileError
from storage.layout import Layout
from storage.store import Store
from tests.builders import LATER, NOW, make_change, make_ticket
from tests.storage.trouble import CHANGING

ERRORS = [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EMFILE, errno.EDQUOT]


class Fault:
    """Lets every changing call to the system through but the n-th, which fails."""

    def __init__(self, patch: pytest.MonkeyPatch, number: int, error: int) -> None:
        self._left = number
        self._error = error
        self.struck: str | None = None
        for name in CHANGING:
            patch.setattr(os, name, self._wired(name, getattr(os, name)))
        patch.setattr(files, "sync_filesystem", self._wired("syncfs", files.sync_filesystem))

    def _wired(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def wired(*args: Any, **options: Any) -> Any:
            self._left -= 1
            if self._left == -1:
                self.struck = name
                raise OSError(self._error, os.strerror(self._error))
            return call(*args, **options)

        return wired


def litter_in(root: Path) -> list[Path]:
    return list(root.rglob("*.tmp"))


async def is_whole(root: Path, version: int) -> None:
    """See that a restarted store has this version, one event for each, and goes on."""
    assert litter_in(root) == []
    store = Store(root)
    await store.open()
    await store.recover()
    ticket = await store.tickets.get("ticket-1")
    assert ticket.version == version
    ids = [event.id for event in store.audit.search_about("ticket-1").events]
    assert sorted(ids) == sorted(event_id("ticket-1", one) for one in range(1, version + 1))
    assert list(store.audit.verify_all()) == []
    assert store.quarantine.entries() == []
    await store.commit(make_change(ticket, now=LATER, county="Hays"))


def refused_by(store: Store, change: Change) -> UnavailableError | None:
    """Commit a change; return why the disk did not take it, if so."""
    try:
        store.commit_now(change)
    except UnavailableError as refusal:
        return refusal
    return None


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("is_settled", [True, False])
async def test_a_commit_in_which_any_one_call_fails_is_whole_or_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int, *, is_settled: bool
) -> None:
    """The n-th call fails, for every n: then the same change is sent again, and the store restarted."""
    struck, refused = set(), 0
    for number in range(100):
        store = Store(tmp_path / str(number))
        await store.open()
        created = await store.commit(make_change(make_ticket()))
        if is_settled:
            store.audit.durable_ends()
        change = make_change(created, now=LATER, city="Waco")
        with monkeypatch.context() as patch:
            fault = Fault(patch, number, error)
            refusal = refused_by(store, change)
            if refusal:
                refused += 1
                assert refusal.remedy
            if refusal and "confirm" not in refusal.problem:
                assert await store.tickets.get("ticket-1") == created
                await store.commit(change)
        if fault.struck is None:
            break
        struck.add(fault.struck)
        await is_whole(tmp_path / str(number), 2)

    assert refused >= 6
    assert {"open", "write", "utime", "replace", "fsync", "pwrite"} <= struck
    assert ("syncfs" in struck) is not is_settled


async def test_a_batch_in_which_any_one_call_fails_refuses_whom_it_must(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who shares his syncs with others shares no error that is not his own."""
    names = ["a", "b", "c"]
    outcomes = set()
    for number in range(100):
        store = Store(tmp_path / str(number))
        await store.open()
        with monkeypatch.context() as patch:
            fault = Fault(patch, number, errno.EIO)
            commits = [store._writer.begun(make_change(make_ticket(name))) for name in names]
            store._writer.commit(commits)
        if fault.struck is None:
            break
        assert litter_in(tmp_path / str(number)) == []
        outcomes.add((fault.struck, sum(commit.is_going for commit in commits)))
        for commit in commits:
            if "confirm" not in str(commit.answer):
                found = await store.tickets.find(commit.ticket_id)
                assert (found is not None) is isinstance(commit.answer, Ticket)

    assert ("write", 2) in outcomes  # the others go on
    assert ("replace", 2) in outcomes
    assert ("syncfs", 0) in outcomes  # nobody is answered
    assert ("pwrite", 3) in outcomes  # the log can wait


async def test_a_directory_sync_that_fails_is_told_as_not_confirmed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rename can be seen and may not last: neither Yes nor No would be true."""
    with monkeypatch.context() as patch:
        real = os.fsync

        def failing(descriptor: int) -> None:
            if os.path.isdir(f"/proc/self/fd/{descriptor}"):  # noqa: PTH112 - a path of the kernel
                raise OSError(errno.EIO, "Input/output error")
            real(descriptor)

        patch.setattr(os, "fsync", failing)
        with pytest.raises(UnavailableError, match="did not confirm ticket_ticket-1"):
            await store.commit(make_change(make_ticket()))


@pytest.mark.parametrize("bytes_max", [1, 7, 100])
async def test_a_disk_that_takes_few_bytes_at_a_time_gets_all_of_them(
    store: Store, monkeypatch: pytest.MonkeyPatch, bytes_max: int
) -> None:
    """A short write is no error, and says so only in its answer."""
    write, pwrite = os.write, os.pwrite
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda fd, data: write(fd, data[:bytes_max]))
        patch.setattr(os, "pwrite", lambda fd, data, at: pwrite(fd, data[:bytes_max], at))
        created = store.commit_now(make_change(make_ticket()))

    assert await store.tickets.get("ticket-1") == created
    assert len((await store.history("ticket-1")).events) == 1
    assert list(store.audit.verify_all()) == []


async def test_no_file_can_be_opened_any_more(store: Store, layout: Layout) -> None:
    """EMFILE for real: the commit is refused, and works as soon as files are closed again."""
    created = await store.commit(make_change(make_ticket()))
    change = make_change(created, now=LATER, city="Waco")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))  # what is open stays open
    try:
        with pytest.raises(UnavailableError, match="Too many open files"):
            store.commit_now(change)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    assert await store.tickets.get("ticket-1") == created
    assert (await store.commit(change)).version == 2


async def test_a_clock_that_was_set_back_changes_neither_order_nor_chain(store: Store) -> None:
    """The version counts, not the time; the event lies in the day that it names."""
    created = await store.commit(make_change(make_ticket()))
    earlier = await store.commit(make_change(created, now=NOW - timedelta(days=2), city="Waco"))

    await store.commit(make_change(earlier, now=NOW - timedelta(days=1), city="Hays"))

    history = await store.history("ticket-1")
    assert [event.id for event in history.events] == [
        event_id("ticket-1", version) for version in (1, 2, 3)
    ]
    assert list(store.audit.verify_all()) == []


async def test_a_directory_that_was_swapped_away_takes_no_more_changes(
    store: Store, layout: Layout
) -> None:
    """What is written to another directory than was locked and read would be lost."""
    created = await store.commit(make_change(make_ticket()))
    change = make_change(created, now=LATER, city="Waco")
    aside = layout.root / "aside"
    layout.tickets.rename(aside)
    layout.tickets.mkdir()

    with pytest.raises(UnavailableError, match="directory tickets was replaced") as refused:
        await store.commit(change)
    layout.tickets.rmdir()
    with pytest.raises(UnavailableError, match="No such file or directory"):
        await store.commit(change)
    aside.rename(layout.tickets)

    assert "restart" in str(refused.value.remedy)
    assert (await store.commit(change)).version == 2


async def test_a_file_of_no_bytes_is_damaged_and_not_absent(
    store: Store, layout: Layout, caplog: pytest.LogCaptureFixture
) -> None:
    """What a power cut leaves where somebody renamed without a sync."""
    created = await store.commit(make_change(make_ticket()))
    await store.commit(make_change(make_ticket("other")))
    layout.ticket("ticket-1").write_bytes(b"")

    for _time in range(2):
        with pytest.raises(DamagedFileError) as damaged:
            await store.tickets.get("ticket-1")
    layout.ticket_lock("ticket-1").unlink()  # it is derived, and may be deleted
    with pytest.raises(DamagedFileError, match="was damaged and set aside"):
        await store.tickets.get("ticket-1")
    with pytest.raises(DamagedFileError):
        await store.commit(make_change(make_ticket()))
    with pytest.raises(DamagedFileError):
        await store.commit(make_change(created, now=LATER, city="Waco"))

    assert "texas811 check --restore ticket-1" in str(damaged.value.remedy)
    assert [aside.ticket_id for aside in store.quarantine.entries()] == ["ticket-1"]
    assert "ticket_ticket-1.json" in caplog.text
    assert await store.tickets.get("other")


def evil(name: str) -> Change:
    return make_change(make_ticket(name))


@pytest.mark.parametrize("name", ["../x", "a/b", ".", "..", "ü", "x\0", "a b", "x" * 64 + "y"])
async def test_no_name_reaches_beyond_its_directory(
    store: Store, layout: Layout, name: str
) -> None:
    """Neither by a commit nor by a question, and nothing is made on the way."""
    before = sorted(layout.root.rglob("*"))

    with pytest.raises((RejectedError, ValueError)):
        await store.commit(evil(name))
    for ask in (store.tickets.get, store.history):
        with pytest.raises(RejectedError):
            await ask(name)

    assert sorted(layout.root.rglob("*")) == before


async def test_names_that_differ_only_in_case_are_different_tickets(store: Store) -> None:
    """Where the file system cannot tell them apart, neither may take the other's place."""
    await store.commit(make_change(make_ticket("abc", city="Austin")))
    try:
        await store.commit(make_change(make_ticket("ABC", city="Waco")))
    except Texas811Error:
        assert await store.tickets.find("ABC") is None

    assert (await store.tickets.get("abc")).city == "Austin"
