"""A whole service for browsers to look at, with tickets that have lived for weeks behind it.

It can be stopped and started again at the same address, on the same disk.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

from config import Config
from tests.browser.past import lived
from tests.flows.service import Service, free_port

WAIT_SECONDS_MAX = 20.0


class Running:
    """The service, where it keeps its data, and its tickets by the names of their stories."""

    def __init__(
        self, data: Path, port: int, tickets: dict[str, str], environ: Mapping[str, str]
    ) -> None:
        self.data = data
        self.tickets = tickets
        self.url = f"http://127.0.0.1:{port}"
        self.lost: list[str] = []  # orders that were taken away from the disk
        self._port = port
        self._environ = environ
        self._service: Service | None = None

    @classmethod
    @asynccontextmanager
    async def on(cls, data: Path, **environ: str) -> AsyncIterator[Self]:
        """Make a past in this directory, and run the service on it while the block runs."""
        # In a loop of its own, or its reader, and what a job binds for the log, would stay here.
        tickets = await asyncio.to_thread(asyncio.run, lived(Config(data_dir=data)))
        running = cls(data, free_port(), tickets, environ)
        await running.start()
        try:
            yield running
        finally:
            await running.stop()

    @property
    def service(self) -> Service:
        assert self._service
        return self._service

    async def start(self) -> None:
        self._service = await Service.up(self.data, port=self._port, **self._environ)
        await self._service.until_started("worker-1")

    async def stop(self) -> None:
        assert await self.service.stop() == 0

    async def asked(self, path: str, **query: Any) -> Any:
        """Return what the API answers."""
        answer = await self.service.client.get(path, params=query)
        return answer.raise_for_status().json()

    async def until_extracted(self, work_order_id: str) -> None:
        """Wait until this order has its ticket."""
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            while (await self.asked(f"/work-orders/{work_order_id}"))["state"] != "extracted":
                await asyncio.sleep(0.05)
