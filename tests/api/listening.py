"""Who follows a work order over HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx2


class Heard:
    """What came over a stream: its events, its comments, its other lines."""

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, object]]] = []
        self.comments: list[str] = []
        self.retries: list[str] = []

    def take(self, block: str) -> None:
        lines = [line.partition(": ") for line in block.split("\n")]
        said = {name: value for name, _colon, value in lines}
        if "data" in said:
            assert said["event"] == "progress"
            self.events.append((said["id"], json.loads(said["data"])))
        elif "retry" in said:
            self.retries.append(said["retry"])
        else:
            self.comments.append(said[""])

    @property
    def states(self) -> list[object]:
        return [event["state"] for _id, event in self.events]

    @property
    def stages(self) -> list[object]:
        return [event.get("stage") for _id, event in self.events]


async def listen_to(
    client: httpx2.AsyncClient, work_order_id: str, heard: Heard, **headers: str
) -> httpx2.Response:
    """Take what comes over the stream of an order until it ends."""
    async with client.stream(
        "GET", f"/work-orders/{work_order_id}/events", headers=headers
    ) as answer:
        rest = ""
        async for text in answer.aiter_text():
            *blocks, rest = (rest + text).split("\n\n")
            for block in blocks:
                heard.take(block)
    assert rest == ""
    return answer


@asynccontextmanager
async def listening(client: httpx2.AsyncClient, work_order_id: str) -> AsyncIterator[Heard]:
    """A client that listens while the block runs, and then goes without a word."""
    heard = Heard()
    task = asyncio.create_task(listen_to(client, work_order_id, heard))
    async with asyncio.timeout(5):
        while not heard.events and not task.done():
            await asyncio.sleep(0.01)
    try:
        yield heard
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def progress_of(
    client: httpx2.AsyncClient, work_order_id: str, wait: float = 0
) -> dict[str, object]:
    answer = await client.get(f"/work-orders/{work_order_id}/progress", params={"wait": wait})
    assert answer.headers["Cache-Control"] == "no-store"
    told: dict[str, object] = answer.raise_for_status().json()
    return told
