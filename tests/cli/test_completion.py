"""Tab: the protocol of the shells, spoken with a real process."""

import sys
from asyncio.subprocess import PIPE, create_subprocess_exec
from pathlib import Path

import pytest

from cli.__main__ import COMMANDS
from config import Config
from jobs.job import Env
from jobs.lanes import LANES
from tests.cli.commands import ROOT, texas811
from tests.cli.test_dead_letters import make_letter
from tests.jobs.orders import DOCUMENT, accepted

HEAVY = {"asyncio", "cli.queue", "config", "domain.ticket", "rich", "storage.store"}


async def completed(*words: str, **environ: str) -> list[str]:
    """Return what bash would be offered for the last of these words."""
    asked = {
        "_TEXAS811_COMPLETE": "complete_bash",
        "COMP_WORDS": " ".join(("texas811", *words)),
        "COMP_CWORD": str(len(words)),
    }
    said = await texas811(**asked, **environ)
    assert (said.status, said.error) == (0, "")
    return said.out.split()


async def test_every_command_is_offered() -> None:
    """In the order of the help."""
    assert await completed("") == list(COMMANDS)
    assert await completed("de") == [name for name in COMMANDS if name.startswith("de")]


async def test_the_names_are_offered_without_importing_a_command() -> None:
    """Whoever presses Tab notices a tenth of a second."""
    code = (
        "import sys, cli.__main__\n"
        "try: cli.__main__.main()\n"
        "finally: print(*sys.modules, file=sys.stderr)"
    )
    process = await create_subprocess_exec(
        *(sys.executable, "-c", code),
        env={
            "PYTHONPATH": str(ROOT),
            "_TEXAS811_COMPLETE": "complete_bash",
            "COMP_WORDS": "texas811 ",
            "COMP_CWORD": "1",
        },
        stdout=PIPE,
        stderr=PIPE,
        cwd=ROOT,
    )
    out, loaded = await process.communicate()

    assert out.decode().split() == list(COMMANDS)
    assert set(loaded.decode().split()) & HEAVY == set()


async def test_options_and_commands_within_a_command_are_offered() -> None:
    """Those of the one that is named."""
    assert {"--wait", "--json", "--help"} <= set(await completed("work-orders", "follow", "--"))
    assert {"pause", "resume"} <= set(await completed("queue", ""))
    assert "--version" in await completed("--")


async def test_lanes_and_jobs_are_offered_by_name() -> None:
    """Nobody knows them by heart."""
    offered = await completed("queue", "pause", "")

    assert set(LANES) < set(offered)
    assert "extract_ticket" in offered
    assert await completed("ring", "reco") == ["recompute_timestamps", "recover_work"]


async def test_what_lies_in_the_store_is_offered_by_its_id(env: Env, config: Config) -> None:
    """An id is 36 letters long."""
    order = await accepted(env, DOCUMENT)
    await env.store.dead_letters.bury(make_letter("a1", fingerprint="a" * 12))
    at = {"DATA_DIR": str(config.root)}

    assert await completed("work-orders", "show", order.id[:3], **at) == [order.id]
    assert await completed("dead-letters", "show", "", **at) == ["validate_ticket"]
    assert await completed("dead-letters", "drop", "validate_ticket", "", **at) == ["a1"]
    assert await completed("dead-letters", "replay", "--fingerprint", "", **at) == ["a" * 12]


@pytest.mark.parametrize("environ", [{}, {"PORT": "http"}], ids=["no store", "no settings"])
async def test_where_nothing_can_be_read_nothing_is_offered(
    environ: dict[str, str], tmp_path: Path
) -> None:
    """An error would be written into the line that is being typed."""
    at = {"DATA_DIR": str(tmp_path / "none"), **environ}

    assert await completed("work-orders", "show", "", **at) == []
    assert await completed("dead-letters", "show", "", **at) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
async def test_the_script_of_each_shell_is_shown(shell: str) -> None:
    """It calls `texas811` with the variable that the program answers to."""
    # Without this it is shown for the shell that runs the tests, whichever that is.
    said = await texas811(
        "--show-completion", shell, _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1"
    )

    assert said.status == 0
    assert (
        "_TEXAS811_COMPLETE=" in said.out or f"_TEXAS811_COMPLETE complete_{shell}" in said.out
    )
