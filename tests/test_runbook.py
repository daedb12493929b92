"""`docs/RUNBOOK.md` against the program: what somebody types in the night is understood."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import VARIABLES
from tests.cli.test_documentation import ALL

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "RUNBOOK.md").read_text("utf-8")
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECTIONS = (
    "Deploy",
    "Scale",
    "Restore",
    "Rotate keys",
    "Redis lost",
    "Disk full",
    "A file is corrupted",
    "A worker is stuck",
    "Move in from the specification's program",
    "What is over, and what a court may ask for",
)
ENDS = frozenset({";", "|", "||", "&&", "&", "do", "done", ">"})


def commands() -> Iterator[str]:
    """Yield each command of ours that stands in a block, without what the shell makes of it."""
    for block in BLOCK.findall(PAGE):
        for line in block.splitlines():
            words = shlex.shlex(line, posix=True, punctuation_chars=True)
            words.whitespace_split = True
            command: list[str] = []
            for word in [*words, ";"]:
                if word not in ENDS:
                    command.append(word)
                    continue
                if command[:1] == ["texas811"]:
                    yield shlex.join(command)
                command = []


TYPED = sorted(set(commands()))


@pytest.mark.parametrize("typed", TYPED)
def test_every_command_is_one_that_the_program_takes(
    typed: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With its arguments and options; it is parsed, and not run."""
    _ours, *words = shlex.split(typed)
    name = max((one for one in ALL if words[: len(one.split())] == one.split()), key=len)
    for file in ("everything.ndjson", "backup-key.txt", "samples/pole_replacement.txt"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).touch()
    monkeypatch.chdir(tmp_path)

    context = ALL[name].make_context(name, words[len(name.split()) :])

    assert context.command is ALL[name]


def test_there_are_commands_for_each_thing_that_may_go_wrong() -> None:
    """A page of prose helps nobody in the night."""
    told = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
    without = [part.splitlines()[0] for part in told if "```sh" not in part]

    assert without == []
    assert {part.splitlines()[0] for part in told} >= set(SECTIONS)
    assert len(TYPED) > 40


def test_every_variable_that_it_names_is_one_of_ours() -> None:
    """Set under another name it does nothing."""
    named = set(re.findall(r"`([A-Z][A-Z_]{3,})[`=]", PAGE)) - {"REPOSITORY", "LANE"}

    assert named - set(VARIABLES) == set()


def test_every_page_that_it_leads_to_is_there() -> None:
    """Somebody follows it in a hurry."""
    leads = re.findall(r"\]\(([^)#:]+)\)", PAGE)

    assert [lead for lead in leads if not (ROOT / "docs" / lead).is_file()] == []


def test_every_variable_of_the_shell_is_set_in_the_section_that_uses_it() -> None:
    """In an empty one a command does something else, or to everything."""
    unset = []
    for part in re.split(r"^## ", PAGE, flags=re.MULTILINE):
        known = {"DATA_DIR"}
        for line in "".join(BLOCK.findall(part)).splitlines():
            known |= set(re.findall(r"(?:^|\s)(\w+)=", line)) | set(
                re.findall(r"for (\w+) in", line)
            )
            typed = re.sub(r"'[^']*'", "", line)  # what stands there is another program's
            unset += [name for name in re.findall(r"\$(\w+)", typed) if name not in known]

    assert unset == []
