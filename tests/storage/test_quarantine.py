"""What cannot be believed is kept byte for byte, and is never the same as what is not there."""

import errno
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.errors import RejectedError
from storage.layout import Layout
from storage.quarantine import Quarantine
from storage.store import Store
from tests.storage.trouble import Power, PowerCutError, fail, recorded

FOUND_AT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
BAD = b'{"id": "ticket-1", \x00\xff'


@pytest.fixture
def quarantine(store: Store, layout: Layout) -> Quarantine:
    """The quarantine of an open store, at a time that the test knows."""
    return Quarantine(layout, lambda: FOUND_AT)


def spoil(layout: Layout, ticket_id: str = "ticket-1", content: bytes = BAD) -> Path:
    path = layout.ticket(ticket_id)
    path.write_bytes(content)
    return path


def kept_in(layout: Layout) -> dict[str, bytes]:
    """Return what lies in the quarantine, without the reasons: path to content."""
    return {
        path.relative_to(layout.quarantine).as_posix(): path.read_bytes()
        for path in layout.quarantine.rglob("*")
        if path.is_file() and not path.name.endswith(".reason.json")
    }


def test_a_file_that_is_set_aside_keeps_its_bytes_its_path_and_a_reason(
    quarantine: Quarantine, layout: Layout
) -> None:
    """A person may still read in it what no program can."""
    path = spoil(layout)

    entry = quarantine.set_aside(path, "It cannot be read.")

    assert not path.exists()
    assert kept_in(layout) == {"tickets/ticket_ticket-1.json": BAD}
    reason = layout.quarantine / "tickets" / "ticket_ticket-1.json.reason.json"
    assert json.loads(reason.read_text()) == {
        "file": "tickets/ticket_ticket-1.json",
        "kept_as": "quarantine/tickets/ticket_ticket-1.json",
        "problem": "It cannot be read.",
        "found_at": "2026-11-25T12:00:00Z",
        "sha256": hashlib.sha256(BAD).hexdigest(),
        "size": len(BAD),
    }
    assert quarantine.entries() == [entry]
    assert quarantine.content(entry) == BAD


def test_what_is_copied_stays_where_it_is(quarantine: Quarantine, layout: Layout) -> None:
    """An audit log is mended in its place; what it was before is kept."""
    path = layout.audit_file("20261125")
    path.parent.mkdir()
    path.write_bytes(BAD)

    quarantine.set_aside(path, "Line 3 is not what was written.", keep=True)

    assert path.read_bytes() == BAD
    assert kept_in(layout) == {"audit/2026-11/audit_20261125.jsonl": BAD}


def test_a_file_that_is_damaged_again_is_kept_beside_the_first(
    quarantine: Quarantine, layout: Layout
) -> None:
    """The second damage must not be taken for the first, nor write over it."""
    for number in range(12):
        quarantine.set_aside(spoil(layout, content=b"bad %d" % number), f"Damage {number}.")

    name = "tickets/ticket_ticket-1.json"
    expected = {f"{name}.{number + 1}": b"bad %d" % number for number in range(1, 12)}
    assert kept_in(layout) == {name: b"bad 0", **expected}
    latest = quarantine.of_ticket("ticket-1")
    assert latest
    assert latest.problem == "Damage 11."
    assert quarantine.of_tickets() == {"ticket-1": latest}


def test_a_ticket_whose_damage_was_seen_to_is_no_longer_damaged(
    quarantine: Quarantine, layout: Layout
) -> None:
    """Its bytes and its reason stay for whoever asks later."""
    path = spoil(layout)
    quarantine.set_aside(path, "It cannot be read.")

    assert quarantine.resolve(path, "Dana Ruiz restored it.") == 1

    (entry,) = quarantine.entries()
    assert (entry.resolved_at, entry.resolution) == (FOUND_AT, "Dana Ruiz restored it.")
    assert not entry.is_open
    assert quarantine.of_ticket("ticket-1") is None
    assert quarantine.of_tickets() == {}
    assert quarantine.content(entry) == BAD
    assert quarantine.resolve(path, "Again.") == 0


def test_the_same_damage_after_it_was_seen_to_is_a_new_one(
    quarantine: Quarantine, layout: Layout
) -> None:
    """Somebody put the bad file back: it is to be seen to again."""
    quarantine.set_aside(spoil(layout), "It cannot be read.")
    quarantine.resolve(layout.ticket("ticket-1"), "Restored.")

    quarantine.set_aside(spoil(layout), "It cannot be read.")

    assert len(quarantine.entries()) == 2
    assert quarantine.of_ticket("ticket-1") is not None


def test_a_ticket_is_not_taken_for_one_whose_id_begins_the_same(
    quarantine: Quarantine, layout: Layout
) -> None:
    """`ticket_1.json.2` would be the second damage of ticket 1, and `ticket_1.jsonx` nobody's."""
    for ticket_id in ("1", "1-json", "12"):
        quarantine.set_aside(spoil(layout, ticket_id), f"Damage of {ticket_id}.")
    quarantine.resolve(layout.ticket("12"), "Restored.")

    assert set(quarantine.of_tickets()) == {"1", "1-json"}
    assert quarantine.of_ticket("12") is None
    assert quarantine.of_ticket("2") is None


def test_a_copy_whose_reason_was_lost_is_still_unresolved(
    quarantine: Quarantine, layout: Layout
) -> None:
    """To take it for absent would let the ticket be made anew."""
    quarantine.set_aside(spoil(layout), "It cannot be read.")
    reason = layout.quarantine / "tickets" / "ticket_ticket-1.json.reason.json"

    for content in (None, b"{", b'{"file": "tickets/ticket_other.json"}'):
        reason.unlink()
        if content:
            reason.write_bytes(content)
        entry = quarantine.of_ticket("ticket-1")
        reason.touch()

        assert entry is not None
        assert entry.size == len(BAD)
        assert entry.file == "tickets/ticket_ticket-1.json"


def test_a_reason_whose_copy_was_taken_away_is_still_unresolved(
    quarantine: Quarantine, layout: Layout
) -> None:
    """A person took the bytes along to look at them."""
    entry = quarantine.set_aside(spoil(layout), "It cannot be read.")
    (layout.root / entry.kept_as).unlink()

    assert quarantine.of_ticket("ticket-1") == entry
    assert quarantine.content(entry) == b""
    again = quarantine.set_aside(spoil(layout), "It cannot be read.")
    assert again.kept_as == "quarantine/tickets/ticket_ticket-1.json.2"


def test_a_reason_points_to_nothing_outside_of_the_quarantine(
    quarantine: Quarantine, layout: Layout
) -> None:
    """It is a file that anybody may have edited."""
    entry = quarantine.set_aside(spoil(layout), "It cannot be read.")
    reason = layout.root / f"{entry.kept_as}.reason.json"
    secret = layout.root.parent / "secret"
    secret.write_bytes(b"secret")

    reason.write_text(entry.model_copy(update={"kept_as": "../secret"}).model_dump_json())

    assert [quarantine.content(one) for one in quarantine.entries()] == [BAD]


@pytest.mark.parametrize("problem", ["x" * 1000, "two\nlines", "\x1b[31mred\x00", "a\u2028b"])
def test_a_problem_is_told_in_one_short_printable_line(
    quarantine: Quarantine, layout: Layout, problem: str
) -> None:
    """It may quote what the damaged file holds, and is shown in terminals and to a CustomGPT."""
    entry = quarantine.set_aside(spoil(layout), problem)

    assert entry.problem.isprintable()
    assert 3 <= len(entry.problem) <= 300


def test_the_bytes_are_durable_before_the_file_is_removed(
    quarantine: Quarantine, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other way round a power cut could leave neither."""
    path = spoil(layout)
    with monkeypatch.context() as patch:
        fail(patch, "rename", errno.EROFS, at=lambda name: name.endswith("ticket-1.json"))
        done = recorded(patch)
        with pytest.raises(OSError, match="Read-only"):
            quarantine.set_aside(path, "It cannot be read.")

    synced = [("fsync", "file"), ("replace", "file"), ("fsync", "directory")]
    assert done[-7:] == [*synced * 2, ("rename", "file")]
    assert path.read_bytes() == BAD
    assert kept_in(layout) == {"tickets/ticket_ticket-1.json": BAD}


def test_a_power_cut_anywhere_loses_no_byte_and_done_again_it_is_done_once(
    quarantine: Quarantine, layout: Layout
) -> None:
    """Whoever reads the file next finds it damaged again, and goes on from there."""
    calls = 0
    while True:
        path = spoil(layout, f"t{calls}")
        with pytest.MonkeyPatch.context() as patch:
            power = Power(patch, calls_max=calls)
            try:
                quarantine.set_aside(path, "It cannot be read.")
            except PowerCutError:
                assert power.is_off
        content = kept_in(layout).get(f"tickets/{path.name}")
        assert BAD in {content, path.read_bytes() if path.exists() else None}
        if not power.is_off:
            break
        if path.exists():
            quarantine.set_aside(path, "It cannot be read.")
        assert not path.exists()
        assert kept_in(layout)[f"tickets/{path.name}"] == BAD
        assert f"tickets/{path.name}.2" not in kept_in(layout)
        assert quarantine.of_ticket(f"t{calls}")
        calls += 1

    assert calls > 8


def test_an_id_that_cannot_be_one_reaches_no_file(quarantine: Quarantine) -> None:
    """Ids come from outside."""
    with pytest.raises(RejectedError):
        quarantine.of_ticket("../../etc/passwd")
