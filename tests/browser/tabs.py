"""Browser tabs, and what must hold in all of them: nothing from elsewhere, nothing forbidden."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    async_playwright,
)

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
NO_BROWSER = f"there is no browser on this machine: one of {', '.join(BROWSERS)} is needed"
WAIT_MS_MAX = 10_000.0
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}


def browser_path() -> str | None:
    """Return where this machine's own browser is; none is ever downloaded."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@asynccontextmanager
async def started_browser() -> AsyncIterator[Browser]:
    """A headless browser without windows."""
    # Root may not use the sandbox; everybody else shall.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=browser_path(), args=arguments
        )
        try:
            yield browser
        finally:
            await browser.close()


class Tab:
    """A page of one service, and what the browser had to say about it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []
        page.set_default_timeout(WAIT_MS_MAX)
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self._look_at(request.url))

    async def go(self, path: str) -> None:
        """Go to a page of the service. It must be there."""
        answer = await self.page.goto(f"{self.url}{path}")
        assert answer
        assert answer.ok, f"{path}: {answer.status}"

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    async def text(self, selector: str = "main") -> str:
        """Return what a person reads there, in one line."""
        return " ".join((await self.page.locator(selector).inner_text()).split())

    def check(self) -> None:
        """Assert that nothing came from elsewhere, and that the browser had nothing to forbid."""
        assert not self.elsewhere, self.elsewhere
        assert not self.complaints, self.complaints

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{urlsplit(self.page.url).path}: {message.text}")

    def _look_at(self, url: str) -> None:
        if not url.startswith((f"{self.url}/", "data:")):
            self.elsewhere.append(url)


@asynccontextmanager
async def opened(browser: Browser, url: str, **choices: Any) -> AsyncIterator[Tab]:
    """A tab of a new browser context; `choices` are Playwright's. It is checked at its end."""
    context: BrowserContext = await browser.new_context(**{"viewport": DESK, **choices})
    try:
        tab = Tab(await context.new_page(), url)
        yield tab
        tab.check()
    finally:
        await context.close()


async def sign_in(tab: Tab, key: str, name: str = "Dana Ruiz") -> None:
    """Sign in with a key, as a person does."""
    await tab.go("/dashboard/sign-in")
    await tab.page.get_by_label("API key").fill(key)
    await tab.page.get_by_label("Your name").fill(name)
    await tab.page.get_by_role("button", name="Sign in").click()
    await tab.page.wait_for_load_state()


async def act(form: Locator, reason: str, **fields: str) -> None:
    """Open a form, fill it in, and send it; `fields` are by their labels."""
    await form.locator("summary").click()
    for label, value in fields.items():
        await form.get_by_label(label).fill(value)
    await form.get_by_label("Reason").fill(reason)
    await form.locator("form").get_by_role("button").click()
    await form.page.wait_for_load_state()
