"""`texas811 work-orders`: handed in, listed, followed to their end, cancelled while there is time."""

import asyncio
import json
from pathlib import Path

import pytest

from config import Config
from jobs.extract_ticket import ExtractTicket
from jobs.job import Env
from tests.cli.commands import Said, texas811
from tests.jobs.orders import DOCUMENT, accepted, bury

NO_REDIS = "redis://127.0.0.1:1"
WHO = ("--by", "Dana Ruiz", "--reason", "The pole stays.")


async def work_orders(*arguments: str, config: Config, redis_url: str | None = None) -> Said:
    places = {
        "DATA_DIR": str(config.root),
        "REDIS_URL": redis_url or config.redis_address,
    }
    said = await texas811("work-orders", *arguments, **places)
    assert "Traceback" not in said.error
    return said


async def test_an_order_is_followed_to_its_ticket(env: Env, config: Config) -> None:
    """Each change a line, and 0 because it went well."""
    order = await accepted(env, DOCUMENT)
    job_id = f"extract_ticket:{order.id}"
    env.board.report(job_id, "reading", 0)
    following = asyncio.create_task(work_orders("follow", order.id, "--json", config=config))
    while not await env.queue._redis.pubsub_numpat():
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.3)

    await ExtractTicket(work_order_id=order.id).run(env)
    said = await following

    lines = [json.loads(line) for line in said.out.splitlines()]
    assert said.status == 0
    assert lines[0] == {"state": "accepted", "stage": "reading", "percent": 0}
    assert lines[-1]["state"] == "extracted"
    assert lines[-1]["ticket_id"] == order.ticket_id


@pytest.mark.parametrize(("state", "status"), [("buried", 7), ("cancelled", 8)])
async def test_an_order_that_becomes_no_ticket_ends_with_another_status(
    env: Env, config: Config, state: str, status: int
) -> None:
    """Also where there is no Redis."""
    order = await accepted(env, DOCUMENT)
    if state == "buried":
        await bury(env, order, reason="The pole stays.")
    else:
        await work_orders("cancel", order.id, *WHO, config=config)

    said = await work_orders("follow", order.id, config=config, redis_url=NO_REDIS)

    assert said.status == status
    assert said.out == f"{state}: The pole stays.\n"


async def test_who_has_waited_long_enough_is_told_so(env: Env, config: Config) -> None:
    """Nobody is at work."""
    order = await accepted(env, DOCUMENT)

    said = await work_orders("follow", order.id, "--wait", "0.5", config=config)

    assert said.status == 5
    assert said.out == "queued  0 %\n"
    assert "not over within 0.5 s" in said.error


async def test_an_order_is_cancelled_by_a_person_with_a_reason(
    env: Env, config: Config
) -> None:
    """Twice is as once, Redis or not; the first decision is shown."""
    order = await accepted(env, DOCUMENT)

    first = await work_orders("cancel", order.id, *WHO, config=config)
    again = await work_orders(
        *("cancel", order.id, "--by", "Somebody Else", "--reason", "Late."),
        config=config,
        redis_url=NO_REDIS,
    )

    assert (first.status, again.status) == (0, 0)
    assert first.out == again.out
    assert "is cancelled, by Dana Ruiz at " in first.out
    assert await env.owed() == []


async def test_what_cannot_be_cancelled_is_refused(env: Env, config: Config) -> None:
    """3 for an order that nobody sent, 4 for one that is a ticket, 2 without a name."""
    order = await accepted(env, DOCUMENT)
    await ExtractTicket(work_order_id=order.id).run(env)

    unknown = await work_orders("cancel", "order-none", *WHO, config=config)
    late = await work_orders("cancel", order.id, *WHO, config=config)
    nameless = await work_orders("cancel", order.id, "--reason", "x", config=config)

    assert (unknown.status, late.status, nameless.status) == (3, 4, 2)
    assert "Cancel the ticket" in late.error


# Handed in.


def written(folder: Path, name: str, content: bytes = DOCUMENT) -> str:
    path = folder / name
    path.write_bytes(content)
    return str(path)


async def test_documents_are_accepted_without_a_service_or_redis(
    env: Env, config: Config, tmp_path: Path
) -> None:
    """Durably: a worker that starts later finds that they are owed."""
    files = [written(tmp_path, f"{n}.txt", DOCUMENT + b"%d" % n) for n in range(3)]

    said = await work_orders("submit", *files, "--json", config=config, redis_url=NO_REDIS)
    again = await work_orders("submit", *files, config=config)

    assert (said.status, again.status) == (0, 0)
    assert [one["file"] for one in said.json] == files
    assert {job.key for job in await env.owed()} == {one["work_order_id"] for one in said.json}
    for one in said.json:
        order = await env.store.work_orders.get(one["work_order_id"])
        assert order.ticket_id == one["ticket_id"]
        assert one["ticket_id"] in again.out


async def test_a_key_makes_of_the_same_document_another_order(
    env: Env, config: Config, tmp_path: Path
) -> None:
    """The same form may come once a month."""
    file = written(tmp_path, "form.txt")

    first = await work_orders("submit", file, "--json", config=config)
    second = await work_orders("submit", file, "--key", "June", "--json", config=config)

    assert first.json[0]["work_order_id"] != second.json[0]["work_order_id"]
    assert len(await env.owed()) == 2


async def test_a_document_that_is_refused_keeps_no_other_from_being_accepted(
    env: Env, config: Config, tmp_path: Path
) -> None:
    """Status 2, and each is told of by its name."""
    good, empty = written(tmp_path, "good.txt"), written(tmp_path, "empty.txt", b"")
    missing = str(tmp_path / "missing.txt")

    said = await work_orders("submit", missing, empty, good, "--json", config=config)
    shown = await work_orders("submit", missing, good, config=config)

    assert (said.status, shown.status) == (2, 2)
    assert [set(one) >= {"problem", "remedy"} for one in said.json] == [True, True, False]
    assert len(await env.owed()) == 1
    assert f"{missing}: It cannot be read: No such file" in shown.error


async def test_a_document_that_is_too_large_is_refused(
    env: Env, config: Config, tmp_path: Path
) -> None:
    """As the API refuses it, by the same setting."""
    file = written(tmp_path, "large.txt", b"x" * (1024 * 1024 + 1))
    said = await texas811(
        *("work-orders", "submit", file),
        DATA_DIR=str(config.root),
        REDIS_URL=config.redis_address,
        MAX_FILE_SIZE_MB="1",
    )

    assert said.status == 2
    assert "larger than 1 MB" in said.error
    assert await env.owed() == []


async def test_nothing_is_accepted_where_there_is_no_data_directory(
    config: Config, tmp_path: Path
) -> None:
    """There no service would ever find it."""
    said = await work_orders("submit", written(tmp_path, "a.txt"), config=config)

    assert (said.status, said.out) == (3, "")
    assert not config.root.exists()


async def test_orders_are_listed_with_how_each_stands(env: Env, config: Config) -> None:
    """The latest first; `--limit` is obeyed."""
    empty = await work_orders("list", config=config)
    done = await accepted(env, DOCUMENT)
    await ExtractTicket(work_order_id=done.id).run(env)
    waits = await accepted(env, DOCUMENT)

    listed = await work_orders("list", "--json", config=config)
    shown = await work_orders("list", config=config)
    one = await work_orders("list", "--limit", "1", "--json", config=config)

    assert empty.out == "There are no work orders.\n"
    assert [(row["work_order_id"], row["state"]) for row in listed.json] == [
        (waits.id, "accepted"),
        (done.id, "extracted"),
    ]
    assert listed.json[1]["ticket_id"] == done.ticket_id
    assert waits.id in shown.out
    assert len(one.json) == 1


async def test_an_order_is_shown_with_what_was_handed_in(env: Env, config: Config) -> None:
    """And with the ticket that it has become, or will become."""
    order = await accepted(env, DOCUMENT)

    told = await work_orders("show", order.id, "--json", config=config)
    shown = await work_orders("show", order.id, config=config)
    unknown = await work_orders("show", "order-none", config=config)

    assert told.json["work_order_id"] == order.id
    assert told.json["ticket_id"] == order.ticket_id
    assert (told.json["state"], told.json["size_bytes"]) == ("accepted", len(DOCUMENT))
    assert order.ticket_id in shown.out
    assert unknown.status == 3


async def test_a_cancellation_is_told_to_a_program_too(env: Env, config: Config) -> None:
    """The decision that stands."""
    order = await accepted(env, DOCUMENT)

    said = await work_orders("cancel", order.id, *WHO, "--json", config=config)

    assert said.json["by"] == "Dana Ruiz"
    assert said.json["reason"] == "The pole stays."
