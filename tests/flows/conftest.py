"""A service whose present is moved by the test."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from config import Config
from jobs.job import Env
from tests.conftest import serving
from tests.flows.site import Clock, Site


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def moved(config: Config, env: Env, clock: Clock) -> AsyncIterator[Site]:
    """A service whose present is the test's clock."""
    timed = replace(env, clock=clock)
    async with serving(config, timed) as client:
        yield Site(timed, client, clock)
