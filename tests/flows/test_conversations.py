"""A work order whose facts are all known is brought to a confirmed packet in two turns at most.

Each document goes in as a file, through HTTP, to a real worker. Redis is emptied before every
turn, so nothing but the disk remembers the conversation.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from config import Config
from jobs.queue import connect, disconnect
from tests.conftest import working
from tests.flows.known import OURS, known

TURNS_MAX = 2
# A start is lawful for some days only, so it is said as seen from the present.
PRESENT = datetime.now(UTC)  # noqa: TID251 - the worker beside this keeps the same time
# Those of others are not part of the project: what is here of them is talked through as well.
DOCUMENTS = sorted(
    (path for path in known(PRESENT) if path.parent == OURS or path.is_file()),
    key=lambda path: path.name,
)


async def flush(config: Config) -> None:
    """Lose everything that Redis knows."""
    redis = connect(config.redis_url)
    await redis.flushall()
    await disconnect(redis)


def content(path: Path) -> bytes:
    return path.read_bytes()


def session_of(path: Path) -> str:
    return f"talk-{path.stem}"


def replies(turn: dict[str, Any], facts: dict[str, str]) -> list[dict[str, str]]:
    """Return what a person says to the open questions: what he knows, or that it is right."""
    said = {
        gap["id"]: facts.get(gap["field"])
        or ("correct" if gap["problem"] == "please_confirm" else None)
        for gap in turn["gaps"]
    }
    return [{"gap_id": gap, "answer": words} for gap, words in said.items() if words]


async def talked_through(
    client: httpx2.AsyncClient, config: Config, path: Path, document: bytes
) -> tuple[dict[str, Any], int]:
    """Hand a document in and answer until it can be confirmed; return the turn, and how many."""
    made = await client.post(
        "/work-orders", files={"file": (path.name, document)}, params={"wait": 25}
    )
    ticket_id = made.raise_for_status().json()["ticket_id"]
    turn = (await client.get(f"/gpt/tickets/{ticket_id}")).json()
    turns = 0
    while not turn["can_be_confirmed"] and turns < TURNS_MAX + 1:
        await flush(config)
        said = {"answers": replies(turn, known(PRESENT)[path]), "by": "Raymond Tovar"}
        answer = await client.patch(
            f"/gpt/tickets/{ticket_id}",
            json={**said, "session_key": session_of(path), "version": turn["version"]},
        )
        turn, turns = answer.json(), turns + 1
        assert answer.status_code == 200, turn
        assert turn["refused"] == [], turn["refused"]
    return turn, turns


@pytest.mark.slow
@pytest.mark.parametrize("path", DOCUMENTS, ids=[path.stem for path in DOCUMENTS])
async def test_a_known_work_order_is_confirmed_after_two_turns_at_most(
    config: Config, client: httpx2.AsyncClient, path: Path
) -> None:
    """The packet is frozen, the fields are locked, and the session is the same to the end."""
    document, session = content(path), session_of(path)

    async with working(config):
        turn, turns = await talked_through(client, config, path, document)
        ticket_id = turn["ticket_id"]
        await flush(config)
        confirmed = await client.post(
            f"/gpt/tickets/{ticket_id}/confirm",
            json={
                "by": "Raymond Tovar",
                "emergency_attested": turn["facts"]["ticket_type"] == "Emergency",
                "version": turn["version"],
                "session_key": session,
            },
        )
        await flush(config)
        changed = await client.patch(f"/gpt/tickets/{ticket_id}", json={"city": "Waco"})
        ticket = (await client.get(f"/tickets/{ticket_id}")).json()["ticket"]
        packet = (await client.get(f"/tickets/{ticket_id}/packet")).json()
        found = (await client.get("/gpt/tickets", params={"session_key": session})).json()
        remembered = (await client.get(f"/sessions/{session}")).json()

    assert turns <= TURNS_MAX
    assert confirmed.json()["status"] == "Ready", confirmed.json()
    assert confirmed.json()["confirmed_by"] == "Raymond Tovar"
    assert ticket["confirmation"]["packet_fingerprint"] == packet["fingerprint"]
    assert (changed.status_code, changed.json()["field"]) == (422, "status")
    assert [one["ticket_id"] for one in found["tickets"]] == [ticket_id]
    assert remembered["ticket_id"] == ticket_id
    assert remembered["completed_steps"] == ["update_ticket", "confirm_ticket"]
    assert len(remembered["messages"]) == turns


def test_every_document_of_ours_is_talked_through() -> None:
    """A sample that is added later has to have its facts as well."""
    ours = {path for path in OURS.glob("*.*") if path.name != "README.md"}

    assert ours <= set(DOCUMENTS)
