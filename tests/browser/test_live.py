"""The pages move by themselves, and remember what they have seen."""

import asyncio

from playwright.async_api import Browser, StorageState, expect

from tests.browser.load import under_load
from tests.browser.running import Running
from tests.browser.tabs import Tab, opened

PER_SECOND = 20.0
BUSY_PER_SECOND = 2.0  # what only a load brings about
MOVED_SECONDS_MAX = 40.0  # also where the service has only just come up, and knows no rates yet
PLOTTED_SECONDS_MAX = 40.0  # plots of an hour are drawn of means over ten seconds


async def test_the_numbers_move_under_load_without_loading_the_page_again(
    tab: Tab, running: Running
) -> None:
    """Server-sent events bring what has changed; the page itself is loaded once."""
    await tab.go("/dashboard")
    loads: list[str] = []
    tab.page.on("load", lambda page: loads.append(page.url))
    rate = tab.page.locator("#lanes section", has_text="within_1s")
    seen = set()

    async with under_load(running, per_second=PER_SECOND, seed=21):
        async with asyncio.timeout(MOVED_SECONDS_MAX):
            while len(seen) < 4:
                seen.add(await rate.inner_text())
                await asyncio.sleep(0.2)
        await expect(tab.page.locator("#plots svg").first).to_be_visible()

    assert loads == []
    assert await tab.page.evaluate("performance.getEntriesByType('navigation').length") == 1


async def test_after_a_restart_of_everything_the_plots_still_show_the_time_before(
    browser: Browser, running: Running, operator: StorageState
) -> None:
    """What was seen is on the disk. Whoever was signed in still is."""
    async with (
        opened(browser, running.url, storage_state=operator) as tab,
        under_load(running, per_second=PER_SECOND, seed=22),
        asyncio.timeout(PLOTTED_SECONDS_MAX),
    ):
        while await highest_rate(tab) < BUSY_PER_SECOND:
            await asyncio.sleep(0.5)
    await running.stop()
    await running.start()
    async with opened(browser, running.url, storage_state=operator) as tab:
        after = await highest_rate(tab)

    assert after >= BUSY_PER_SECOND


async def highest_rate(tab: Tab) -> float:
    """Return at how many a second jobs came in at most, as the plot of the last hour tells."""
    await tab.go("/dashboard")
    plot = tab.page.locator("figure").filter(has_text="Jobs in and out")
    told = plot.locator("tr").filter(has=tab.page.get_by_text("in", exact=True))
    if not await told.count():
        return 0.0
    return float((await told.locator("td").last.inner_text()).removesuffix("/s"))
