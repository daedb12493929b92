"""How far the sweep over all tickets is, batch by batch."""

from dataclasses import replace

import pytest

from jobs.job import Env
from jobs.recompute_timestamps import RecomputeTimestamps
from storage import tickets
from tests.builders import make_change, make_ticket


async def test_the_sweep_tells_how_many_of_how_many_it_has_seen(
    env: Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two hundred thousand tickets take minutes: somebody will ask whether it moves."""
    monkeypatch.setattr(tickets, "BATCH_TICKETS", 4)
    for number in range(10):
        await env.store.commit(make_change(make_ticket(f"ticket-{number}")))
    told: list[tuple[str, int]] = []

    class Board:
        def report(self, job_id: str, stage: str, percent: int) -> None:
            assert job_id == "recompute_timestamps:all"
            told.append((stage, percent))

    await RecomputeTimestamps().run(replace(env, board=Board()))  # type: ignore[arg-type]  # only what is used here

    assert told == [
        ("0 of 10 tickets", 0),
        ("4 of 10 tickets", 40),
        ("8 of 10 tickets", 80),
        ("10 of 10 tickets", 99),
        ("10 of 10 tickets", 100),
    ]
