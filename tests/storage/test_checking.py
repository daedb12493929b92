"""The check finds whatever is not as it should be, and nothing where everything is."""

import asyncio
import errno
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from domain.errors import NotFoundError
from storage.checking import StoreCheck
from storage.index_file import read_snapshot, write_snapshot
from storage.layout import Layout
from storage.performance import Performance
from storage.store import Store
from tests.builders import LATER, customer_json, make_change, make_ticket
from tests.storage.damage import NUMBER, checked, filled, the_finding
from tests.storage.processes import dig_deeper
from tests.storage.trouble import fail


@pytest.fixture
async def full(store: Store) -> Store:
    """A store with something of everything in it."""
    return await filled(store)


def everything_in(layout: Layout) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in layout.root.rglob("*") if path.is_file()}


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
    whole = path.read_bytes().replace(b'"format": 3', b'"format": 9')
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


async def test_a_volume_that_can_only_be_read_is_checked_all_the_same(
    full: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is mounted so after a failure: just then somebody wants to know what is left."""
    with monkeypatch.context() as patch:
        fail(patch, "open", errno.EROFS, at=lambda path: path.endswith(".lock"))
        report = await checked(full)

    assert report.is_clean
    assert report.tickets == 2


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
