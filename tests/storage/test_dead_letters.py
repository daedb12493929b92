"""Dead letters: what was given up, kept for a person."""

from datetime import timedelta
from typing import Any

import pytest

from domain.errors import RejectedError
from storage.dead_letters import DeadLetter
from storage.failures import DamagedFileError
from storage.layout import Layout
from storage.store import Store
from tests.builders import NOW


def make_letter(key: str = "order-1", **fields: Any) -> DeadLetter:
    """Return a job that failed in every attempt."""
    told = {"arguments": {"work_order_id": key}, "reason": "boom", "attempts": 5}
    return DeadLetter.model_validate(
        {"job": "extract_ticket", "key": key, **told, "buried_at": NOW, **fields}
    )


async def test_a_buried_job_is_found_with_all_that_replays_it(store: Store) -> None:
    """Its arguments are what a person needs to try again."""
    letter = make_letter()

    await store.dead_letters.bury(letter)

    assert await store.dead_letters.find("extract_ticket", "order-1") == letter
    assert await store.dead_letters.find("extract_ticket", "order-2") is None
    assert await store.dead_letters.find("validate_ticket", "order-1") is None


async def test_a_job_that_fails_again_has_one_letter_the_latest(store: Store) -> None:
    """Ten letters about one order are nine too many."""
    await store.dead_letters.bury(make_letter())

    await store.dead_letters.bury(make_letter(reason="still boom"))

    assert [letter.reason for letter in await store.dead_letters.list()] == ["still boom"]


async def test_the_latest_letter_is_listed_first(store: Store) -> None:
    """What failed just now is what somebody is asking about."""
    for hours, key in enumerate("abc"):
        await store.dead_letters.bury(
            make_letter(key, buried_at=NOW + timedelta(hours=hours % 2, minutes=hours))
        )

    assert [letter.key for letter in await store.dead_letters.list()] == ["b", "c", "a"]


@pytest.mark.parametrize("wrong", [{"job": "../x"}, {"key": "a/b"}], ids=str)
async def test_a_letter_under_an_evil_name_is_refused(
    store: Store, layout: Layout, wrong: dict[str, str]
) -> None:
    """The key of a job comes from a client."""
    with pytest.raises(RejectedError) as refused:
        await store.dead_letters.bury(make_letter(**wrong))

    assert refused.value.field == next(iter(wrong))
    assert list(layout.dead_letters.iterdir()) == []


async def test_a_damaged_letter_is_named(store: Store, layout: Layout) -> None:
    """A person must be told which file to look at."""
    path = layout.dead_letter("extract_ticket", "order-1")
    path.write_bytes(b'{"job": "extract')

    for asked in (
        store.dead_letters.find("extract_ticket", "order-1"),
        store.dead_letters.list(),
    ):
        with pytest.raises(DamagedFileError, match=path.name):
            await asked


async def test_a_damaged_letter_still_holds_its_job_down(store: Store, layout: Layout) -> None:
    """What is owed is found by the names of the letters: one bad file must not stop recovery."""
    await store.dead_letters.bury(make_letter("order-1"))
    await store.dead_letters.bury(make_letter("order-2"))
    layout.dead_letter("extract_ticket", "order-1").write_bytes(b"{")

    keys = await store.dead_letters.keys("extract_ticket")

    assert keys == {"order-1", "order-2"}
    assert await store.dead_letters.keys("validate_ticket") == set()
