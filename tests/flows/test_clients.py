"""The examples of docs/CLIENTS.md, run as they stand there."""

import asyncio
import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from config import Config
from domain.access import Role
from domain.work_order import ticket_id_for, work_order_id_for
from jobs.client import WAIT_SECONDS
from jobs.job import Env
from tests.conftest import serving, working
from tests.jobs.orders import DOCUMENT

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "CLIENTS.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(python|sh)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINES_MAX = 20


def example(language: str, mentioning: str) -> str:
    [found] = [
        text for name, text in BLOCK.findall(PAGE) if name == language and mentioning in text
    ]
    return str(found)


async def run(folder: Path, command: list[str], **environ: str) -> str:
    """Return what a program prints that knows our package, this environment, and nothing else."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environ},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, said = await process.communicate()
    assert process.returncode == 0, said.decode() + out.decode()
    return out.decode()


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the program of a client runs: it has a work order, and nothing of ours."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "work_order.txt").write_bytes(DOCUMENT)
    return folder


@pytest.mark.slow
async def test_the_example_of_redis_hands_in_a_document(
    config: Config, env: Env, folder: Path
) -> None:
    """With a REDIS_URL and nothing else; a second time it is the same order."""
    program = [sys.executable, "-c", example("python", "REDIS_URL")]
    async with working(config):
        first = await run(folder, program, REDIS_URL=config.redis_address)
        again = await run(folder, program, REDIS_URL=config.redis_address)

    order = work_order_id_for("WO-48211")
    assert first == again == f"{order} becomes ticket {ticket_id_for(order)}\n"
    assert await env.store.work_orders.document(order) == DOCUMENT
    assert names_in(folder) == ["work_order.txt"]


@pytest.mark.slow
async def test_the_example_of_httpx_hands_in_facts_and_shows_the_next_question(
    config: Config, env: Env, folder: Path
) -> None:
    """With a key of a client's role."""
    program = [sys.executable, "-c", example("python", "httpx2")]
    async with working(config), serving(config, env, key=Role.CLIENT) as client:
        key = client.headers["Authorization"].removeprefix("Bearer ")
        said = await run(folder, program, TEXAS811_URL=str(client.base_url), TEXAS811_KEY=key)

    state, _, question = said.partition(" ")
    assert state == "extracted"
    assert "?" in question
    assert await env.store.tickets.find(ticket_id_for(work_order_id_for("WO-48212")))


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
async def test_the_example_of_curl_hands_in_a_document(
    config: Config, env: Env, folder: Path
) -> None:
    """As a person would try it first."""
    program = ["sh", "-c", example("sh", "curl")]
    async with working(config), serving(config, env, key=Role.CLIENT) as client:
        key = client.headers["Authorization"].removeprefix("Bearer ")
        said = await run(
            folder, program, TEXAS811_URL=str(client.base_url).rstrip("/"), TEXAS811_KEY=key
        )

    receipt = json.loads(said)
    assert receipt["work_order_id"] == work_order_id_for("WO-48211")
    assert receipt["ticket"]["ticket"]["id"] == receipt["ticket_id"]


def test_the_example_of_redis_is_short() -> None:
    """Whoever reads it should believe that it is easy; and it names the real default."""
    program = example("python", "REDIS_URL")

    assert len([line for line in program.splitlines() if line.strip()]) <= LINES_MAX
    assert f"wait_seconds={WAIT_SECONDS:g}" in program
