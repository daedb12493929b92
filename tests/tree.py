"""The files of this tree, and what the house rules ask of the modules among them."""

import ast
import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
PACKAGES = ("domain", "extraction", "storage", "jobs", "worker", "api", "cli")

Function = ast.FunctionDef | ast.AsyncFunctionDef
BLOCKS = ("body", "orelse", "handlers", "finalbody", "cases")  # what holds statements


class Outline(NamedTuple):
    """A function: its name, the line it begins in, and its lines without the docstring."""

    name: str
    line: int
    length: int


class Form(NamedTuple):
    """What the rules ask of a module."""

    has_docstring: bool
    functions: list[Outline]


@cache
def tree_files() -> list[str]:
    """Return every file that is or could be committed, as paths from the root."""
    listed = git_files()
    return listed if "pyproject.toml" in listed else sorted(walked_files())


def git_files() -> list[str]:
    """Return what git lists, or nothing where there is no git or no repository."""
    git = shutil.which("git")
    if git is None:
        return []
    command = [git, "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    names = sorted(set(filter(None, done.stdout.decode().split("\0"))))
    return [name for name in names if (ROOT / name).is_file()]


def walked_files() -> Iterator[str]:
    """Yield the files of the tree where git cannot tell: all but what tools leave behind."""
    for folder, children, names in os.walk(ROOT):
        children[:] = [child for child in children if not is_litter(child)]
        yield from (str(Path(folder, name).relative_to(ROOT).as_posix()) for name in names)


def is_litter(folder: str) -> bool:
    """Is this a folder that git would ignore?"""
    hidden = folder.startswith(".") and folder not in {".ci", ".railway"}
    return hidden or folder in {"data", "build", "__pycache__"} or folder.endswith(".egg-info")


def python_files() -> list[str]:
    """Return our modules: those at the top, of the packages, the tests and the measurements."""
    places = (*PACKAGES, "tests", "bench")
    return [
        name
        for name in tree_files()
        if name.endswith(".py") and ("/" not in name or name.split("/")[0] in places)
    ]


@cache
def text_files() -> list[str]:
    """Return the files that are text; a PDF is not."""
    found = []
    for name in tree_files():
        with (ROOT / name).open("rb") as file:
            if b"\0" not in file.read(8192):
                found.append(name)
    return found


def rooms() -> list[str]:
    """Return what the architecture must show: the modules, and the files at the top."""
    return [
        name
        for name in tree_files()
        if "/" not in name
        or (
            name.endswith(".py") and name.split("/")[0] in PACKAGES and stem(name) != "__init__"
        )
    ]


@cache
def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8", errors="replace")


def lines(name: str) -> list[str]:
    return text(name).splitlines()


def stem(name: str) -> str:
    return Path(name).stem


def tree(name: str) -> ast.Module:
    return ast.parse(text(name), filename=name)


@cache
def form(name: str) -> Form:
    """Return what the rules ask of a module; its tree itself would be too much to keep."""
    module = tree(name)
    found = [Outline(node.name, node.lineno, body_lines(node)) for node in functions(module)]
    return Form(bool(ast.get_docstring(module)), found)


def functions(node: ast.AST) -> Iterator[Function]:
    """Yield the functions in a statement, those in others too: expressions hold none."""
    for part in BLOCKS:
        for one in getattr(node, part, ()):
            if isinstance(one, Function):
                yield one
            yield from functions(one)


def body_lines(function: Function) -> int:
    """Return the number of lines from the first statement to the last."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
