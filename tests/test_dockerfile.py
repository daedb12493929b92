"""The Dockerfile's steps, run in a bare directory as far as they can be without an engine."""

import asyncio
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import httpx2
import pytest

from tests.flows.service import START_SECONDS_MAX, free_port
from tests.keys import key_in, sent
from tests.test_tidy import PIN
from tests.tree import tree_files

ROOT = Path(__file__).parents[1]
DOCKERFILE, IGNORED = ROOT / "Dockerfile", ROOT / ".dockerignore"
ENVIRONMENT = "/opt/texas811"  # of Python, in the image
# A pin, and then at least one hash: pip takes no other with --require-hashes.
LOCKED = re.compile(
    r"[a-z0-9._-]+(\[[\w,]+\])?==[^\s;]+( ; .+?)?( \\\n    --hash=sha256:[0-9a-f]{64})+"
)


class Step(NamedTuple):
    """An instruction: in which stage, its name, and what follows."""

    stage: int
    name: str
    given: str


def steps(text: str) -> list[Step]:
    """Return the instructions of a Dockerfile, without comments, each on one line."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ").splitlines()
    found: list[Step] = []
    stage = -1
    for line in joined:
        name, given = line.split(maxsplit=1)
        stage += name == "FROM"
        found.append(Step(stage, name, given))
    return found


STEPS = steps(DOCKERFILE.read_text("utf-8"))
LAST = [step for step in STEPS if step.stage == STEPS[-1].stage]


def given(name: str, among: list[Step] = LAST) -> list[str]:
    return [step.given for step in among if step.name == name]


def sources(among: list[Step]) -> list[tuple[list[str], str]]:
    """Return what is copied from this directory, and where to."""
    copies = [shlex.split(one) for one in given("COPY", among) if not one.startswith("--from")]
    return [(words[:-1], words[-1]) for words in copies]


def test_all_that_is_copied_is_kept_in_git_and_sent_to_the_builder() -> None:
    """A file that only one desk has would be missing from the image that is deployed."""
    tracked = tree_files()
    sent_to = {line[1:] for line in IGNORED.read_text("utf-8").splitlines() if line[:1] == "!"}
    copied = {source for group, _to in sources(STEPS) for source in group}

    for source in copied:
        assert (ROOT / source).exists(), source
        assert source in tracked or any(name.startswith(f"{source}/") for name in tracked)
    assert copied == sent_to
    assert "*" in IGNORED.read_text("utf-8").splitlines()


def test_every_package_that_the_project_has_is_copied() -> None:
    """One that was forgotten would be missed at the first request for it."""
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    copied = {source for group, _to in sources(STEPS) for source in group}

    assert packages - {"tests"} <= copied


def test_it_starts_without_a_shell_and_says_everything_at_once() -> None:
    """A shell before it keeps SIGTERM to itself, and a buffer the last words of who is killed."""
    [command] = given("CMD")
    words = dict(one.split("=", 1) for line in given("ENV") for one in shlex.split(line))

    assert json.loads(command) == ["texas811", "up"]
    assert given("ENTRYPOINT") == []
    assert words["PYTHONUNBUFFERED"] == "1"
    assert words["HOST"] == "*"
    assert words["PATH"].startswith(f"{ENVIRONMENT}/bin:")
    assert given("USER") == ["texas811"]
    # The platform refuses one, and DATA_DIR would be believed before its volume is looked for.
    assert given("VOLUME", STEPS) == []
    assert "DATA_DIR" not in words
    assert not re.search("KEY|SECRET|TOKEN|PASSWORD", " ".join(words), re.IGNORECASE)


def test_both_stages_run_the_same_python() -> None:
    """An environment that was made by one is of no use to another."""
    first, last = (one.removesuffix(" AS build") for one in given("FROM", STEPS))

    assert first == last
    assert f"python:{sys.version_info.major}.{sys.version_info.minor}" >= last.split("-")[0]
    assert given("COPY") == [f"--from=build {ENVIRONMENT} {ENVIRONMENT}"]


def test_the_image_has_what_reads_pictures_and_no_lists_of_packages() -> None:
    """The same package that `make run` installs; the lists are half as large again."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    [package] = re.findall(r"^OCR_PACKAGES := (.+)$", makefile, re.MULTILINE)
    [installed] = [one for one in given("RUN") if "apt-get" in one]

    assert f"--no-install-recommends {package} &&" in installed
    assert installed.endswith("rm -rf /var/lib/apt/lists/*")


def test_everything_in_the_lock_has_its_version_and_its_hashes() -> None:
    """Else pip takes nothing at all."""
    text = (ROOT / "requirements" / "run.lock").read_text("utf-8")
    rest = LOCKED.sub("", re.sub(r"^#.*$", "", text, flags=re.MULTILINE))

    assert rest.strip() == ""
    assert len(PIN.findall(text)) > 30


@pytest.mark.slow
async def test_what_is_installed_from_a_bare_directory_starts_and_makes_a_ticket(
    tmp_path: Path,
) -> None:
    """Every step of the build that is a command of Python; then the service, far from its source."""
    bare, environment = tmp_path / "src", tmp_path / "opt"
    for group, to in sources(STEPS):
        for source in group:
            copy(ROOT / source, bare / (Path(to) / source if to == "./" else to))
    commands = [one for one in given("RUN", STEPS) if ENVIRONMENT in one]
    assert len(commands) == 3
    for command in commands:
        run(command.replace(ENVIRONMENT, str(environment)), bare)
        if command.startswith("python -m venv"):
            lend_what_is_locked(environment)
    shutil.rmtree(bare)

    said = run(f"{environment}/bin/texas811 --version", tmp_path)
    state, script = await made_by(environment, tmp_path)

    assert said.strip()
    assert state == "extracted"
    assert script > 1_000


def copy(source: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, to, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copyfile(source, to)


def run(command: str, place: Path) -> str:
    # The image has a `python`; not every machine has one by that name.
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environ = {"PATH": path, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run(
        shlex.split(command),
        cwd=place,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def lend_what_is_locked(environment: Path) -> None:
    """Let the new environment see what this one has installed of the lock, and nothing of ours.

    So `pip install --require-hashes` has to find that each pin is met, and downloads nothing.
    """
    lent = environment / "lent"
    lent.mkdir()
    [here] = [Path(path) for path in sys.path if path.endswith("site-packages")][:1]
    ours = ("texas811", "__editable__", "_virtualenv", "pip", "setuptools", "distutils")
    for one in here.iterdir():
        if not one.name.startswith(ours) and one.suffix != ".pth":
            (lent / one.name).symlink_to(one)
    [packages] = environment.glob("lib/python*/site-packages")
    (packages / "lent.pth").write_text(f"{lent}\n")


async def made_by(environment: Path, place: Path) -> tuple[str, int]:
    """Return what becomes of an order there, and how large the dashboard's script is."""
    port, data = free_port(), place / "data"
    process = await asyncio.create_subprocess_exec(
        environment / "bin" / "texas811",
        "up",
        cwd=place,
        env={"PATH": f"{environment}/bin:{os.environ['PATH']}", "PORT": str(port)},
        stdout=asyncio.subprocess.DEVNULL,
    )
    async with httpx2.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False
    ) as client:
        try:
            async with asyncio.timeout(START_SECONDS_MAX):
                while not await answers(client):
                    await asyncio.sleep(0.05)
            client.headers.update(sent(await key_in(data)))
            point = {
                "company": "Lone Star Boring",
                "gps_coordinates": {"latitude": 30.27, "longitude": -97.74},
            }
            answer = await client.post("/work-orders", json=point, params={"wait": 20})
            page = await client.get("/dashboard/sign-in")
            [script] = re.findall(r'src="([^"]+\.js)"', page.text)
            return answer.json()["state"], len((await client.get(script)).content)
        finally:
            process.terminate()
            await process.wait()


async def answers(client: httpx2.AsyncClient) -> bool:
    try:
        return (await client.get("/healthz")).is_success
    except httpx2.TransportError:
        return False
