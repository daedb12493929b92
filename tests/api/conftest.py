"""A real API in a process of its own, for requests that mean harm; and what the API says of itself."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from api.app import create_app
from config import Config
from jobs.wiring import make_env
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


@pytest.fixture(scope="session")
def description(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The OpenAPI document, which is the same in every application; only to be looked at.

    It takes more than half a second, of which a test that looks at it spends nothing else.
    """
    config = Config(data_dir=tmp_path_factory.mktemp("described"), redis_url="redis://nowhere")
    app = create_app(make_env(config), document_bytes_max=config.document_bytes_max)
    return app.openapi()
