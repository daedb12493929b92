"""`texas811 backups restore` that is pending, called off, or stopped by Ctrl-C."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from config import Config
from storage.layout import Layout
from storage.restore_gate import RestoreGate
from storage.restore_journal import read_journal
from storage.whole_restore import WholeRestore
from tests.cli.commands import ROOT, texas811
from tests.storage.restores import DANA, REASON, add, backed_up, state_of


async def test_what_is_pending_is_told_and_called_off_before_another_is_asked_for(
    config: Config,
) -> None:
    await add(config.root, "a")
    filename = backed_up(config.root)
    told = {"DATA_DIR": str(config.root), "REDIS_URL": config.redis_address}
    WholeRestore(Layout(config.root)).ask_now(filename, by=DANA, reason=REASON)
    another = ("backups", "restore", "latest", "--by", "Lee", "--reason", "Mine")

    refused = await texas811(*another, **told)
    doctor = await texas811("doctor", "--brief", "--json", **told)
    off = await texas811("backups", "restore", "--call-off", "--by", "Lee", **told)
    nothing = await texas811("backups", "restore", "--go-on", "--by", "Lee", **told)
    unclear = await texas811("backups", "restore", "--by", "Lee", **told)
    done = await texas811(*another, **told)

    assert (refused.status, "--call-off, or --go-on" in refused.error) == (4, True)
    assert f"of {filename} by Dana Ruiz" in doctor.out
    assert (off.status, "Everything is as it was before." in off.out) == (0, True)
    assert (nothing.status, unclear.status, done.status) == (3, 2, 0)


@pytest.mark.slow
async def test_ctrl_c_leaves_everything_as_it_was_and_says_so(tmp_path: Path) -> None:
    root = tmp_path / "data"
    await add(root, "a")
    backed_up(root)
    await add(root, "b")
    before = state_of(root)
    with RestoreGate(Layout(root)):  # so it waits, at its last step but one
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "cli", "backups", "restore", "latest"),
            *("--by", "Dana", "--reason", "A mistake"),
            env={**os.environ, "DATA_DIR": str(root)},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            cwd=ROOT,
        )
        async with asyncio.timeout(60):
            while not ((journal := read_journal(Layout(root))) and journal.phase == "unpacked"):
                await asyncio.sleep(0.01)
            process.send_signal(signal.SIGINT)
            out, error = await process.communicate()

    assert process.returncode == 8, error
    assert b"Everything is as it was before." in out
    assert state_of(root) == before
    assert read_journal(Layout(root)) is None
