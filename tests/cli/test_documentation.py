"""`docs/CLI.md` against the program: commands, exit statuses, JSON."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.core import TyperGroup

from cli.__main__ import COMMANDS, make_app, run
from cli.statuses import EXIT_STATUS_OF, Status
from domain.errors import (
    ConflictError,
    NotFoundError,
    RejectedError,
    TooLargeError,
    UnavailableError,
)
from storage.failures import DamagedFileError
from tests.cli.commands import ROOT

PAGE = (ROOT / "docs" / "CLI.md").read_text(encoding="utf-8")
# It runs until it is stopped, and logs JSON lines.
WITHOUT_JSON = {"up"}


def leaves(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Yield each command that does something, by its whole name."""
    if not isinstance(command, TyperGroup):
        yield " ".join(path), command
        return
    if command.invoke_without_command:
        yield " ".join(path), command
    for name in command.commands:
        yield from leaves(command.commands[name], (*path, name))


ALL = dict(leaves(typer.main.get_command(make_app())))


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_command_stands_on_the_page(name: str) -> None:
    """What is not told of is not found."""
    assert re.search(rf"^\| `texas811 {name}[ `]", PAGE, re.MULTILINE)


def test_the_page_tells_of_no_command_that_there_is_not() -> None:
    """Somebody would look for it."""
    told = re.findall(r"^\| `texas811 ([^`]+)`", PAGE, re.MULTILINE)
    names = {re.split(r" (?:[A-Z]{2}|--)", one)[0] for one in told}

    assert names == set(ALL)


def test_every_exit_status_stands_on_the_page() -> None:
    """A script is written by whoever reads it."""
    told = re.findall(r"^\| (\d+) \| `([A-Z_]+)` \| .+ \|$", PAGE, re.MULTILINE)

    assert {name: int(number) for number, name in told} == {
        one.name: one.value for one in Status
    }


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (RejectedError, 2),
        (TooLargeError, 2),
        (NotFoundError, 3),
        (ConflictError, 4),
        (UnavailableError, 5),
        (DamagedFileError, 5),
    ],
)
def test_every_way_to_fail_has_its_status(kind: type[Exception], status: int) -> None:
    """What is a kind of the four ends as that does."""
    nearest = next(one for one in kind.__mro__ if one in EXIT_STATUS_OF)  # type: ignore[comparison-overlap]  # a failure of any kind

    assert EXIT_STATUS_OF[nearest] == status  # type: ignore[index]  # a failure of any kind


@pytest.mark.parametrize("name", sorted(ALL.keys() - WITHOUT_JSON))
def test_every_command_can_print_json(name: str) -> None:
    """Whatever a person can see, a program can have."""
    options = {option for one in ALL[name].params for option in one.opts}

    assert "--json" in options


@pytest.mark.parametrize("name", sorted({*ALL, *COMMANDS}))
def test_every_command_has_its_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Purpose first, and each option with what it is for."""
    assert run([*name.split(), "--help"]) == 0

    said = capsys.readouterr().out
    assert f"Usage: texas811 {name}" in said
    assert "--help" in said


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_option_says_what_it_is_for(name: str) -> None:
    """A name alone leaves somebody guessing."""
    silent = [
        one.name for one in ALL[name].params if one.param_type_name == "option" and not one.help
    ]

    assert silent == []
