"""The check finds whatever is not as it should be, and nothing where everything is."""

import asyncio
import errno
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from domain.audit import Actor, AuditEvent
from domain.drafting import open_ticket
from domain.errors import NotFoundError
from domain.session import TicketSession
from domain.ticket import Ticket
from storage.agreement import Agreement
from storage.checking import CheckReport, StoreCheck
from storage.clock import system_clock
from storage.dead_letters import DeadLetter
from storage.files import DamagedFileError
from storage.findings import Finding
from storage.index_file import read_snapshot, write_snapshot
from storage.layout import Layout
from storage.performance import Performance
from storage.restoring import DamagedFile, Restoring
from storage.store import Store
from tests.builders import (
    LATER,
    NOW,
    customer_json,
    make_change,
    make_extraction,
    make_order,
    make_ticket,
)
from tests.storage.processes import dig_deeper
from tests.storage.trouble import fail

DOCUMENT = b"%PDF-1.4 replace the pole"
NUMBER = "2606100001"


@pytest.fixture
async def full(store: Store) -> Store:
    """A store with something of everything in it."""
    extraction = make_extraction()
    order = await store.work_orders.accept(make_order(document=DOCUMENT), DOCUMENT)
    await store.work_orders.keep_extraction(order.id, extraction)
    ticket = await store.commit(open_ticket(order, extraction, now=NOW))
    for day in range(3):
        later = LATER + timedelta(days=day)
        ticket = await store.commit(make_change(ticket, now=later, depth_inches=day))
    await store.commit(make_change(make_ticket("numbered", texas811_ticket_number=NUMBER)))
    session = TicketSession(
        session_key="s1",
        expires_at=LATER,
        created_at=NOW,
        updated_at=NOW,
        last_activity_at=NOW,
    )
    await store.sessions.save(session)
    await store.sessions.save(session.model_copy(update={"session_key": "s2"}))
    await store.sessions.expire("s2")
    letter = DeadLetter(
        job="extract_ticket", key="k", arguments={}, reason="r", attempts=5, buried_at=NOW
    )
    await store.dead_letters.bury(letter)
    await store.note(
        AuditEvent(id="e1", timestamp=NOW, actor=Actor.SYSTEM, action="backup_made")
    )
    await store.recover()
    return store


async def checked(store: Store, *, reads_documents: bool = False) -> CheckReport:
    """Check a store as a process of its own would: nothing is remembered."""
    again = Store(store.quarantine.layout.root)
    return await StoreCheck(again, reads_documents=reads_documents).run()


async def the_finding(store: Store, *, reads_documents: bool = False) -> tuple[str, str]:
    """Return file and problem of the one finding that there is."""
    report = await checked(store, reads_documents=reads_documents)
    found: list[Finding | DamagedFile] = [*report.findings, *report.damaged]
    assert len(found) == 1, found
    (finding,) = found
    assert finding.remedy
    return finding.file, finding.problem


def everything_in(layout: Layout) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in layout.root.rglob("*") if path.is_file()}


def only_log(layout: Layout, day: str = "20260302") -> Path:
    return layout.audit_file(day)


async def test_a_store_that_is_whole_has_no_finding_and_is_not_changed(
    full: Store, layout: Layout
) -> None:
    """An alarm that rings for nothing is soon not heard."""
    before = everything_in(layout)

    report = await checked(full, reads_documents=True)

    assert report.findings == []
    assert report.damaged == []
    assert report.is_clean
    assert report.tickets == 2
    assert everything_in(layout) == before


async def test_an_empty_store_is_whole(store: Store) -> None:
    """The first night after the first start."""
    report = await checked(store)

    assert report.is_clean
    assert report.tickets == 0


async def test_what_is_no_data_directory_is_not_checked(tmp_path: Path) -> None:
    """A clean report of nothing would hide that DATA_DIR is wrong."""
    with pytest.raises(NotFoundError, match="not a data directory") as missing:
        await StoreCheck(Store(tmp_path)).run()

    assert missing.value.field == "DATA_DIR"
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - of an async function


async def test_files_of_the_customers_own_making_are_no_finding(
    store: Store, layout: Layout
) -> None:
    """They have no event of their first version, and never had one."""
    path = layout.ticket(customer_json()["id"])
    path.write_text(json.dumps(customer_json()))
    assert (await checked(store)).is_clean

    ticket = await store.tickets.get(customer_json()["id"])
    await store.commit(make_change(ticket, now=LATER, city="Waco"))

    assert (await checked(store)).is_clean


# Tickets.


async def test_a_damaged_ticket_is_set_aside_and_told_with_the_good_version(
    full: Store, layout: Layout
) -> None:
    """The night's check finds it before a dispatcher does."""
    layout.ticket("numbered").write_bytes(b"")

    report = await checked(full)

    assert report.findings == []
    (damaged,) = report.damaged
    assert (damaged.ticket_id, damaged.version) == ("numbered", 1)
    assert "--restore numbered" in damaged.remedy
    assert not layout.ticket("numbered").exists()
    assert (
        await checked(full)
        == report.model_copy(update={"tickets": 1, "seconds": (await checked(full)).seconds})
        or not (await checked(full)).is_clean
    )


async def test_a_ticket_that_cannot_be_set_aside_is_told_all_the_same(
    full: Store, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The volume is full, or mounted read-only."""
    layout.ticket("numbered").write_bytes(b"{")
    with monkeypatch.context() as patch:
        fail(patch, "write", errno.EROFS)
        file, problem = await the_finding(full)

    assert file == "tickets/ticket_numbered.json"
    assert "cannot be read" in problem


async def test_a_ticket_of_a_newer_format_is_told_and_left_alone(
    full: Store, layout: Layout
) -> None:
    """Somebody has gone back to an older release."""
    import hashlib

    path = layout.ticket("numbered")
    whole = path.read_bytes().replace(b'"format": 2', b'"format": 9')
    body = whole[: whole.rindex(b', "sha256"')]
    digest = hashlib.sha256(body).hexdigest().encode()
    newer = body + b', "sha256": "' + digest + b'"}\n}\n'
    path.write_bytes(newer)

    file, problem = await the_finding(full)

    assert file == "tickets/ticket_numbered.json"
    assert "format 9" in problem
    assert path.read_bytes() == newer


async def test_a_ticket_that_is_too_large_is_told(full: Store) -> None:
    """The specification wants to know of files of more than so many megabytes."""
    check = StoreCheck(full, performance=Performance(file_size_warning_mb=0.001))

    report = await check.run()

    assert len(report.findings) == 2
    assert "MiB" in report.findings[0].problem


async def test_two_tickets_with_one_number_are_told(full: Store, layout: Layout) -> None:
    """The answers of one would be taken for those of the other."""
    other = json.loads(layout.ticket("numbered").read_bytes())
    other.pop("_meta")
    layout.ticket("twin").write_text(json.dumps({**other, "id": "twin"}))

    file, problem = await the_finding(full)

    assert file == "tickets/ticket_twin.json"
    assert f"number {NUMBER}, and so has ticket numbered" in problem


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"{",
        b'{"number": "2606100001", "ticket_id": "x"}',
        b'{"number": "42", "ticket_id": "numbered"}',
    ],
)
async def test_a_number_that_is_not_claimed_for_its_ticket_is_told(
    full: Store, layout: Layout, content: bytes | None
) -> None:
    """Another ticket could be given the same number."""
    (claim,) = layout.numbers.iterdir()
    claim.unlink()
    if content:
        claim.write_bytes(content)

    report = await checked(full)

    assert {finding.file for finding in report.findings} == {f"numbers/{claim.name}"}


# The log.


def without_line(path: Path, number: int) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    del lines[number - 1]
    path.write_bytes(b"".join(lines))


async def test_a_line_that_is_missing_in_the_log_is_told_with_the_version(
    full: Store, layout: Layout
) -> None:
    """Both the chain and the ticket notice it."""
    without_line(only_log(layout, "20260303"), 1)

    report = await checked(full)

    assert "does not tell version 3" in str(report.findings)
    assert any(finding.file.startswith("audit/2026-03/") for finding in report.findings)


async def test_an_event_that_is_not_logged_yet_is_told_until_it_is(
    full: Store, layout: Layout
) -> None:
    """A crash came between the ticket and its line: nothing is lost, the ticket has it."""
    only_log(layout, "20260304").unlink()

    file, problem = await the_finding(full)

    assert file.startswith("tickets/ticket_")
    assert "event of version 4 is not in the audit log" in problem


async def test_a_line_that_was_altered_is_told(full: Store, layout: Layout) -> None:
    """The chain proves it; and what it told is missing now."""
    path = only_log(layout, "20260303")
    path.write_bytes(path.read_bytes().replace(b'"after":1', b'"after":7'))

    report = await checked(full)

    assert "audit/2026-03/audit_20260303.jsonl" in {one.file for one in report.findings}
    assert "it is not what its digest says" in str(report.findings)


async def test_an_event_that_stands_twice_in_the_log_is_told(
    store: Store, layout: Layout
) -> None:
    """A history that says it twice is wrong once."""
    from storage.audit import entry

    change = make_change(make_ticket())
    await store.commit(change)
    store.audit.append([entry(change.event)])

    _file, problem = await the_finding(store)

    assert problem == "The audit log tells version 1 2 times."


async def test_an_event_that_is_another_one_in_the_log_is_told(
    store: Store, layout: Layout
) -> None:
    """Somebody wrote the log anew with everything in order but what it says."""
    from storage.chain import Head, chained

    change = make_change(make_ticket())
    await store.commit(change)
    altered = change.event.model_copy(update={"notes": "Nothing happened."})
    line, _head = chained(altered.model_dump_json(), Head())
    only_log(layout).write_bytes(line + b"\n")

    _file, problem = await the_finding(store)

    assert problem == "The event of version 1 is another one in the audit log."


async def test_a_ticket_that_was_put_back_to_an_older_version_is_told(
    store: Store, layout: Layout
) -> None:
    """A restored backup of one file undoes what was answered since."""
    created = await store.commit(make_change(make_ticket()))
    old = layout.ticket("ticket-1").read_bytes()
    await store.commit(make_change(created, now=LATER, city="Waco"))
    layout.ticket("ticket-1").write_bytes(old)

    _file, problem = await the_finding(store)

    assert problem == "The audit log tells of version 2; the file holds version 1."
    await Restoring(store).restore("ticket-1")
    assert (await checked(store)).is_clean


async def test_a_ticket_that_is_gone_is_told(full: Store, layout: Layout) -> None:
    """Somebody removed its file: the log still knows of it."""
    layout.ticket("numbered").unlink()

    file, problem = await the_finding(full)

    assert file == "tickets/ticket_numbered.json"
    assert problem == "The audit log tells of version 1; the file is not there."


# The index.


async def test_an_index_that_does_not_say_what_the_tickets_do_is_told(
    full: Store, layout: Layout
) -> None:
    """Lists are made of it: whoever has changed it has changed what is shown."""
    snapshot = read_snapshot(layout.index)
    wrong = [replace(entry, county="Bexar") for entry in snapshot.entries]
    write_snapshot(layout.index, wrong[:1] + snapshot.entries[1:], snapshot.audit_ends)

    file, problem = await the_finding(full)

    assert file == "tickets/index.json"
    assert "does not tell of ticket" in problem


async def test_an_index_that_is_late_or_gone_is_no_finding(full: Store, layout: Layout) -> None:
    """What it does not know is looked up in the tickets; it is saved now and then only."""
    await dig_deeper(full, "numbered")
    assert (await checked(full)).is_clean

    layout.index.unlink()

    assert (await checked(full)).is_clean


# Everything else.


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("work_orders/order-1/order.json", b"{"),
        ("work_orders/order-1/order.json", None),
        ("work_orders/order-1/document", None),
        ("work_orders/order-1/document", b"short"),
        ("work_orders/order-1/extraction.json", b"{"),
        ("sessions/session_s1.json", b"{"),
        ("sessions/expired/session_s2.json", b"{}"),
        ("dead_letters/extract_ticket-k.json", b"{"),
        ("tickets/ticket_a b.json", b"{}"),
        ("tickets/ticket_Ä.json", b"{}"),
        ("tickets/TICKET_a.json", b"{}"),
        ("tickets/ticket_a.json.bak", b"{}"),
        ("work_orders/a b/order.json", b"{}"),
        ("audit/2026-03/audit_20260302.jsonl.old", b""),
        ("audit/notes.txt", b""),
        ("work_orders/stray.pdf", b""),
        ("sessions/session_a b.json", b"{}"),
        ("numbers/42.json", b"{}"),
        ("dead_letters/what.txt", b""),
    ],
)
async def test_whatever_is_damaged_or_does_not_belong_there_is_told(
    full: Store, layout: Layout, name: str, content: bytes | None
) -> None:
    """Each by its file, and by nothing else."""
    path = layout.root / name
    path.unlink(missing_ok=True)
    if content is not None:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)

    file, _problem = await the_finding(full)

    assert name.startswith(file)


async def test_a_link_and_a_folder_in_the_place_of_a_ticket_are_told(
    full: Store, layout: Layout
) -> None:
    """What lies behind a link may be gone tomorrow, and is in no backup."""
    layout.ticket("link").symlink_to("nowhere")
    layout.ticket("folder").mkdir()

    report = await checked(full)

    assert {finding.file for finding in report.findings} == {
        "tickets/ticket_folder.json",
        "tickets/ticket_link.json",
    }


async def test_a_document_that_was_altered_is_told_when_documents_are_read(
    full: Store, layout: Layout
) -> None:
    """Of the same size, so only its bytes tell."""
    path = layout.work_order("order-1") / "document"
    path.write_bytes(DOCUMENT.replace(b"pole", b"pale"))

    assert (await checked(full)).is_clean
    file, problem = await the_finding(full, reads_documents=True)

    assert file == "work_orders/order-1/document"
    assert "not what was received" in problem


async def test_a_work_order_under_another_ones_name_is_told(
    full: Store, layout: Layout
) -> None:
    """Somebody copied the folder."""
    copy = layout.work_order("copy")
    copy.mkdir()
    for path in layout.work_order("order-1").iterdir():
        (copy / path.name).write_bytes(path.read_bytes())

    file, problem = await the_finding(full)

    assert file == "work_orders/copy/order.json"
    assert "holds the work order order-1" in problem


async def test_what_a_dead_writer_left_is_told_and_what_is_being_written_is_not(
    full: Store, layout: Layout
) -> None:
    """A store that is in use is full of files that are half written."""
    old = layout.tickets / ".ticket_a.json.1.0.tmp"
    for path in (old, layout.tickets / ".ticket_a.json.1.1.tmp"):
        path.write_bytes(b"half")
    long_ago = (system_clock() - timedelta(hours=30)).timestamp()
    os.utime(old, (long_ago, long_ago))

    file, problem = await the_finding(full)

    assert file == "tickets/.ticket_a.json.1.0.tmp"
    assert "30 hours ago" in problem


# While it is in use.


async def test_a_store_that_is_in_use_has_no_finding(store: Store, layout: Layout) -> None:
    """Tickets are made and changed while the check reads: that is no disagreement."""
    for number in range(20):
        await store.commit(make_change(make_ticket(f"t{number}")))
    is_over = False

    async def work(name: str) -> None:
        made = 0
        while not is_over:
            await dig_deeper(store, f"t{name}")
            await store.commit(make_change(make_ticket(f"new-{name}-{made}")))
            made += 1

    workers = [asyncio.create_task(work(str(number))) for number in range(8)]
    reports = [await checked(store) for _time in range(10)]
    is_over = True
    await asyncio.gather(*workers)

    assert [report.findings for report in reports] == [[]] * 10
    assert reports[-1].tickets > reports[0].tickets
    assert (await checked(store)).is_clean


async def test_a_ticket_that_moves_on_between_two_looks_is_no_finding(
    store: Store, layout: Layout
) -> None:
    """It was read, then changed, then the log was read."""
    await store.commit(make_change(make_ticket("t")))
    agreement = Agreement(layout, store.tickets)
    agreement.see("t")
    assert agreement.see("new") is None
    await dig_deeper(store, "t")
    await store.commit(make_change(make_ticket("new")))

    assert list(agreement.disagreements()) == []
    assert len(agreement) == 1


async def test_a_number_that_moves_on_between_two_looks_is_no_finding(store: Store) -> None:
    """It was corrected, and given to its right ticket, while the check ran."""
    wrong = make_ticket("wrong", texas811_ticket_number=NUMBER)
    ticket = await store.commit(make_change(wrong))
    check = StoreCheck(store)
    assert list(check.look_at_ticket("wrong")) == []

    await store.commit(make_change(ticket, now=LATER, texas811_ticket_number="2606100002"))
    right = make_ticket("right", texas811_ticket_number=NUMBER)
    await store.commit(make_change(right))

    assert list(check.look_at_ticket("right")) == []


# Every byte.


async def small(store: Store) -> Ticket:
    """Return a ticket of moderate size, in its second version, with another one beside it."""
    await store.commit(make_change(make_ticket("other")))
    created = await store.commit(make_change(make_ticket("t")))
    return await store.commit(make_change(created, now=LATER, city="Waco"))


Spoil = Callable[[bytes, int], bytes]


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1 << at % 8]) + content[at + 1 :]


def cut(content: bytes, at: int) -> bytes:
    return content[:at]


@pytest.mark.slow
@pytest.mark.parametrize("spoil", [flipped, cut])
async def test_any_damage_to_a_ticket_is_noticed_set_aside_and_mended(
    store: Store, layout: Layout, spoil: Spoil, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever bit a disk has turned, wherever a copy has broken off."""
    # Thousands of files: what a power cut would do to them is tested elsewhere.
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)
    ticket, other = await small(store), await store.tickets.get("other")
    path = layout.ticket("t")
    whole = path.read_bytes()

    for at in range(len(whole)):
        path.write_bytes(spoil(whole, at))
        with pytest.raises(DamagedFileError):
            await store.tickets.get("t")
        entry = store.quarantine.of_ticket("t")
        assert entry
        assert store.quarantine.content(entry) == spoil(whole, at)
        assert not path.exists()
        shutil.rmtree(layout.quarantine)  # or each would be held against all before it
        path.write_bytes(whole)
        assert await store.tickets.get("t") == ticket

    assert await store.tickets.get("other") == other
    path.write_bytes(spoil(whole, len(whole) // 2))
    await Restoring(store).restore("t")
    assert path.read_bytes() == whole
    assert (await checked(store)).is_clean


@pytest.mark.slow
@pytest.mark.parametrize("spoil", [flipped, cut])
@pytest.mark.parametrize("line", [0, 1, 2])
async def test_any_damage_to_a_line_of_the_log_is_noticed(
    store: Store, layout: Layout, spoil: Spoil, line: int
) -> None:
    """By the chain; or, where the end of the log is gone, by the ticket that misses its event."""
    await small(store)
    path = only_log(layout)
    lines = path.read_bytes().splitlines(keepends=True)

    for at in range(len(lines[line])):
        spoilt = [*lines[:line], spoil(lines[line], at), *lines[line + 1 :]]
        path.write_bytes(b"".join(spoilt))
        agreement = Agreement(layout, store.tickets)
        for ticket_id in store.tickets.ids():
            agreement.see(ticket_id)
        found = [*store.audit.verify_all(), *agreement.disagreements()]
        assert found, (at, spoilt[line][-100:])
        assert at % 100 or not (await checked(store)).is_clean
    path.write_bytes(b"".join(lines))

    assert (await store.tickets.get("other")).version == 1
    assert (await checked(store)).is_clean
