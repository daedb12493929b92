"""A person with a browser, signed in to the dashboard of a real server."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2

from config import Config
from domain.access import Role
from jobs.job import Env
from tests.conftest import serving
from tests.keys import make_key

NAME = "Tess Tester"
ANY_PAGE = "/dashboard/nothing-here"  # shows the frame, and the forms in it
TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


class Browser:
    """A client that keeps cookies, follows no redirect, and fills in forms."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client

    async def get(self, path: str = "/dashboard", **asking: Any) -> httpx2.Response:
        return await self.client.get(path, **asking)

    async def text(self, path: str = "/dashboard") -> str:
        """Return the HTML of a page that is there."""
        answer = await self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def csrf(self, path: str = ANY_PAGE) -> str:
        """Return the token that the forms of a page carry."""
        found = TOKEN.search((await self.get(path)).text)
        assert found
        return found[1]

    async def sign_in(self, key: str, name: str = NAME, **fields: str) -> httpx2.Response:
        return await self.client.post(
            "/dashboard/sign-in", data={"key": key, "name": name, **fields}
        )

    async def act(
        self, path: str, *, reason: str = "because of a test", **fields: Any
    ) -> httpx2.Response:
        """Send a form of ours; a list is sent as many values of one name."""
        data = {"csrf": await self.csrf(), "reason": reason, **fields}
        return await self.client.post(path, data=data)


@asynccontextmanager
async def visiting(config: Config, env: Env, **wiring: Any) -> AsyncIterator[Browser]:
    """A browser in which nobody is signed in yet."""
    async with serving(config, env, key=None, **wiring) as client:
        yield Browser(client)


@asynccontextmanager
async def signed_in(
    config: Config, env: Env, role: Role = Role.OPERATOR, **wiring: Any
) -> AsyncIterator[Browser]:
    """A browser in which a person is signed in, with a new key of this role."""
    async with visiting(config, env, **wiring) as browser:
        answer = await browser.sign_in(await make_key(env, role))
        assert answer.status_code == 303, answer.text
        yield browser
