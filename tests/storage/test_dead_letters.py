"""Dead letters: what was given up, kept for a person."""

import asyncio
import os
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import NotFoundError, RejectedError
from storage import dead_letters
from storage.dead_letters import (
    DeadLetter,
    Dropped,
    Ending,
    fingerprint_of,
    normalised,
    safe_job,
    safe_key,
)
from storage.failures import DamagedFileError
from storage.layout import NAME, Layout
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


async def test_a_letter_of_an_earlier_release_is_still_read(
    store: Store, layout: Layout
) -> None:
    """It was written for a person, who may come after the update."""
    layout.dead_letter("extract_ticket", "order-1").write_text(
        """{
  "job": "extract_ticket", "key": "order-1", "arguments": {"work_order_id": "order-1"},
  "reason": "boom", "attempts": 5, "buried_at": "2026-03-02T15:00:00Z"
}"""
    )

    [letter] = (await store.dead_letters.survey()).letters

    assert letter.id == "extract_ticket:order-1"
    assert (letter.ending, letter.fingerprint, letter.lost_workers) == (None, None, 0)
    assert letter.group == make_letter("order-2", reason="boom").group
    assert letter.group != make_letter("order-2", reason="bang").group


async def test_a_letter_keeps_everything_that_was_said(store: Store) -> None:
    """What is lost here is lost for good: the queue has forgotten it."""
    letter = make_letter(
        job_id="extract_ticket:a/b",
        ending=Ending.UNREADABLE,
        error="ValueError",
        place="storage.files:stage",
        trace=["storage.files:stage:1"],
        fingerprint="0123456789ab",
        lost_workers=2,
        enqueued_at=NOW,
        payload="\\x80\x04\udcff".encode("utf-8", "backslashreplace").decode(),
        arguments={"depth": float("inf"), "names": ["Läufer", None, {"a": 1}]},
    )

    await store.dead_letters.bury(letter)

    assert await store.dead_letters.find("extract_ticket", "order-1") == letter


async def test_a_survey_passes_a_damaged_letter_by_and_names_it(
    store: Store, layout: Layout
) -> None:
    """One bad file must not hide the others, nor be hidden by them."""
    await store.dead_letters.bury(make_letter("order-1"))
    other = layout.dead_letter("extract_ticket", "order-2")
    other.write_bytes(layout.dead_letter("extract_ticket", "order-1").read_bytes())
    layout.dead_letter("extract_ticket", "order-3").write_bytes(b"\xff{")
    layout.dead_letter("extract_ticket", "order-4").mkdir()

    survey = await store.dead_letters.survey()

    assert [letter.key for letter in survey.letters] == ["order-1"]
    damaged = {finding.file: finding.problem for finding in survey.damaged}
    assert set(damaged) == {f"dead_letters/extract_ticket-order-{n}.json" for n in (2, 3, 4)}
    assert "the letter of extract_ticket order-1" in damaged[f"dead_letters/{other.name}"]
    assert await store.dead_letters.count() == 4


async def test_a_survey_of_what_is_no_data_directory_is_refused(layout: Layout) -> None:
    """No letters, and no directory, are two different answers."""
    with pytest.raises(NotFoundError):
        await Store(layout.root).dead_letters.survey()


DROPPED = Dropped(by="Dana", at=NOW, reason="a duplicate")


async def test_a_dropped_letter_is_no_task_and_still_holds_its_job_down(store: Store) -> None:
    """What was owed would else be rung for again at once, and fail again."""
    await store.dead_letters.bury(make_letter())

    dropped = await store.dead_letters.drop("extract_ticket", "order-1", DROPPED)

    letters = store.dead_letters
    assert dropped == make_letter(dropped=DROPPED)
    assert (await letters.survey()).letters == await letters.list() == []
    assert (await letters.survey(dropped=True)).letters == [dropped]
    assert await letters.find("extract_ticket", "order-1") == dropped
    assert await letters.keys("extract_ticket") == {"order-1"}
    assert await letters.count() == 0
    assert letters.is_kept("extract_ticket", "order-1")


async def test_a_dropped_job_that_fails_again_has_a_letter_again(store: Store) -> None:
    """Somebody has replayed it; that it failed is news."""
    await store.dead_letters.bury(make_letter())
    await store.dead_letters.drop("extract_ticket", "order-1", DROPPED)

    await store.dead_letters.bury(make_letter(reason="still boom"))

    found = await store.dead_letters.find("extract_ticket", "order-1")
    assert found == make_letter(reason="still boom")


async def test_a_job_that_succeeds_after_all_leaves_no_letter_dropped_or_not(
    store: Store, layout: Layout
) -> None:
    """There is nothing left that a person could do."""
    for key in ("order-1", "order-2"):
        await store.dead_letters.bury(make_letter(key))
        await store.dead_letters.drop("extract_ticket", key, DROPPED)
    await store.dead_letters.bury(make_letter("order-1"))

    await store.dead_letters.forget("extract_ticket", "order-1")

    assert await store.dead_letters.keys("extract_ticket") == {"order-2"}
    assert not store.dead_letters.is_kept("extract_ticket", "order-1")
    assert len(list(layout.dead_letters.iterdir())) == 1


async def test_a_letter_that_is_not_there_cannot_be_dropped(store: Store) -> None:
    """Somebody was faster, or it was mistyped."""
    with pytest.raises(NotFoundError, match="extract_ticket order-1"):
        await store.dead_letters.drop("extract_ticket", "order-1", DROPPED)


@given(keys=st.lists(st.text(max_size=80), min_size=2, max_size=2, unique=True))
def test_every_key_has_a_file_name_of_its_own(keys: list[str]) -> None:
    """Ids come from clients; no two of them may share a letter."""
    one, other = map(safe_key, keys)

    assert NAME.fullmatch(one)
    assert one != other
    assert safe_key(one) == one


@given(job=st.text(max_size=80) | st.sampled_from(["nameless", "dropped", "a-b", "a_b"]))
def test_a_kind_of_job_has_no_hyphen_in_its_file_name(job: str) -> None:
    """The first hyphen is where the key begins."""
    safe = safe_job(job)

    assert NAME.fullmatch(safe)
    assert "-" not in safe
    assert safe not in {"nameless", "dropped"}
    assert safe_job(safe) == safe


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ticket 17 is at version 3", "ticket 9 is at version 12"),
        ("no order 5b0e6e2c-1111-5d3f", "no order 9f4e6e2c-2222-5d3f"),
        ("no order order-17", "no order order-18"),
        ("'Dallas' is no county", "'Travis' is no county"),
        ("file /data/a1.json is bad", "file /data/b2.json is bad"),
    ],
)
def test_what_differs_from_case_to_case_makes_no_group(one: str, other: str) -> None:
    """A hundred tickets that fail alike are one thing to mend."""
    assert normalised(one) == normalised(other)
    assert fingerprint_of(one) == fingerprint_of(other)
    assert fingerprint_of(one) != fingerprint_of(one, "and more")


async def test_whether_there_is_any_letter_is_known_without_a_listing(
    store: Store, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every job asks when it has succeeded; and the first letter must be seen at once."""
    monkeypatch.setattr(dead_letters, "TICK_NS", 20_000_000)
    letters, listed, real = store.dead_letters, list[str](), os.scandir
    await asyncio.sleep(0.06)
    before = letters.has_any()
    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", lambda path: listed.append(path) or real(path))
        again = letters.has_any()

    await letters.bury(make_letter())

    assert (before, again, listed) == (False, False, [])
    assert letters.has_any()
    await letters.forget(make_letter().job, make_letter().key)
    assert not letters.has_any()
