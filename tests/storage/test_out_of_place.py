"""Whatever a stranger, a tool or a mishap has left in the data directory: told, and never trusted."""

import errno
import hashlib
import json
import os
import socket
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from domain.errors import UnavailableError
from storage.clock import system_clock
from storage.failures import DamagedFileError
from storage.findings import Kind
from storage.index import TicketQuery
from storage.layout import Layout
from storage.store import Store
from tests.builders import make_change, make_ticket
from tests.storage.damage import checked, filled, the_finding
from tests.storage.trouble import fail


@pytest.fixture
async def full(store: Store) -> Store:
    """A store with something of everything in it."""
    return await filled(store)


def make_socket(path: Path) -> None:
    short = (
        path.parents[1] / "s"
    )  # a socket may be moved to where its own name would be too long
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(short))
    short.rename(path)


@pytest.mark.parametrize(
    "claim",
    [
        {"number": "77", "ticket_id": "../../etc/x"},
        {"number": 77, "ticket_id": "x"},
        {"number": "77"},
        ["77"],
    ],
    ids=["path", "integer", "nobody", "list"],
)
async def test_a_claim_that_nobody_can_have_written_blinds_nobody(
    full: Store, layout: Layout, claim: object
) -> None:
    """One bad file among thousands must not keep the others from being checked."""
    path = layout.number(hashlib.sha256(b"77").hexdigest())
    path.write_text(json.dumps(claim))

    (finding,) = (await checked(full)).findings
    assert (finding.kind, finding.file) == (Kind.CLAIM_DAMAGED, f"numbers/{path.name}")

    with pytest.raises(DamagedFileError):
        await full.numbers.owner("77")


async def test_a_look_that_fails_is_told_and_the_others_are_taken(
    full: Store, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is wrong with one folder says nothing of the others."""
    (layout.audit / "notes.txt").write_bytes(b"")
    with monkeypatch.context() as patch:
        fail(patch, "listdir", errno.EIO, at=lambda path: path == str(layout.tickets))
        report = await checked(full)

    told = {(one.kind, one.file) for one in report.findings}
    assert (Kind.UNCHECKED, "tickets") in told
    assert (Kind.FOREIGN, "audit/notes.txt") in told


async def test_a_ticket_that_names_an_order_that_cannot_be_is_told_among_the_others(
    full: Store, layout: Layout
) -> None:
    """Another tool has written it."""
    odd = make_ticket("a-odd", work_order_id="../../etc")
    layout.ticket("a-odd").write_text(odd.model_dump_json())

    report = await checked(full)

    (finding,) = report.findings
    assert (finding.kind, finding.file) == (Kind.UNCHECKED, "tickets/ticket_a-odd.json")
    assert "cannot be a work order id" in finding.problem
    assert report.tickets == 3


@pytest.mark.parametrize("make", [os.mkfifo, make_socket], ids=["pipe", "socket"])
@pytest.mark.parametrize(
    "file",
    [
        "tickets/ticket_p.json",
        "dead_letters/p.json",
        "sessions/session_p.json",
        f"numbers/{'0' * 64}.json",
        "audit/2026-03/audit_20260331.jsonl",
        "p",
    ],
)
async def test_what_is_no_file_is_told_and_not_waited_for(
    full: Store, layout: Layout, make: Callable[[Path], None], file: str
) -> None:
    """Whoever reads a pipe waits until somebody writes into it."""
    make(layout.root / file)

    (finding,) = (await checked(full)).findings

    assert (finding.kind, finding.file) == (Kind.FOREIGN, file)


@pytest.mark.parametrize("file", ["config/legal_holds.json", "work_orders/order-1/order.json"])
async def test_what_takes_the_place_of_a_decision_is_left_to_a_person(
    full: Store, layout: Layout, file: str
) -> None:
    """Without it nothing would be held, and nothing owed."""
    (layout.root / file).unlink(missing_ok=True)
    os.mkfifo(layout.root / file)

    (finding,) = (await checked(full)).findings

    assert (finding.kind, finding.file) == (Kind.DAMAGED, file)


async def test_the_service_goes_on_beside_pipes(store: Store, layout: Layout) -> None:
    """It starts, lists and changes all the others."""
    ticket = await store.commit(make_change(make_ticket("t")))
    os.mkfifo(layout.ticket("pipe"))
    os.mkfifo(layout.dead_letters / "pipe.json")
    os.mkfifo(layout.session("pipe"))
    again = Store(layout.root)

    await again.recover()
    page = await again.index.find(TicketQuery())
    with pytest.raises(UnavailableError):
        await again.tickets.get("pipe")

    assert [one.id for one in page.entries] == ["t"]
    assert page.damaged == ["ticket_pipe.json"]
    assert (await again.commit(make_change(ticket, city="Waco"))).version == 2
    (letter,) = (await again.dead_letters.survey()).damaged
    assert letter.file == "dead_letters/pipe.json"


async def test_nothing_is_read_through_a_link_in_the_place_of_a_ticket(
    store: Store, layout: Layout, tmp_path: Path
) -> None:
    """What it points to is a stranger's, and does not come into the quarantine."""
    (tmp_path / "secret").write_bytes(b"root:x:0:0")
    layout.ticket("link").symlink_to(tmp_path / "secret")

    with pytest.raises(DamagedFileError, match="is a link"):
        await store.tickets.get("link")

    file, _problem = await the_finding(store)
    assert file == "tickets/ticket_link.json"
    assert store.quarantine.entries() == []


async def test_what_lies_beside_the_folders_is_told(full: Store, layout: Layout) -> None:
    """A copy that a person made there is in no backup."""
    (layout.root / "strange_dir").mkdir()
    for name in (".ticket.tmp", ".restore.json.1.0.tmp", ".audit.1.1.tmp"):
        (layout.root / name).write_bytes(b"half")
    long_ago = (system_clock() - timedelta(hours=30)).timestamp()
    for name in (".ticket.tmp", ".restore.json.1.0.tmp"):
        os.utime(layout.root / name, (long_ago, long_ago))

    told = {(one.kind, one.file) for one in (await checked(full)).findings}

    assert told == {
        (Kind.FOREIGN, "strange_dir"),
        (Kind.FOREIGN, ".ticket.tmp"),
        (Kind.LEFTOVER, ".restore.json.1.0.tmp"),
    }


async def test_what_belongs_beside_the_folders_is_no_finding(
    full: Store, layout: Layout
) -> None:
    """Of a file system, of a migration, and of a restore that is under way."""
    for name in ("lost+found", "migrated", "backups", "telemetry", ".restore-drill-7"):
        (layout.root / name).mkdir(exist_ok=True)
    layout.host.write_bytes(b"{}")

    assert (await checked(full)).is_clean


async def test_a_day_that_is_no_date_is_no_day_of_the_log(full: Store, layout: Layout) -> None:
    """It will never come."""
    for month in ("2026-99", "2026-03"):
        (layout.audit / month).mkdir(exist_ok=True)
        (layout.audit / month / "audit_20269999.jsonl").write_bytes(b"{}\n")

    told = {(one.kind, one.file) for one in (await checked(full)).findings}

    assert told == {
        (Kind.FOREIGN, "audit/2026-99"),
        (Kind.FOREIGN, "audit/2026-03/audit_20269999.jsonl"),
    }
