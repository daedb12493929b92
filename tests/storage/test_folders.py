"""Whatever lies in the store beside tickets and log: damaged, altered, or not ours."""

import os
from datetime import timedelta

import pytest

from storage.clock import system_clock
from storage.layout import Layout
from storage.store import Store
from tests.storage.damage import DOCUMENT, checked, filled, the_finding


@pytest.fixture
async def full(store: Store) -> Store:
    """A store with something of everything in it."""
    return await filled(store)


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
