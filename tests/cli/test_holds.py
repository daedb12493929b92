"""`texas811 holds` and `texas811 retention`: seen first, then done, by whose word."""

import pytest

from config import Config
from jobs.job import Env
from tests.builders import make_ticket
from tests.cli.commands import Said, texas811
from tests.jobs.clocks import stored


async def run(config: Config, *arguments: str) -> Said:
    given = {"DATA_DIR": str(config.root), "REDIS_URL": config.redis_address}
    return await texas811(*arguments, **given)


@pytest.mark.slow
async def test_a_ticket_is_held_and_released_where_the_service_runs(
    config: Config, env: Env
) -> None:
    """Placed, listed, kept back by the dry run, released; then it goes, once."""
    for ticket_id in ("over", "held"):
        await stored(env, make_ticket(ticket_id, status="Cancelled"))

    placed = await run(
        config, "holds", "place", "held", "--by", "Ann", "--reason", "claim", "--matter", "C-1"
    )
    planned = await run(config, "retention", "--dry-run", "--json")
    doubtful = await run(config, "retention", "--by", "Ann")
    first = await run(config, "retention", "--by", "Ann", "--although-idle")
    shown = await run(config, "tickets", "show", "over")
    released = await run(
        config, "holds", "release", "held", "--by", "Bob", "--reason", "settled"
    )
    second = await run(config, "retention", "--by", "Ann", "--although-idle", "--json")
    after = await env.store.legal_holds.list()

    assert (placed.status, placed.out) == (0, "Ticket held is held for C-1.\n")
    assert [one["name"] for one in planned.json["going"]] == ["over"]
    assert [(one["name"], one["why"]) for one in planned.json["kept"]] == [
        ("held", "legal_hold")
    ]
    assert "the clock may be wrong" in planned.json["doubt"]
    assert (doubtful.status, shown.status) == (4, 3)
    assert "--although-idle" in doubtful.error
    assert "It is kept in backups/retired/retired_" in shown.error
    assert first.out.startswith("1 removed, kept in backups/retired/retired_")
    assert "Ann holds ticket held for C-1" in first.out
    assert released.status == 0
    assert [one["name"] for one in second.json["removed"]] == ["held"]
    assert [(one.released and one.released.by) for one in after] == ["Bob"]


@pytest.mark.slow
async def test_what_is_not_there_is_neither_held_nor_released(config: Config, env: Env) -> None:
    """With the status of a thing that there is not."""
    await stored(env, make_ticket())

    placed = await run(config, "holds", "place", "x", "--by", "Ann", "--reason", "claim")
    released = await run(
        config, "holds", "release", "ticket-1", "--by", "Ann", "--reason", "settled"
    )
    nobody = await run(config, "retention")

    assert (placed.status, released.status, nobody.status) == (3, 3, 2)
    assert "--dry-run" in nobody.error
    assert "There is no ticket x." in placed.error
    assert "not held" in released.error
