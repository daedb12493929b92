"""A real API in a process of its own, for requests that mean harm."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.api.hostile import Target, attacked

GROWTH_BYTES_MAX = 200 * 1024 * 1024


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def target(
    redis_address: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Target]:
    """The process under attack; nothing that a client sends may show in its log or memory."""
    async with attacked(tmp_path_factory.mktemp("attacked"), redis_address) as target:
        before = target.resident_bytes()
        yield target
        assert target.accidents() == []
        assert target.strays() == []
        assert target.resident_bytes() - before < GROWTH_BYTES_MAX
