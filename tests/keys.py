"""API keys for tests: as good as any, and cheap to prove."""

from pathlib import Path
from typing import Any

from domain.access import Role
from jobs.job import Env
from storage.api_keys import REQUESTS_PER_MINUTE_MAX, KeyTerms
from storage.clock import system_clock
from storage.key_secrets import Cost
from storage.store import Store

CHEAP = Cost(n=2, r=1, p=1)


async def make_key(env: Env, role: Role = Role.ADMIN, **terms: Any) -> str:
    """Return the text of a new key in the store; no test runs into its limit by chance."""
    return await _kept(env.store, {"role": role, **terms})


async def key_in(data: Path, role: Role = Role.ADMIN) -> str:
    """Return the text of a new key in the data directory of a service that runs."""
    return await _kept(Store(data), {"role": role})


def sent(key: str | None) -> dict[str, str]:
    """Return the headers with which a client sends this key."""
    return {"Authorization": f"Bearer {key}"} if key else {}


async def _kept(store: Store, terms: dict[str, Any]) -> str:
    now = system_clock()  # whatever the test takes for the present
    usual = {
        "name": f"test {terms['role']}",
        "created_at": now,
        "created_by": "Tess",
        "requests_per_minute": REQUESTS_PER_MINUTE_MAX,
    }
    key, text = await store.api_keys.make(KeyTerms(**{**usual, **terms}), CHEAP)
    await store.api_keys.add(key, now=now)
    return text
