"""A client of the test's Redis, to look behind the engine's back; a ledger that nobody has run."""

from collections.abc import AsyncIterator

import pytest
from arq.connections import ArqRedis

from config import Config
from domain.runs import EntryState
from jobs import LANE_OF, awaiting
from jobs.job import Env
from jobs.queue import connect, disconnect
from tests.worker.dated import Ledger
from tests.worker.ringing import LAST


@pytest.fixture
async def redis(config: Config) -> AsyncIterator[ArqRedis]:
    redis = connect(config.redis_address)
    yield redis
    await disconnect(redis)


@pytest.fixture
def empty_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty ledger, which may be rung for from outside."""
    monkeypatch.setattr(awaiting, "LANE_OF", {**LANE_OF, "ledger": "whenever"})
    monkeypatch.setattr(Ledger, "dates", [])
    monkeypatch.setattr(Ledger, "failure", None)
    monkeypatch.setattr(Ledger, "lane", "whenever")


@pytest.fixture
async def scheduled(env: Env) -> Env:
    """An installation whose schedule knows the ledger, and nothing that is due."""
    known = {"ledger": EntryState(decided_until=LAST)}
    await env.store.schedule.dated.change(lambda _known: known)
    return env
