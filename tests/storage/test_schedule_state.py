"""What has been run of the schedule: the dated runs survive anything, the ticks cost nothing."""

import asyncio
import multiprocessing
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.runs import EntryState, Run, begin
from storage.failures import DamagedFileError, UnavailableError
from storage.layout import Layout
from storage.schedule_state import NOTE_BYTES_MAX, Known, ScheduleState
from storage.store import Store
from tests.builders import NOW

HOUR = timedelta(hours=1)
CLAIMS = 40


@pytest.fixture
def state(store: Store) -> ScheduleState:
    return store.schedule


def knows(job: str = "backup", **fields: object) -> Known:
    return {job: EntryState.model_validate({"decided_until": NOW, **fields})}


async def test_a_dated_run_is_known_after_it_was_written_down(
    store: Store, state: ScheduleState
) -> None:
    """By another process too, which has a state of its own."""
    run = Run(due_at=NOW, rung_at=NOW).ended(succeeded=False, said="buried: boom", now=NOW)

    await state.dated.change(lambda _known: knows(runs=[run], waiting=[NOW + HOUR], missed=3))

    told = (await store.schedule.dated.read())["backup"]
    assert told == EntryState(decided_until=NOW, runs=(run,), waiting=(NOW + HOUR,), missed=3)


async def test_ticks_are_known_to_every_process_and_never_synced(
    state: ScheduleState, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """17,280 syncs a day would remember what is due again in five seconds."""
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)

    for seconds in range(20):
        later = NOW + timedelta(seconds=seconds)
        await state.ticks.change(
            lambda _k, t=later: knows("recover", decided_until=t, missed=7)
        )

    assert synced == []
    assert not layout.schedule.exists()
    told = (await ScheduleState(layout).ticks.read())["recover"]
    assert (told.decided_until, told.missed) == (later, 7)


async def test_where_nothing_has_changed_nothing_is_written(
    state: ScheduleState, layout: Layout
) -> None:
    """Every worker looks; only what is news goes to the disk."""
    await state.dated.change(lambda _known: knows())
    before = layout.schedule.stat()

    await state.dated.change(lambda known: {**known})

    after = layout.schedule.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


async def test_nothing_is_known_before_anything_was_written_down(state: ScheduleState) -> None:
    """The first start, and the list of the schedule before it."""
    assert await state.dated.read() == {}
    assert await state.ticks.read() == {}


def claim(root: str, won: "multiprocessing.Queue[int]", together: Any) -> None:
    """Try to be the first for each date, in a process of its own."""
    state, mine = ScheduleState(Layout(Path(root))), 0
    together.wait()
    for hour in range(CLAIMS):
        due_at, first = NOW + hour * HOUR, []

        def step(known: Known, due_at=due_at, first=first) -> Known:
            progress = known.get("backup") or EntryState(decided_until=NOW)
            first.append(progress.run_due(due_at) is None)
            return {"backup": begin(progress, due_at, NOW)[0]}

        state.dated._change(step)
        mine += first[0]
    won.put(mine)


async def test_of_several_processes_one_is_the_first_for_each_date(
    store: Store, state: ScheduleState, layout: Layout
) -> None:
    """Whoever writes a run down first rings: each date is written down first by one of them."""
    spawning = multiprocessing.get_context("spawn")
    won, together = spawning.Queue(), spawning.Barrier(3)
    rivals = [
        spawning.Process(target=claim, args=(str(layout.root), won, together)) for _ in range(3)
    ]
    for rival in rivals:
        rival.start()

    counts = [await asyncio.to_thread(won.get, timeout=60) for _ in rivals]
    for rival in rivals:
        await asyncio.to_thread(rival.join)

    assert sum(counts) == CLAIMS
    assert len((await state.dated.read())["backup"].runs) == CLAIMS


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"format": 2, "entries": {}}', b"\xff"], ids=repr
)
async def test_a_file_that_cannot_be_believed_is_set_aside_and_the_schedule_goes_on(
    store: Store, state: ScheduleState, layout: Layout, content: bytes
) -> None:
    """What lists it says so; what keeps it begins anew, with the bytes kept for a person."""
    layout.schedule.write_bytes(content)
    with pytest.raises(DamagedFileError, match=r"schedule\.json"):
        await state.dated.read()

    await state.dated.change(lambda known: {**known, **knows()})

    assert await state.dated.read() == knows()
    [entry] = store.quarantine.entries()
    assert entry.file == "config/schedule.json"
    assert store.quarantine.content(entry) == content


@pytest.mark.parametrize(
    "note", [b"", b"{", b"[]\n", b'{"a": 1}\n', b'{"a":[1e99,0]}\n', b"\xff"]
)
async def test_a_note_that_a_crash_has_torn_says_nothing(
    state: ScheduleState, layout: Layout, note: bytes
) -> None:
    """All that is lost is when it last rang for what is due again soon."""
    layout.schedule_lock.write_bytes(note)

    assert await state.ticks.read() == {}


async def test_a_shorter_note_is_not_read_with_the_end_of_a_longer_one(
    state: ScheduleState,
) -> None:
    """The lock file is written in place."""
    await state.ticks.change(lambda _known: knows("a_job_with_a_long_name", missed=10**9))
    await state.ticks.change(lambda _known: knows("a"))

    assert await state.ticks.read() == knows("a")


async def test_a_note_that_would_not_be_read_whole_is_refused(state: ScheduleState) -> None:
    """A timetable of so many entries needs another place to be remembered in."""
    many = {
        f"job_{number}": EntryState(decided_until=NOW) for number in range(NOTE_BYTES_MAX // 8)
    }

    with pytest.raises(ValueError, match="longer than is read"):
        await state.ticks.change(lambda _known: many)


async def test_a_disk_that_takes_nothing_is_named(state: ScheduleState, layout: Layout) -> None:
    """The schedule waits for it and says so."""
    layout.config.rmdir()

    with pytest.raises(UnavailableError, match="did not take"):
        await state.dated.change(lambda _known: knows())
