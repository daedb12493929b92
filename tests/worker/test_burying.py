"""Burying: whichever way a job ends badly, its letter says what is known of it."""

import json
import pickle
from datetime import UTC, datetime

import pytest

from config import Config
from domain.errors import UnavailableError
from jobs.extract_ticket import ExtractTicket
from jobs.job import Env
from jobs.queue import encode
from storage.dead_letters import NAMELESS, DeadLetter, Ending
from tests.jobs.orders import accepted, forget_the_queue
from tests.worker.attempts import attempt, only_letter
from worker.burying import (
    PAYLOAD_CHARACTERS_MAX,
    REASON_CHARACTERS_MAX,
    Failure,
    bury,
    bury_unrun,
)


def payload_of(job: str, *unnamed: object, **named: object) -> bytes:
    return encode({"t": None, "f": job, "a": unnamed, "k": named, "et": 0})


async def buried(env: Env, job_id: str, payload: bytes | None) -> DeadLetter:
    letter = await bury_unrun(env, job_id, payload)
    assert letter
    assert letter == await only_letter(env)
    assert letter.job_id == job_id
    return letter


async def test_a_job_whose_payload_is_gone_has_a_letter(env: Env) -> None:
    """Redis drops what it has no room for, and tells nobody."""
    letter = await buried(env, "extract_ticket:order-1", None)

    assert (letter.job, letter.ending) == (NAMELESS, Ending.EXPIRED)
    assert letter.fingerprint


@pytest.mark.parametrize(
    "payload",
    [
        b"\x00\xff not json",
        b"[1]",
        b"{}",
        pickle.dumps({"f": "errand"}),
        b'{"f":1,"a":2,"k":3}',
    ],
    ids=["no-json", "no-object", "nameless", "pickled", "odd"],
)
async def test_a_payload_that_nobody_can_read_is_kept_as_text(env: Env, payload: bytes) -> None:
    """Who wrote it may be found by what it says; a pickle is looked at and never opened."""
    letter = await buried(env, "4f0c", payload)

    assert (letter.job, letter.ending) == (NAMELESS, Ending.UNREADABLE)
    assert letter.payload == payload.decode("utf-8", "backslashreplace")


@pytest.mark.parametrize("raw", [b"\xed\xa0\x80 no text", b"\xff", b"a\x00b", b""])
async def test_an_id_that_is_no_text_has_a_letter_all_the_same(env: Env, raw: bytes) -> None:
    """To Redis an id is a row of bytes."""
    letter = await bury_unrun(env, raw.decode("utf-8", "surrogateescape"), b"{}")

    assert letter == await only_letter(env)


async def test_letters_of_unreadable_payloads_are_one_group(env: Env) -> None:
    """One client that speaks another language fills a queue."""
    one = await bury_unrun(env, "errand:1", b"\x80")
    other = await bury_unrun(env, "errand:2", b"{")

    assert one
    assert other
    assert one.fingerprint == other.fingerprint


@pytest.mark.parametrize("job", ["mow_the_lawn", "mow-the-lawn", "../mow", ""])
async def test_a_job_of_a_kind_that_nobody_knows_is_buried_with_its_arguments(
    env: Env, job: str
) -> None:
    """A release that knows it may come, and can be given it."""
    letter = await buried(env, f"{job}:big", payload_of(job, 7, lawn="big"))

    assert (letter.ending, letter.key) == (Ending.UNKNOWN, "big")
    assert letter.arguments == {"lawn": "big", "unnamed": [7]}
    assert repr(job) in letter.reason


async def test_a_job_that_the_engine_gave_up_is_filed_as_itself(env: Env) -> None:
    """It was started more often than anything should be."""
    letter = await buried(env, "4f0c", payload_of("extract_ticket", work_order_id="order-1"))

    assert (letter.job, letter.key) == ("extract_ticket", "order-1")
    assert letter.ending is Ending.FAILED


async def test_a_job_that_comes_again_by_itself_has_no_letter(env: Env) -> None:
    """Every look at what is owed would leave one, where the queue forgets its payloads."""
    assert await bury_unrun(env, "recover_work:owed", None) is None
    assert await bury_unrun(env, "4f0c", payload_of("recover_work")) is None

    assert await env.store.dead_letters.list() == []


async def test_a_payload_that_is_gone_does_not_settle_what_is_owed(env: Env) -> None:
    """The order is on the disk; that the bell forgot it must not cost its ticket."""
    order = await accepted(env)
    await forget_the_queue(env)

    await bury_unrun(env, f"extract_ticket:{order.id}", None)

    assert await env.owed() == [ExtractTicket(work_order_id=order.id)]


async def test_a_job_that_was_done_after_all_takes_the_letter_of_its_payload_away(
    env: Env,
) -> None:
    """Nobody needs to look for what has come by itself."""
    order = await accepted(env)
    job_id = f"extract_ticket:{order.id}"
    await bury_unrun(env, job_id, None)

    said = await attempt(ExtractTicket, env, job_id=job_id, work_order_id=order.id)

    assert said.startswith("done")
    assert await env.store.dead_letters.list() == []


async def test_a_letter_is_never_larger_than_a_person_can_use(env: Env) -> None:
    """A stranger's payload may be as large as Redis takes it, a reason as long as its value."""
    ended = Failure(
        job_id="4f0c", ending=Ending.UNREADABLE, reason="é" * 10_000, payload=b"\xff" * 10**6
    )

    letter = await bury(env, ended)

    assert len(letter.reason) == REASON_CHARACTERS_MAX
    assert len(letter.payload or "") == PAYLOAD_CHARACTERS_MAX


async def test_a_letter_says_when_the_job_was_queued_and_where_it_failed(env: Env) -> None:
    """How long somebody has waited already, and whose code to look at."""
    queued_at = datetime(2026, 11, 25, tzinfo=UTC)

    await attempt(ExtractTicket, env, enqueued_at=queued_at, work_order_id="nobodys")

    letter = await only_letter(env)
    assert letter.enqueued_at == queued_at
    assert (letter.error, letter.ending) == ("NotFoundError", Ending.FAILED)
    assert (letter.place or "").startswith("storage.work_orders:")
    assert any(line.startswith("jobs.extract_ticket:") for line in letter.trace)


async def test_a_disk_that_refuses_the_letter_is_named(env: Env, config: Config) -> None:
    """The engine must then leave the job where it is."""
    (config.root / "dead_letters").rmdir()

    with pytest.raises(UnavailableError):
        await bury_unrun(env, "4f0c", None)


async def test_a_letter_on_the_disk_is_what_was_returned(env: Env, config: Config) -> None:
    """Names first, no empty ones, so that it can be read without a tool."""
    await bury_unrun(env, "errand:a/b", payload_of("errand", place="a/b"))

    [path] = (config.root / "dead_letters").iterdir()
    told = json.loads(path.read_text())
    assert list(told)[:4] == ["job", "key", "arguments", "reason"]
    assert None not in told.values()
