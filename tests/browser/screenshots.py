"""`make screenshots`: pictures of every page of the dashboard, as a service in use shows them.

A whole service is started on a free port, with a data directory of its own and tickets that have
lived for weeks. For some minutes orders come in, now and then many at once; some fail, and a
worker is killed. What the plots show was seen.

`python -m tests.browser.screenshots NAME ...` takes these alone, at once if none of them shows what
happened in those minutes.
"""

import asyncio
import io
import itertools
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image
from playwright.async_api import Browser, StorageState

from domain.access import Role
from tests.browser.load import (
    SAMPLES,
    Order,
    hand_in,
    held,
    lose,
    orders,
    read_one,
    stumble,
    under_load,
)
from tests.browser.running import Running
from tests.browser.tabs import (
    DESK,
    NO_BROWSER,
    PHONE,
    browser_path,
    opened,
    sign_in,
    started_browser,
)
from tests.keys import key_in

IMAGES = Path(__file__).parents[2] / "docs" / "images"
DOCUMENT = "gas_main_relocation.pdf"
BYTES_MAX = 150_000
COLOURS = 256
STUMBLE_SECONDS = 2.0
PER_SECOND = (4.0, 9.0, 14.0, 8.0, 5.0)  # orders, by turns
TURN_SECONDS = 25.0
AT_ONCE = 300  # orders that come while nobody looks, after the first turn


class Shot(NamedTuple):
    """A picture: its name, the page, how much of it, in which light, and does it need a past?"""

    name: str
    path: str
    height: int = 900
    choices: dict[str, Any] = {}  # noqa: RUF012 - never changed
    needs_past: bool = True


SHOTS = (
    Shot("overview", "/dashboard?period=10min", 1500),
    Shot("overview-dark", "/dashboard?period=10min", 1500, {"color_scheme": "dark"}),
    Shot("overview-phone", "/dashboard", 740, {"viewport": PHONE}),
    Shot("jobs", "/dashboard/jobs"),
    Shot("job", "/dashboard/jobs/extract_ticket:{order}", 1100),
    Shot("dead-letters", "/dashboard/dead-letters", 600),
    Shot("workers", "/dashboard/workers", 700),
    Shot("schedules", "/dashboard/schedules", 1000),
    Shot("storage", "/dashboard/storage", 1000),
    Shot("tickets", "/dashboard/tickets", 1100),
    Shot("ticket", "/dashboard/tickets/{diggable}", 1300),
    Shot("document", "/dashboard/tickets/{read}/document", 1200, needs_past=False),
)


async def main(*names: str) -> int:
    """Take those that are named, or all, and say of each how large it is."""
    shots = [shot for shot in SHOTS if shot.name in names or not names]
    if browser_path() is None:
        sys.stderr.write(f"No pictures were taken: {NO_BROWSER}.\n")
        return 1
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="texas811-") as directory:
        async with (
            Running.on(Path(directory) / "data", WORKERS="2") as running,
            started_browser() as browser,
        ):
            await feed_samples(running)
            running.tickets["read"] = await read_one(running, SAMPLES / DOCUMENT)
            needs_past = any(shot.needs_past for shot in shots)
            order = await a_morning(running) if needs_past else ""
            state = await signed_in(browser, running)
            async with under_load(running, per_second=PER_SECOND[-1], seed=32):
                sizes = [await take(browser, running, state, shot, order) for shot in shots]
    return int(max(sizes) > BYTES_MAX)


async def a_morning(running: Running) -> str:
    """Let the service work, and stumble; return the id of an order that was tried twice."""
    await lose(running, 4, seed=31)
    order = await stumble(running, next(orders(seed=33)), seconds=STUMBLE_SECONDS)
    for turn, per_second in enumerate(PER_SECOND):
        async with under_load(running, per_second=per_second, seed=40 + turn):
            if turn == 1:
                async with held(running):
                    await asyncio.gather(*map(partial(hand_in, running), some(AT_ONCE)))
            if turn == len(PER_SECOND) // 2:
                running.service.kill("worker-2")
            await asyncio.sleep(TURN_SECONDS)
    return order


def some(count: int) -> Iterator[Order]:
    return itertools.islice(orders(seed=35), count)


async def feed_samples(running: Running) -> None:
    """Hand in the documents of samples/, as `make run` does."""
    for path in sorted(SAMPLES.glob("*.*")):
        if path.suffix in {".txt", ".eml", ".pdf"}:
            files = {"file": (path.name, path.read_bytes())}
            answer = await running.service.client.post("/work-orders", files=files)
            answer.raise_for_status()


async def take(
    browser: Browser, running: Running, state: StorageState, shot: Shot, order: str
) -> int:
    """Take one picture and return its size (bytes)."""
    choices = {"viewport": {**DESK, "height": shot.height}, **shot.choices}
    async with opened(browser, running.url, storage_state=state, **choices) as tab:
        await tab.go(shot.path.format(order=order, **running.tickets))
        taken = await tab.page.screenshot()
    picture = IMAGES / f"{shot.name}.png"
    size = await asyncio.to_thread(keep, taken, picture)
    sys.stdout.write(f"{picture.relative_to(IMAGES.parents[1])}  {size / 1000:.0f} kB\n")
    return size


def keep(taken: bytes, picture: Path) -> int:
    """Keep what was taken, in its commonest colours; return its size (bytes)."""
    with Image.open(io.BytesIO(taken)) as image:
        pixels = image.convert("RGB")
    counted = sorted(pixels.getcolors(pixels.width * pixels.height) or (), reverse=True)
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for _count, colour in counted[:COLOURS] for part in colour])
    few = pixels.quantize(palette=palette, dither=Image.Dither.NONE)
    few.save(picture, optimize=True)
    return picture.stat().st_size


async def signed_in(browser: Browser, running: Running) -> StorageState:
    async with opened(browser, running.url) as tab:
        await sign_in(tab, await key_in(running.data, Role.OPERATOR))
        return await tab.page.context.storage_state()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(*sys.argv[1:])))
