"""What the commands print: tables for people, JSON for programs, a bar while one has to wait."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unicodedata import category

if TYPE_CHECKING:
    from rich.text import Text

COLUMNS_IN_A_FILE = 160
# What a terminal may obey in place of showing it: controls, marks of direction, halves of letters.
OBEYED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
LONG_WORK_MIN = 20  # fewer steps are over before anybody has read what a bar says


def print_json(value: Any) -> None:
    """Print one JSON value."""
    json.dump(value, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")


def print_json_line(value: Any) -> None:
    """Print one JSON value on a line of its own, at once: more of them may follow much later."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def print_table(columns: Sequence[str], rows: Iterable[Sequence["str | Text"]]) -> None:
    """Print rows under their columns: in a terminal as wide as that is, with its colours.

    In a file or a pipe no line is broken, so that a search finds it whole. COLUMNS says another
    width, and NO_COLOR is heeded. What a client has written is shown and never obeyed: brackets
    are no markup, and control characters are escaped.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Column, Table

    # Folded and not cut off: an id has to be copied whole.
    heads = (Column(plain(name), overflow="fold") for name in columns)
    table = Table(*heads, box=box.SIMPLE_HEAD, header_style="bold")
    for row in rows:
        table.add_row(*map(_cell, row))
    console = Console(highlight=False)
    if not (console.is_terminal or os.environ.get("COLUMNS")):
        console.width = 100_000  # to be measured
        console.width = max(COLUMNS_IN_A_FILE, console.measure(table).maximum)
    console.print(table)


def _cell(value: "str | Text") -> "Text":
    from rich.text import Text

    return value if isinstance(value, Text) else Text(plain(value))


def plain(text: str) -> str:
    r"""Return a text that says nothing to a terminal: `\x1b[2J` is shown and clears no screen."""
    return "".join(
        ascii(letter)[1:-1] if category(letter) in OBEYED and letter not in "\n\t" else letter
        for letter in text
    )


@contextmanager
def bar(
    what: str, *, total: int | None, is_wanted: bool = True
) -> Iterator[Callable[[], None]]:
    """Show on standard error how far a long work is; call what is yielded after each step.

    Shown only where a person sees it, and gone when the work is done. A `total` of None is one
    that nobody knows.
    """
    is_long = total is None or total >= LONG_WORK_MIN
    if not (is_wanted and is_long and sys.stderr.isatty()):
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as TimeLeft

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeLeft())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=total)
        yield lambda: progress.advance(task)
