"""The commands that speak to a running service: `queue`, `demo`, and what `up` refuses."""

import re
from pathlib import Path

import pytest

from config import Config
from jobs.job import Env
from tests.cli.commands import ROOT, texas811
from tests.conftest import serving, working
from tests.flows.service import free_port

SAMPLES = sorted(path.name for path in (ROOT / "samples").iterdir() if path.suffix != ".md")


def at(config: Config) -> dict[str, str]:
    return {"DATA_DIR": str(config.root), "REDIS_URL": config.redis_address}


async def test_the_demo_turns_every_sample_into_a_ticket(env: Env, config: Config) -> None:
    """What somebody sees in the first minute."""
    async with working(config), serving(config, env) as client:
        said = await texas811("demo", "--url", str(client.base_url), **at(config))
        again = await texas811("demo", "--url", str(client.base_url), **at(config))
        listed = (await client.get("/tickets")).json()

    assert (said.status, said.error) == (0, "")
    assert all(name in said.out for name in SAMPLES)
    assert again.out == said.out
    assert listed["total"] == len(SAMPLES)
    assert {line["id"][:8] for line in listed["tickets"]} <= set(said.out.split())


@pytest.mark.slow
async def test_the_demo_finds_the_service_by_the_port_that_is_set(
    env: Env, config: Config
) -> None:
    """The same environment as the service's own is enough."""
    async with working(config), serving(config, env) as client:
        said = await texas811("demo", PORT=str(client.base_url.port), **at(config))

    assert said.status == 0


async def test_the_demo_without_a_service_ends_with_status_5(tmp_path: Path) -> None:
    """It says what to start, and where it looked."""
    port = str(free_port())

    said = await texas811("demo", PORT=port)

    assert said.status == 5
    assert port in said.error
    assert "texas811 up" in said.error
    assert "Traceback" not in said.error


@pytest.mark.slow
async def test_a_variable_that_cannot_be_used_is_named_by_every_command(
    tmp_path: Path,
) -> None:
    """One sentence and status 2, whoever reads the settings."""
    for command in (["tickets", "list"], ["queue"], ["demo"], ["up"]):
        said = await texas811(*command, PORT="http", DATA_DIR=str(tmp_path / "data"))

        assert said.status == 2, command
        assert said.error.startswith("PORT: "), command
        assert "Traceback" not in said.error


async def test_the_help_names_every_command(tmp_path: Path) -> None:
    """Whoever types the name alone is looking for it."""
    said = await texas811("--help")

    assert said.status == 0
    for command in ("up", "demo", "extract", "queue", "tickets"):
        assert re.search(rf"^\W*{command}\s", said.out, re.MULTILINE), command
