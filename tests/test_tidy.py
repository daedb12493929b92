"""The house rules that no linter measures, each of them a test.

Every rule collects what breaks it, so that one run names all offenders.
"""

import ast
import re
import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.tree import ROOT, form, lines, python_files, rooms, stem, text, text_files, tree

FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 40
TEST_NAME_WORDS_MIN = 4

# Built so that this file does not break its own rules.
REGISTRY_HOST = re.compile(r"pypi[.]org|pythonhosted[.]org|registry[.]npmjs|deb[.]debian[.]org")
MACHINE_PATH = re.compile(r"(?<![\w.)\]}])/(?:home|Users|root|work|farm)/\w")
NAMELESS_TASK = re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X])\b(?!\(#\d+\))")
CODE_IN_PROSE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
PIN = re.compile(r"^([\w.-]+)(?:\[[\w,]+\])?==([^\s;]+)", re.MULTILINE)


def test_every_python_file_is_at_most_300_lines() -> None:
    """A file that needs scrolling has two subjects."""
    too_long = [name for name in python_files() if len(lines(name)) > FILE_LINES_MAX]

    assert too_long == []


def test_every_function_is_at_most_40_lines_without_its_docstring() -> None:
    """What does not fit on a screen is not read as a whole."""
    too_long = [
        f"{name}:{function.line} {function.name}"
        for name in python_files()
        for function in form(name).functions
        if function.length > FUNCTION_LINES_MAX
    ]

    assert too_long == []


def test_every_module_opens_with_a_docstring() -> None:
    """A module says what lives in it, and what must not."""
    silent = [name for name in python_files() if not form(name).has_docstring]

    assert silent == []


def test_every_test_is_named_by_a_sentence() -> None:
    """The name of a failed test should say what is no longer true."""
    terse = [
        f"{name} {function.name}"
        for name in python_files()
        if Path(name).name.startswith("test_")
        for function in form(name).functions
        if function.name.startswith("test_")
        and len(function.name.split("_")) - 1 < TEST_NAME_WORDS_MIN
    ]

    assert terse == []


def test_every_job_file_defines_the_one_job_it_is_named_after() -> None:
    """Whoever knows the name of a job knows its file."""
    astray = {name: jobs for name, jobs in job_files().items() if snakes(jobs) != [stem(name)]}

    assert astray == {}


def test_every_job_is_listed_in_jobs() -> None:
    """A job that the worker does not know stays in the queue for ever."""
    written = {job for jobs in job_files().values() for job in jobs}

    listed = [job.__name__ for job in import_module("jobs").JOBS]

    assert sorted(listed) == sorted(written)


def test_every_job_is_in_the_independence_contract() -> None:
    """A job never imports a job: the contract can only watch the jobs it names."""
    contracts = pyproject()["tool"]["importlinter"]["contracts"]
    independent = [one["modules"] for one in contracts if one["type"] == "independence"]

    watched = {module for modules in independent for module in modules}

    assert {f"jobs.{stem(name)}" for name in job_files()} - watched == set()


def test_every_file_has_its_place_in_the_architecture() -> None:
    """The map shows every room, as `storage/files.py` or as `files` in a listing."""
    map_text = (ROOT / "docs" / "ARCHITECTURE.md").read_text(encoding="utf-8")
    listed = "\n".join(CODE_IN_PROSE.findall(map_text))

    unmapped = [
        name
        for name in rooms()
        if not mentions(map_text, Path(name).name) and not mentions(listed, stem(name))
    ]

    assert unmapped == []


def test_no_file_names_a_package_registry() -> None:
    """Where packages come from is the business of the machine that installs them."""
    assert [name for name in text_files() if REGISTRY_HOST.search(text(name))] == []


def test_no_file_names_a_path_of_one_machine() -> None:
    """What is true on one machine only is of no use on the others."""
    assert [name for name in text_files() if MACHINE_PATH.search(text(name))] == []


def test_no_task_is_left_in_the_code_without_its_issue() -> None:
    """A note to do something later is kept where somebody will look: in an issue."""
    assert [name for name in python_files() if NAMELESS_TASK.search(text(name))] == []


def test_the_locks_hold_every_dependency_at_one_version() -> None:
    """A dependency that is not locked is missing on a fresh machine: run `make lock`."""
    run, dev = pins("run.lock"), pins("dev.lock")
    project = pyproject()["project"]
    needed = [*project["dependencies"], *project["optional-dependencies"]["embedded"]]

    assert unmet(needed, run) == []
    assert unmet(pyproject()["dependency-groups"]["dev"], dev) == []
    assert run.items() <= dev.items()


def test_the_locks_give_no_address() -> None:
    """A lock says what is installed and by what hash it is known, not where it comes from."""
    assert [
        lock for lock in ("run.lock", "dev.lock") if "://" in text(f"requirements/{lock}")
    ] == []


# The map.


def mentions(prose: str, word: str) -> bool:
    """Does the word stand in the prose by itself, not as a part of another?"""
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", prose) is not None


# The code.


def job_files() -> dict[str, list[str]]:
    """Return the files of jobs/ that define jobs, and the names of the classes."""
    found = {name: job_classes(name) for name in python_files() if name.startswith("jobs/")}
    return {name: jobs for name, jobs in found.items() if jobs}


def job_classes(name: str) -> list[str]:
    """Return the names of the classes that are made from `Job` or a kind of it, and are none."""
    return [
        node.name
        for node in tree(name).body
        if isinstance(node, ast.ClassDef)
        and (bases := set(map(ast.unparse, node.bases))) & {"Job", "HouseJob"}
        and "ABC" not in bases
    ]


def snakes(names: list[str]) -> list[str]:
    """Return the class names as file names: `ExtractTicket` as `extract_ticket`."""
    return [re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower() for name in names]


# The project file and the locks.


def pyproject() -> dict[str, Any]:
    return tomllib.loads(text("pyproject.toml"))


def pins(lock: str) -> dict[str, str]:
    """Return what a lock installs: name to version."""
    found = PIN.findall(text(f"requirements/{lock}"))
    return {canonicalize_name(name): version for name, version in found}


def unmet(needed: list[str], pinned: dict[str, str]) -> list[str]:
    """Return the requirements that no pin meets."""
    requirements = map(Requirement, needed)
    return [
        str(one)
        for one in requirements
        if not one.specifier.contains(pinned.get(canonicalize_name(one.name), "0"))
    ]
