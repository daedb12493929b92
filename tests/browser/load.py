"""What a utility sends in a morning: orders that become tickets, and some that cannot."""

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from storage.clock import system_clock
from storage.layout import Layout
from storage.work_orders import ORDER_FILE
from tests.browser.running import WAIT_SECONDS_MAX, Running
from tests.builders import STATED

COMPANIES = (
    "Caprock Line Builders",
    "Dry Creek Line Builders LLC",
    "Lone Star Boring",
    "Pecan Gas",
)
WORKS = (
    "Replace power pole",
    "Set guy anchor",
    "Trench for conduit",
    "Bore for primary electric",
)
# County, city, and about where it lies; what is nearer than a few hundredths of a degree is drawn.
PLACES = (
    ("Travis", "Austin", 30.2711, -97.7437),
    ("Williamson", "Georgetown", 30.6333, -97.6780),
    ("Hays", "San Marcos", 29.8833, -97.9414),
    ("Bexar", "San Antonio", 29.4252, -98.4946),
    ("Brazos", "Bryan", 30.6744, -96.3700),
    ("Bell", "Temple", 31.0982, -97.3428),
    ("Smith", "Tyler", 32.3513, -95.3011),
    ("Tarrant", "Fort Worth", 32.7555, -97.3308),
)
SAMPLES = Path(__file__).parents[2] / "samples"
HEEDED_SECONDS = 0.6  # until every worker has seen a pause
LOST = "lost"  # what is put behind the name of a folder that was taken away

Order = dict[str, Any]


def orders(seed: int) -> Iterator[Order]:
    """Yield what is stated in one order after another, planned for lawful days."""
    chance = random.Random(f"orders of {seed}")  # noqa: S311 - orders that can be made again
    today = system_clock().replace(hour=15, minute=0, second=0, microsecond=0)
    for number in itertools.count(1):
        county, city, latitude, longitude = chance.choice(PLACES)
        planned = today + timedelta(days=chance.randint(7, 12))
        yield {
            **STATED,
            "company": chance.choice(COMPANIES),
            "planned_start_at": planned.isoformat(),
            "work_order_ref": f"PL-{seed}-{number:05}",
            "county": county,
            "city": city,
            "address": f"{100 + number} Bluebonnet Ln",
            "type_of_work": chance.choice(WORKS),
            "gps_coordinates": {
                "latitude": round(latitude + chance.uniform(-0.02, 0.02), 4),
                "longitude": round(longitude + chance.uniform(-0.02, 0.02), 4),
            },
        }


async def hand_in(running: Running, order: Order) -> str:
    """Hand in one order, and return its id."""
    answer = await running.service.client.post("/work-orders", json=order)
    return str(answer.raise_for_status().json()["work_order_id"])


async def read_one(running: Running, document: Path) -> str:
    """Hand in a document, and return the id of its ticket when it has been read."""
    files = {"file": (document.name, await asyncio.to_thread(document.read_bytes))}
    answer = await running.service.client.post("/work-orders", files=files)
    receipt = answer.raise_for_status().json()
    await running.until_extracted(receipt["work_order_id"])
    return str(receipt["ticket_id"])


async def busy(running: Running, *, per_second: float, seed: int = 1) -> None:
    """Hand in orders for ever; whoever wants an end cancels it."""
    for order in orders(seed):
        await hand_in(running, order)
        await asyncio.sleep(1 / per_second)


@asynccontextmanager
async def under_load(running: Running, *, per_second: float, seed: int) -> AsyncIterator[None]:
    """Orders come in while the block runs."""
    coming = asyncio.create_task(busy(running, per_second=per_second, seed=seed))
    try:
        yield
    finally:
        coming.cancel()
        await asyncio.wait([coming])
        assert coming.cancelled(), coming.exception()


async def lose(running: Running, count: int, *, seed: int) -> list[str]:
    """Take so many orders away from the disk before they are read; return their ids.

    What is accepted and then not there is no trouble of the moment: each ends as a dead letter.
    """
    async with held(running):
        lost = [
            await hand_in(running, order) for order in itertools.islice(orders(seed), count)
        ]
        for order_id in lost:
            place = _place(running, order_id)
            place.rename(_aside(place))
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        while not set(lost) <= buried(running):
            await asyncio.sleep(0.05)
    return lost


async def stumble(running: Running, order: Order, *, seconds: float) -> str:
    """Hand in an order that cannot be read for so long; return its id when it has its ticket."""
    async with held(running):
        order_id = await hand_in(running, order)
        place = _place(running, order_id)
        content = place.read_bytes()
        place.write_bytes(content[: len(content) // 2])
    await asyncio.sleep(seconds)
    place.write_bytes(content)
    await running.until_extracted(order_id)
    return order_id


def find(running: Running, order_id: str) -> None:
    """Put an order back that was taken away."""
    place = _place(running, order_id)
    _aside(place).rename(place)


def buried(running: Running) -> set[str]:
    """Return the ids of the orders of which there is a dead letter."""
    letters = Layout(running.data).dead_letters.glob("extract_ticket-*.json")
    return {letter.stem.removeprefix("extract_ticket-") for letter in letters}


@asynccontextmanager
async def held(running: Running) -> AsyncIterator[None]:
    """No order is read while the block runs."""
    client, path = running.service.client, "/queue/pauses/extract_ticket"
    word = {"by": "Lee Park", "reason": "The volume is looked at."}
    (await client.put(path, json=word)).raise_for_status()
    try:
        await asyncio.sleep(HEEDED_SECONDS)
        yield
    finally:
        (await client.delete(path, params=word)).raise_for_status()


def _place(running: Running, order_id: str) -> Path:
    return Layout(running.data).work_order(order_id) / ORDER_FILE


def _aside(place: Path) -> Path:
    return place.with_name(f"{place.name}.{LOST}")
