"""The history checker can condemn: each promise that is broken has its finding."""

from pathlib import Path

import pytest

from domain.audit import Change
from domain.drafting import open_ticket
from domain.extraction import DocumentKind, Extraction
from domain.ticket import Ticket
from domain.work_order import Submission, work_order_id_for
from storage.dead_letters import DeadLetter
from storage.store import Store
from tests.builders import LATER, NOW, STATED, make_change
from tests.chaos.history import Verdict, verdict_on
from tests.chaos.receipts import Accepted, Edited, Receipts

KEY, MARK = "client-1-0", "client-1 edit"


class Scene:
    """A store with one order, its ticket and one edit, and the receipts of all that."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.store = Store(root)
        self.receipts = Receipts()

    async def make(self) -> Ticket:
        await self.store.open()
        made = await self.store.commit(await self.order(KEY))
        edited = await self.store.commit(
            make_change(made, now=LATER, work_area_description=MARK)
        )
        self.receipts.tried.add(MARK)
        self.receipts.edit(Edited(edited.id, edited.version, MARK))
        return edited

    async def order(self, key: str) -> Change:
        """Accept an order and return what makes its ticket."""
        submission = Submission.model_validate({"stated": STATED, "idempotency_key": key})
        order = submission.as_work_order(work_order_id=work_order_id_for(key), now=NOW)
        await self.store.work_orders.accept(order, b"")
        self.receipts.asked.add(key)
        self.receipts.accept(key, Accepted(order.id, order.ticket_id))
        said = Extraction(reader_version="stated", kind=DocumentKind.FIELDS)
        extraction = said.with_stated(order.stated)
        await self.store.work_orders.keep_extraction(order.id, extraction)
        return open_ticket(order, extraction, now=NOW)

    async def verdict(self) -> Verdict:
        await self.store.recover()
        return await verdict_on(self.root, self.receipts)


@pytest.fixture
async def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path / "data")


async def test_a_store_that_kept_every_promise_is_found_clean(scene: Scene) -> None:
    """Or every verdict would be worth nothing."""
    await scene.make()

    assert (await scene.verdict()).all == []


async def test_an_accepted_order_without_a_ticket_is_lost_and_owed(scene: Scene) -> None:
    """What 202 promised."""
    await scene.make()
    await scene.order("client-1-1")

    verdict = await scene.verdict()

    assert [line.split(":")[0] for line in verdict.lost] == ["order client-1-1"]
    assert [line.split(":")[0] for line in verdict.wrong] == ["still owed"]


async def test_an_order_that_was_buried_is_told_unless_it_was_poison(scene: Scene) -> None:
    """A dead letter is an honest end, but not one that a killed worker may bring about."""
    await scene.make()
    letter = {"job": "extract_ticket", "arguments": {}, "reason": "died", "attempts": 5}
    for key in ("meant", "by-mistake"):
        await scene.store.dead_letters.bury(
            DeadLetter.model_validate({**letter, "key": key, "buried_at": NOW})
        )

    verdict = await verdict_on(scene.root, scene.receipts, {"meant"})

    assert verdict.wrong == ["buried: extract_ticket by-mistake: died"]


async def test_an_edit_that_the_history_does_not_tell_is_lost(scene: Scene) -> None:
    """A client was answered 200 for it."""
    ticket = await scene.make()
    scene.receipts.edit(Edited(ticket.id, ticket.version, "another mark"))
    scene.receipts.edit(Edited(ticket.id, ticket.version + 1, "never"))

    verdict = await scene.verdict()

    assert len(verdict.lost) == 3  # two edits, and a version that was shown
    assert verdict.doubled == []


async def test_an_edit_that_was_made_twice_is_doubled(scene: Scene) -> None:
    """The client asked once."""
    ticket = await scene.make()
    other = await scene.store.commit(
        make_change(ticket, now=LATER, work_area_description="between")
    )
    await scene.store.commit(make_change(other, now=LATER, work_area_description=MARK))

    verdict = await scene.verdict()

    assert verdict.doubled == [f"{MARK!r} was written 2 times"]


async def test_a_line_that_stands_twice_in_the_log_is_doubled(scene: Scene) -> None:
    """One event for every version, and the chain says so too."""
    await scene.make()
    await scene.store.recover()
    (path,) = scene.root.glob("audit/*/audit_*.jsonl")
    path.write_bytes(path.read_bytes() + path.read_bytes().splitlines(keepends=True)[0])

    verdict = await verdict_on(scene.root, scene.receipts)

    assert len(verdict.doubled) == 2  # the event, and the creation
    assert any(line.startswith("chain: ") for line in verdict.wrong)


async def test_a_version_without_its_line_is_lost(scene: Scene) -> None:
    """A history with a hole explains nothing."""
    await scene.make()
    (path,) = scene.root.glob("audit/*/audit_*.jsonl")
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])

    verdict = await verdict_on(scene.root, scene.receipts)

    assert any(line.startswith("no event of version 2") for line in verdict.lost)


async def test_a_ticket_that_nobody_asked_for_is_told(scene: Scene) -> None:
    """An order under another key than the client's is one that was doubled on its way."""
    await scene.make()
    await scene.store.commit(await scene.order("client-1-1"))
    scene.receipts.asked.discard("client-1-1")

    verdict = await scene.verdict()

    assert [line.split(" ticket ")[0] for line in verdict.wrong] == ["nobody asked for"]


def test_one_key_that_is_answered_in_two_ways_is_told() -> None:
    """The same key gives the same answer for ever."""
    receipts = Receipts()
    receipts.accept(KEY, Accepted("order-1", "ticket-1"))
    receipts.accept(KEY, Accepted("order-1", "ticket-1"))
    assert receipts.broken == []

    receipts.accept(KEY, Accepted("order-2", "ticket-2"))

    assert len(receipts.broken) == 1
