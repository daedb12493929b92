"""One service and one browser for all tests of this folder."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, StorageState

from domain.access import Role
from tests.browser.running import Running
from tests.browser.tabs import NO_BROWSER, Tab, browser_path, opened, sign_in, started_browser
from tests.keys import key_in

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these share a browser, so they share its loop, and a machine that is not busy.

    They come first: so they stay together in one process, and what another takes from it, when it
    has done its own, are those behind them. Their service lives to the end, and is idle by then.
    """
    marks = [pytest.mark.slow, pytest.mark.alone]
    if browser_path() is None:
        marks.append(pytest.mark.skip(reason=NO_BROWSER))
    ours = [item for item in items if item.path.is_relative_to(HERE)]
    items[:] = ours + [item for item in items if not item.path.is_relative_to(HERE)]
    for item in ours:
        for mark in marks:
            item.add_marker(mark)
        item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """This machine's own browser, without windows."""
    async with started_browser() as browser:
        yield browser


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """A whole service, with tickets of the weeks before."""
    async with Running.on(tmp_path_factory.mktemp("browser") / "data") as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def operator(browser: Browser, running: Running) -> StorageState:
    """What a browser keeps of an operator who has signed in."""
    async with opened(browser, running.url) as tab:
        await sign_in(tab, await key_in(running.data, Role.OPERATOR))
        return await tab.page.context.storage_state()


@pytest_asyncio.fixture(loop_scope="session")
async def tab(
    browser: Browser, running: Running, operator: StorageState, request: pytest.FixtureRequest
) -> AsyncIterator[Tab]:
    """A tab in which an operator is signed in; a test may be asked with and without scripts."""
    has_scripts: Any = getattr(request, "param", True)
    async with opened(
        browser, running.url, storage_state=operator, java_script_enabled=has_scripts
    ) as tab:
        yield tab
