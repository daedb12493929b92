"""A work order: what was handed to us, and the ids that follow from it."""

from datetime import timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.audit import Actor
from domain.work_order import (
    FILENAME_CHARACTERS_MAX,
    Submission,
    WorkOrder,
    plain_filename,
    ticket_id_for,
    work_order_id_for,
)
from tests.builders import LATER, NOW, make_facts, make_order

SUBMISSION: dict[str, Any] = {
    "document": b"%PDF-1.7",
    "filename": "order.pdf",
    "stated": make_facts(),
    "requested_at": NOW,
}


def make_submission(**fields: Any) -> Submission:
    """Return a request, changed in what is given."""
    return Submission.model_validate({**SUBMISSION, **fields})


@pytest.mark.parametrize(
    "other",
    [
        {"document": b"%PDF-1.6"},
        {"document": b""},
        {"stated": make_facts(city="Dallas")},
        {"stated": make_facts(is_blasting=None)},
        {"requested_at": LATER},
        {"requested_at": None},
    ],
    ids=str,
)
def test_another_request_has_another_fingerprint(other: dict[str, Any]) -> None:
    """A key that is used again for another request must be noticed."""
    assert make_submission(**other).fingerprint() != make_submission().fingerprint()


@pytest.mark.parametrize(
    "same",
    [
        {"filename": "copy of order.pdf"},
        {"filename": None},
        {"requested_at": NOW.astimezone(timezone(timedelta(hours=-6)))},
    ],
    ids=str,
)
def test_the_same_request_has_the_same_fingerprint(same: dict[str, Any]) -> None:
    """A retry may come from another machine, under another file name and in another zone."""
    assert make_submission(**same).fingerprint() == make_submission().fingerprint()


@given(st.binary(max_size=40), st.binary(max_size=40))
def test_documents_differ_exactly_as_their_fingerprints(one: bytes, other: bytes) -> None:
    """Not even a document that imitates stated facts may pass for another."""
    first = Submission(document=one).fingerprint()
    second = Submission(document=other).fingerprint()

    assert (first == second) is (one == other)


def test_a_document_cannot_imitate_a_document_with_facts() -> None:
    """The facts are not simply glued to the bytes."""
    facts = make_facts()
    imitation = b"x\0" + facts.model_dump_json(exclude_none=True).encode()

    assert (
        Submission(document=imitation).fingerprint()
        != Submission(document=b"x", stated=facts).fingerprint()
    )


def test_a_submission_becomes_an_order_with_all_that_was_said() -> None:
    """The order is the evidence of the request."""
    submission = make_submission(actor=Actor.CUSTOM_GPT, idempotency_key="k", media_type="a/b")

    order = submission.as_work_order(work_order_id="order-1", now=LATER)

    assert order == WorkOrder(
        id="order-1",
        received_at=LATER,
        actor=Actor.CUSTOM_GPT,
        filename="order.pdf",
        media_type="a/b",
        size_bytes=8,
        stated=make_facts(),
        requested_at=NOW,
        idempotency_key="k",
        fingerprint=submission.fingerprint(),
    )


def test_work_that_names_no_time_was_asked_for_when_it_arrived() -> None:
    """The legal notice cannot begin before anybody asked."""
    order = make_submission(requested_at=None).as_work_order(work_order_id="o", now=LATER)

    assert order.requested_at == LATER


def test_an_order_is_the_same_after_a_round_trip() -> None:
    """It is stored once and read for years."""
    order = make_order(document=b"abc", stated=make_facts())

    assert WorkOrder.model_validate_json(order.model_dump_json()) == order


def test_the_ids_follow_from_the_key_and_the_order() -> None:
    """A client knows the address of its ticket before the ticket exists."""
    assert work_order_id_for("key") == work_order_id_for("key") != work_order_id_for("other")
    assert make_order("a").ticket_id == ticket_id_for("a") != ticket_id_for("b")
    assert work_order_id_for("same") != ticket_id_for("same")
    assert UUID(ticket_id_for("a")).version == 5


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": ""},
        {"id": "x" * 65},
        {"filename": "x" * 256},
        {"idempotency_key": "x" * 256},
        {"size_bytes": -1},
        {"actor": "Nobody"},
        {"colour": "red"},
    ],
    ids=lambda wrong: next(iter(wrong)) + str(len(str(wrong))),
)
def test_an_order_beyond_a_limit_is_refused(wrong: dict[str, Any]) -> None:
    """A limit on everything, at the border."""
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        WorkOrder.model_validate({**make_order().model_dump(), **wrong})


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("order.pdf", "order.pdf"),
        ("/etc/../order.pdf", "order.pdf"),
        ("C:\\orders\\order.pdf", "order.pdf"),
        ("a\0b\r\n.pdf", "ab.pdf"),
        ("x" * 300 + ".pdf", "x" * (FILENAME_CHARACTERS_MAX - 4) + ".pdf"),
        ("orders/", None),
        ("\x1b", None),
        ("", None),
        (None, None),
    ],
    ids=[
        "plain",
        "path",
        "path of Windows",
        "control",
        "long",
        "folder",
        "escape",
        "empty",
        "none",
    ],
)
def test_a_file_is_called_by_the_last_part_of_its_name(
    name: str | None, plain: str | None
) -> None:
    """What is left of it can be shown and logged; nothing left is no name."""
    assert plain_filename(name) == plain
