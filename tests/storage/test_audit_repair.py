"""The audit log after a crash, and on a disk that fails: what is written is durable or is not seen."""

import errno
from datetime import timedelta

import pytest

from domain.audit import event_id
from domain.errors import UnavailableError
from storage import files
from storage.chain import chained, entry, seal_of
from storage.layout import Layout
from storage.store import Store
from tests.builders import LATER, NOW, make_change, make_event, make_ticket
from tests.storage import test_audit
from tests.storage.trouble import fail, path_of, recorded

numbered = test_audit.make_event


def digested(store: Store) -> tuple[list[str], list[object]]:
    """Return the ids of all events of the day, and what cannot be believed."""
    events = store.audit.search_about("ticket-1").events
    return [event.id for event in events], list(store.audit.verify_all())


@pytest.mark.parametrize("hole", [b"\0" * 40, b"X", b"\n\n"])
async def test_a_hole_that_a_power_cut_left_is_mended_and_what_lay_there_is_kept(
    store: Store, layout: Layout, hole: bytes
) -> None:
    """Pages reach the disk in any order: a later line may be there and an earlier one not."""
    place = None
    for number in range(5):
        (place,) = store.audit.append([entry(numbered(number), place)])
    path = layout.audit_day(NOW)
    lines = path.read_bytes().splitlines(keepends=True)
    before = b"".join([*lines[:2], hole + lines[2][len(hole) :], *lines[3:]])
    path.write_bytes(before)

    Store(layout.root).audit.repair({})

    ids, damaged = digested(store)
    assert ids == ["event-0", "event-1", "event-3", "event-4"]
    assert damaged == []
    (aside,) = store.quarantine.entries()
    assert store.quarantine.content(aside) == before
    assert "line 3" in aside.problem


async def test_a_repair_changes_nothing_that_is_whole(store: Store, layout: Layout) -> None:
    """Also not a day of which only a torn end is cut off."""
    store.audit.append([entry(numbered(0)), entry(numbered(1, timestamp=LATER))])
    path = layout.audit_day(NOW)
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"id":"torn')

    store.audit.repair({"20260302": len(whole) // 2})

    assert path.read_bytes() == whole
    assert store.quarantine.entries() == []


async def test_only_what_is_new_since_the_snapshot_is_proved(
    store: Store, layout: Layout
) -> None:
    """A day of a million lines must not cost seconds at each start; `check` looks at it all."""
    store.audit.append([entry(numbered(number)) for number in range(3)])
    ends = store.audit.durable_ends()
    path = layout.audit_day(NOW)
    old = path.read_bytes().replace(b"event-1", b"event-X")
    path.write_bytes(old)
    store.audit.append([entry(numbered(3))])

    Store(layout.root).audit.repair(ends)

    assert path.read_bytes().startswith(old)
    assert [line.number for line in store.audit.verify_all()] == [2]


async def test_a_log_that_is_shorter_than_it_was_is_proved_from_the_start(
    store: Store, layout: Layout
) -> None:
    """Durable lines are gone: what is left is not taken on trust."""
    store.audit.append([entry(numbered(number)) for number in range(3)])
    ends = store.audit.durable_ends()
    path = layout.audit_day(NOW)
    path.write_bytes(path.read_bytes()[:-300].replace(b"event-0", b"event-X"))

    Store(layout.root).audit.repair(ends)

    assert digested(store) == (["event-1"], [])
    problems = [aside.problem for aside in store.quarantine.entries()]
    assert len(problems) == 2
    assert any("were durable" in problem for problem in problems)


async def test_an_append_behind_a_line_that_is_bad_mends_the_day_first(
    store: Store, layout: Layout
) -> None:
    """Nothing can hang on a line that cannot be believed."""
    store.audit.append([entry(numbered(0)), entry(numbered(1))])
    path = layout.audit_day(NOW)
    path.write_bytes(path.read_bytes()[:-20] + b"x" * 19 + b"\n")

    Store(layout.root).audit.append([entry(numbered(2))])

    assert digested(store) == (["event-0", "event-2"], [])


async def test_a_day_whose_first_line_is_lost_hangs_on_the_day_before(
    store: Store, layout: Layout
) -> None:
    """The chain over days is mended too."""
    store.audit.append([entry(numbered(0))])
    tomorrow = NOW + timedelta(days=1)
    store.audit.append([entry(numbered(number, timestamp=tomorrow)) for number in (1, 2)])
    path = layout.audit_day(tomorrow)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"\0" * (len(lines[0]) - 1) + b"\n" + lines[1])

    store.audit.repair({})

    assert digested(store) == (["event-0", "event-2"], [])


async def test_a_line_is_not_synced_until_its_ticket_changes_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ticket can say it again until then; a sync for each line would halve the speed."""
    synced: list[str] = []
    real = files.sync_filesystem
    monkeypatch.setattr(
        files, "sync_filesystem", lambda fd: (synced.append(path_of(fd)), real(fd))
    )
    done = recorded(monkeypatch)

    creation = make_change(make_ticket())
    created = await store.commit(creation)
    first = list(done)
    edit = make_change(created, now=LATER, city="Waco")
    await store.commit(edit)

    assert first[:3] == [("fsync", "file"), ("replace", "file"), ("fsync", "directory")]
    assert all(kind == "directory" for _call, kind in first[3:])  # the day's name
    assert [name.rpartition("/")[2] for name in synced] == ["tickets"]
    assert store.audit.is_durable(store.audit.find(creation.event))
    assert not store.audit.is_durable(store.audit.find(edit.event))


async def test_the_day_before_is_durable_before_a_new_day_hangs_on_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or a power cut could shorten it under the first line of the new one."""
    store.audit.append([entry(numbered(0))])
    done = recorded(monkeypatch)

    store.audit.append([entry(numbered(1, timestamp=NOW + timedelta(days=1)))])

    assert done[0] == ("fsync", "file")


async def test_a_refusal_that_cannot_be_synced_cannot_be_seen(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen, it would be taken for durable, and nothing else holds it."""
    event = make_event(make_ticket()).model_copy(update={"action": "step_refused"})
    with monkeypatch.context() as patch:
        fail(patch, "fsync", errno.EIO, at=lambda path: "/audit_" in path)
        with pytest.raises(UnavailableError):
            await store.note(event)

    assert (await store.audit.on(NOW.date())).events == []
    await store.note(event)
    assert (await store.audit.on(NOW.date())).events == [event]


async def test_after_a_sync_that_failed_the_days_are_written_anew(
    store: Store, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel has dropped what it could not write, shows it still, and says yes next time."""
    created = await store.commit(make_change(make_ticket()))
    day = layout.audit_day(NOW)
    seen, before = day.read_bytes(), day.stat().st_ino
    change = make_change(created, now=LATER, city="Waco")

    def fails(_descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(files, "sync_filesystem", fails)
        with pytest.raises(UnavailableError, match="Input/output error"):
            await store.commit(change)
    unchanged = await store.tickets.get("ticket-1")
    await store.commit(change)

    assert unchanged == created
    assert day.stat().st_ino != before
    assert day.read_bytes().startswith(seen)
    assert len((await store.history("ticket-1")).events) == 2


@pytest.mark.parametrize("damage", ["torn", "cut", "flipped"])
async def test_a_line_that_is_lost_without_a_reboot_is_written_again(
    store: Store, layout: Layout, damage: str
) -> None:
    """The lock file says that it stands there; the ticket is the only other copy of its event."""
    created = await store.commit(make_change(make_ticket()))
    edited = await store.commit(make_change(created, now=LATER, city="Waco"))
    path = layout.audit_day(NOW)
    content = path.read_bytes()
    first = content.index(b"\n") + 1
    path.write_bytes(
        {
            "torn": content[:-30],
            "cut": content[:first],
            "flipped": content[:-100] + b"#" + content[-99:],
        }[damage]
    )

    await Store(layout.root).commit(make_change(edited, now=LATER, county="Hays"))

    ids = [event.id for event in store.audit.search_about("ticket-1").events]
    assert sorted(ids) == sorted(event_id("ticket-1", version) for version in (1, 2, 3))


async def test_a_sync_that_failed_in_another_process_is_not_trusted_either(
    store: Store, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them see the same cache, which shows what the disk has not."""
    created = await store.commit(make_change(make_ticket()))
    day = layout.audit_day(NOW)

    def fails(_descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(files, "sync_filesystem", fails)
        with pytest.raises(UnavailableError):
            await store.commit(make_change(created, now=LATER, city="Waco"))
    before = day.stat().st_ino

    await Store(layout.root).recover()

    assert day.stat().st_ino != before


async def test_a_line_of_another_release_is_neither_cut_nor_believed(
    store: Store, layout: Layout
) -> None:
    """Whoever goes back to an earlier release must find what the later one has written."""
    store.audit.append([entry(numbered(0))])
    path = layout.audit_day(NOW)
    known, head = path.read_bytes(), seal_of(path.read_bytes()[:-1], number=1).head
    newer, head = chained('{"id":"event-1","ticket_id":"ticket-1","mood":"new"}', head)
    last, _head = chained(numbered(2).model_dump_json(), head)
    whole = known + newer + b"\n" + last + b"\n"
    path.write_bytes(whole)

    Store(layout.root).audit.repair({})
    Store(layout.root).audit.append([entry(numbered(3))])

    assert path.read_bytes().startswith(whole)
    assert [line.problem for line in store.audit.verify_all()] == [
        "it is whole, and written by another release"
    ]
    assert store.quarantine.entries() == []


async def test_a_log_that_lost_durable_lines_is_reported(store: Store, layout: Layout) -> None:
    """A refusal stands nowhere else: that it is gone must not pass for a quiet day."""
    event = make_event(make_ticket()).model_copy(update={"action": "step_refused"})
    await store.note(event)
    ends = store.audit.durable_ends()
    layout.audit_day(NOW).write_bytes(b"")

    Store(layout.root).audit.repair(ends)

    (aside,) = store.quarantine.entries()
    assert "were durable" in aside.problem
