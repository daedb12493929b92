"""What outlives its supervisor, because it hears no signal, ends all the same."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path

import pytest

from tests.flows.service import Service, free_port
from tests.worker.errands import until
from tests.worker.processes import commands, descendants, is_alive, left_after
from tests.worker.wedged import PATIENCE_SECONDS

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("kind", ["api", "worker"])
async def test_a_child_whose_loop_is_wedged_does_not_outlive_its_parent(
    kind: str, tmp_path: Path
) -> None:
    """The kernel's SIGTERM is for a loop that moves. This one would hold port and disk for ever."""
    wedged = tmp_path / "wedged"
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.worker.wedged", kind),
        env={
            **os.environ,
            "DATA_DIR": str(tmp_path / "data"),
            "PORT": str(free_port()),
            "WEDGED": str(wedged),
        },
        stdout=PIPE,
        stderr=DEVNULL,
        cwd=Path(__file__).parents[2],
    )
    assert parent.stdout
    child = int(await parent.stdout.readline())
    try:
        await until(wedged.exists, seconds=20)

        parent.kill()
        assert await left_after({parent.pid}, seconds=5) == set()
        await asyncio.sleep(PATIENCE_SECONDS / 2)
        was_there = is_alive(child)
        left = await left_after({child}, seconds=PATIENCE_SECONDS + 3)
    finally:
        if is_alive(child):
            os.kill(child, signal.SIGKILL)
        await parent.wait()
        parent._transport.close()  # its pipe was held open by the child; else a later test is blamed

    assert was_there  # it had time to finish what it held
    assert left == set()


async def test_every_child_of_ours_knows_its_supervisor(tmp_path: Path) -> None:
    """Else it would not notice that it is gone."""
    service = await Service.up(tmp_path / "data", port=free_port())
    await service.until_started("worker-1")
    pids = {service.pids["api"], service.pids["worker-1"]}
    await until(lambda: all(commands(pids).values()))  # empty for a moment after the exec
    told = commands(pids).values()
    await service.stop()

    assert [f"--supervisor {service._process.pid} " in command for command in told] == [
        True
    ] * 2
    assert descendants(service._process.pid) == set()
