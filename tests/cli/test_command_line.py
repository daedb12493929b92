"""What holds for every command: how it fails, how it is interrupted, how it is cut off."""

import asyncio
import json
import os
import re
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path

import pytest

from cli.standard_output import _Piped
from cli.statuses import Status
from config import Config
from jobs.job import Env
from storage.store import Store
from tests.builders import make_change, make_ticket
from tests.cli.commands import ROOT, texas811
from tests.jobs.orders import DOCUMENT, accepted

NOTICE = ("--at", "2026-12-07T10:00:00-06:00", "--county", "Travis")


async def started(*arguments: str, **environ: str) -> asyncio.subprocess.Process:
    """Start a command whose output is a pipe of ours."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli", *arguments),
        env={"PATH": os.environ["PATH"], **environ},
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
        cwd=ROOT,
    )


async def test_the_version_is_that_of_the_package() -> None:
    """The first question of whoever is asked for help."""
    said = await texas811("--version")

    assert said.status == 0
    assert re.fullmatch(r"texas811 \d+\.\d+\.\d+\n", said.out)


async def test_a_name_that_is_nearly_right_is_suggested() -> None:
    """Also where the commands have not been imported."""
    said = await texas811("dead-leters", "list")

    assert said.status == 2
    assert "'dead-letters'" in said.error


@pytest.mark.parametrize(
    ("arguments", "field", "status"),
    [
        (("deadlines", "--at", "noon", "--county", "Travis", "--json"), "at", 2),
        (("deadlines", "--json", "--nothing"), None, 2),
        (("tickets", "show", "--json"), "ticket_id", 2),
        (("tickets", "list", "--json"), "DATA_DIR", 3),
        (("work-orders", "list", "--json"), "DATA_DIR", 3),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value),
)
async def test_with_json_a_failure_is_one_object_on_standard_error(
    arguments: tuple[str, ...], field: str | None, status: int, tmp_path: Path
) -> None:
    """A program need not read sentences; and standard output stays JSON or empty."""
    said = await texas811(
        *arguments, DATA_DIR=str(tmp_path / "none"), REDIS_URL="redis://127.0.0.1:1"
    )

    told = json.loads(said.error.splitlines()[-1])
    assert said.status == told["exit_status"] == status
    assert told["field"] == field
    assert set(told) == {"problem", "field", "remedy", "suggested_values", "exit_status"}
    assert told["problem"]
    assert not said.out or said.json


async def test_the_values_that_would_do_are_among_the_object() -> None:
    """As the API answers them."""
    said = await texas811("deadlines", *NOTICE, "--type", "Rush", "--json")

    assert "Emergency" in json.loads(said.error)["suggested_values"]


async def test_an_interrupted_command_says_so_and_ends_with_130(
    env: Env, config: Config
) -> None:
    """No traceback; whoever follows an order has seen what he wanted to see."""
    order = await accepted(env, DOCUMENT)
    places = {"DATA_DIR": str(config.root), "REDIS_URL": config.redis_address}
    process = await started("work-orders", "follow", order.id, **places)
    assert process.stdout is not None
    async with asyncio.timeout(20):
        await process.stdout.readline()

        process.send_signal(signal.SIGINT)
        out, error = await process.communicate()

    assert process.returncode == 130
    assert error.decode() == "Interrupted. What was done until then is done.\n"
    assert out == b""


@pytest.mark.parametrize("options", [(), ("--json",)], ids=["csv", "json"])
async def test_a_command_that_nobody_reads_ends_without_a_word(
    options: tuple[str, ...], tmp_path: Path
) -> None:
    """As in `texas811 deadlines --batch notices.csv | head -1`."""
    notices = tmp_path / "notices.csv"
    row = "2026-12-07T10:00:00-06:00,Travis,Normal\n"
    notices.write_text("submitted_at,county,ticket_type\n" + 3_000 * row)

    process = await started("deadlines", "--batch", str(notices), *options)

    assert await left_unread(process) == (141, b"")


async def test_a_table_that_nobody_reads_ends_without_a_word() -> None:
    """rich has its own way to end, with a status that would be an accident."""
    code = (
        "from cli.standard_output import end_when_unread\n"
        "from cli.tables import print_table\n"
        "end_when_unread()\n"
        "print_table(('a', 'b'), [('x' * 100, 'y')] * 3_000)"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code), stdout=PIPE, stderr=PIPE, cwd=ROOT
    )

    assert await left_unread(process) == (141, b"")


async def left_unread(process: asyncio.subprocess.Process) -> tuple[int, bytes]:
    """Read one line and no more; return the status of the process, and what it complained of."""
    assert process.stdout is not None
    assert process.stderr is not None
    async with asyncio.timeout(30):
        await process.stdout.readline()
        process._transport.get_pipe_transport(1).close()  # type: ignore[attr-defined]  # the pipe is closed as by `head`
        error = await process.stderr.read()
        return await process.wait(), error


async def test_a_text_that_the_terminal_cannot_show_is_escaped(tmp_path: Path) -> None:
    """A name with an accent must not end a list in the middle."""
    store = Store(tmp_path / "data")
    await store.open()
    await store.commit(make_change(make_ticket("t", company="Peña Boring")))

    said = await texas811(
        *("tickets", "list"), DATA_DIR=str(tmp_path / "data"), PYTHONIOENCODING="ascii"
    )

    assert said.status == 0
    assert "Pe\\xf1a Boring" in said.out


async def test_a_command_whose_output_is_closed_does_its_work_all_the_same() -> None:
    """So some starters of jobs run everything."""
    command = f"{sys.executable} -m cli deadlines {' '.join(NOTICE)} >&-"
    process = await asyncio.create_subprocess_shell(command, stderr=PIPE, cwd=ROOT)

    _out, error = await process.communicate()

    assert (process.returncode, error) == (0, b"")


def test_standard_output_on_a_full_disk_ends_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it is led to takes nothing: here, because it was opened to be read."""
    file = tmp_path / "out"
    file.touch()
    descriptor = os.open(file, os.O_RDONLY)
    try:
        with _Piped(descriptor, "wb", closefd=False) as out:
            with pytest.raises(SystemExit) as ended:
                out.write(b"x")
            assert out.write(b"x") == 1  # whoever cleans up may go on
    finally:
        os.close(descriptor)

    assert ended.value.code == Status.UNAVAILABLE
    assert capsys.readouterr().err.startswith("Standard output does not take what is printed: ")
