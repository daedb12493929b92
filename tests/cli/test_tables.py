"""What is printed: in a terminal, in a pipe, and what a client has written into it."""

import asyncio
import os
import pty
import sys
from pathlib import Path

import pytest

from tests.cli.commands import ROOT

LONG = "x" * 200


def code(rows: str) -> list[str]:
    return [
        sys.executable,
        "-c",
        f"from cli.tables import print_table; print_table(('a', 'b'), {rows})",
    ]


async def piped(rows: str, **environ: str) -> str:
    """Return what a table looks like to a program that reads it."""
    process = await asyncio.create_subprocess_exec(
        *code(rows),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environ},
    )
    out, _ = await process.communicate()
    return out.decode()


async def shown(command: list[str], **environ: str) -> str:
    """Return what a person sees in a terminal of 80 columns; both outputs go there."""
    ours, theirs = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        *command,
        stdout=theirs,
        stderr=theirs,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "TERM": "xterm-256color", "COLUMNS": "80", **environ},
    )
    os.close(theirs)
    seen = await asyncio.to_thread(_all_of, ours)
    assert await process.wait() == 0
    return seen


def _all_of(descriptor: int) -> str:
    seen = b""
    while True:
        try:
            block = os.read(descriptor, 65_536)
        except OSError:  # so Linux says that the other end is closed
            block = b""
        if not block:
            os.close(descriptor)
            return seen.decode()
        seen += block


async def test_in_a_pipe_no_line_is_broken_and_nothing_is_coloured() -> None:
    """`grep` finds it whole."""
    out = await piped(f"[('{LONG}', '{LONG}')]")

    assert f"{LONG}   {LONG}" in out
    assert "\x1b" not in out


async def test_columns_sets_another_width() -> None:
    """And still nothing is cut off."""
    out = await piped(f"[('{LONG}', 'y')]", COLUMNS="60")

    assert max(map(len, out.splitlines())) <= 60
    assert out.count("x") == len(LONG)


@pytest.mark.parametrize(("environ", "is_styled"), [({}, True), ({"NO_COLOR": "1"}, False)])
async def test_a_terminal_is_shown_colours_unless_it_wants_none(
    environ: dict[str, str],
    is_styled: bool,  # noqa: FBT001 - of the table above
) -> None:
    """See no-color.org; bold is no colour."""
    red = "from rich.text import Text; from cli.tables import print_table; "
    red += "print_table(('a',), [(Text('hot', 'red'),)])"

    seen = await shown([sys.executable, "-c", red], **environ)

    assert ("\x1b[31m" in seen) is is_styled
    assert "hot" in seen


async def test_what_a_client_has_written_is_shown_and_not_obeyed() -> None:
    """Neither by rich nor by the terminal."""
    out = await piped(r"""[('[bold]x[/bold] [link=y]', '\x1b[2J\x07\u202egnp.exe')]""")

    assert "[bold]x[/bold] [link=y]" in out
    assert r"\x1b[2J\x07\u202egnp.exe" in out


async def test_long_work_is_shown_in_a_terminal_and_nowhere_else(tmp_path: Path) -> None:
    """A bar in a log would be a thousand lines."""
    work = "from cli.tables import bar\nwith bar('reading', total=50) as step:\n"
    work += "    for _ in range(50): step()"
    command = [sys.executable, "-c", work]

    seen = await shown(command)
    process = await asyncio.create_subprocess_exec(
        *command, stderr=asyncio.subprocess.PIPE, cwd=ROOT
    )
    _, error = await process.communicate()

    assert "reading" in seen
    assert "50/50" in seen
    assert error == b""
