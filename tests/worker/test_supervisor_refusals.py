"""A supervisor whose workers decline, or cannot even be started: the door stays open."""

import asyncio
import os
import site
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from tests.flows.service import Service, free_port

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]

# Read by every interpreter at its start: a worker ends as one that declines, while there is a file.
DECLINING = """
import os, sys
if "--incarnation" in sys.orig_argv and os.path.exists({flag!r}):
    os._exit(2)
"""


@asynccontextmanager
async def running(data: Path, **environ: str) -> AsyncIterator[Service]:
    service = await Service.up(data, port=free_port(), **environ)
    try:
        async with asyncio.timeout(60):
            yield service
    finally:
        await service.stop()


async def up(data: Path, **environ: str) -> tuple[int | None, str]:
    """Start a service that is expected to end; return its exit status and what it says."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "worker", "up"),
        env={**os.environ, "DATA_DIR": str(data), "PORT": str(free_port()), **environ},
        stdout=PIPE,
        stderr=STDOUT,
        cwd=ROOT,
    )
    async with asyncio.timeout(30):
        said, _nothing = await process.communicate()
    return process.returncode, said.decode()


async def until_said(service: Service, words: str) -> None:
    async with asyncio.timeout(20):
        while not any(words in line for line in service.lines):
            await asyncio.sleep(0.02)


async def hand_in(service: Service) -> str:
    answer = await service.client.post(
        "/work-orders", json={"company": "Lone Star Boring"}, params={"wait": 20}
    )
    return str(answer.raise_for_status().json()["state"])


@pytest.fixture
def flag(tmp_path: Path) -> Path:
    """Where a file makes workers decline, for whoever has `tmp_path` on its PYTHONPATH."""
    flag = tmp_path / "declines"
    (tmp_path / "sitecustomize.py").write_text(DECLINING.format(flag=str(flag)))
    return flag


@contextmanager
def there(flag: Path) -> Iterator[None]:
    flag.touch()
    yield
    flag.unlink()


@pytest.fixture
def python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The interpreter of the service, which can be taken away."""
    python = tmp_path / "python"
    python.symlink_to(Path(sys.executable).resolve())
    monkeypatch.setattr(sys, "executable", str(python))
    return python


@contextmanager
def away(link: Path) -> Iterator[None]:
    target = link.readlink()
    link.unlink()
    yield
    link.symlink_to(target)


async def test_a_worker_that_declines_later_does_not_close_the_door(
    tmp_path: Path, flag: Path
) -> None:
    """Nothing was changed that the door would not know of as well."""
    async with running(tmp_path / "data", PYTHONPATH=str(tmp_path)) as service:
        assert await hand_in(service) == "extracted"
        with there(flag):
            service.kill("worker-1")
            await until_said(service, "It is tried again")
            is_open = await service.is_healthy()

        assert is_open
        assert await hand_in(service) == "extracted"
        assert service.started["api"] == 1


async def test_workers_that_decline_at_once_end_the_start_with_a_sentence(
    tmp_path: Path, flag: Path
) -> None:
    """Somebody is there to read it, and half a service must not look like a whole one."""
    with there(flag):
        status, said = await up(tmp_path / "data", PYTHONPATH=str(tmp_path))

    assert status == 1
    assert "worker-1 cannot run with these settings" in said


@pytest.mark.parametrize(
    ("variable", "value"),
    [("REDIS_URL", "redis://user:hunter2/3@queue"), ("HOST", "192.0.2.1")],
)
async def test_what_every_child_would_decline_ends_the_start_before_them(
    tmp_path: Path, variable: str, value: str
) -> None:
    """One sentence, and neither the log of a service that stops nor a part of a password."""
    status, said = await up(tmp_path / "data", **{variable: value})

    assert status == 2
    assert said.startswith(f"{variable}: ")
    assert len(said.splitlines()) == 1
    assert "hunter2" not in said


async def test_a_disk_that_is_ill_at_the_start_is_no_wrong_setting(
    tmp_path: Path, flag: Path
) -> None:
    """To start again may help, and whoever starts it must be able to tell."""
    with there(flag):
        status, said = await up(flag)

    assert status == 5
    assert "The disk did not take declines" in said
    assert "Traceback" not in said


async def test_a_worker_that_cannot_be_started_is_tried_again(
    tmp_path: Path, python: Path
) -> None:
    """No room for a process, or its interpreter is being replaced: that passes."""
    packages = ":".join([*site.getsitepackages(), str(ROOT)])
    async with running(tmp_path / "data", PYTHONPATH=packages) as service:
        await service.until_started("worker-1")
        with away(python):
            service.kill("worker-1")
            await until_said(service, "not started")
            is_open = await service.is_healthy()

        assert is_open
        assert await hand_in(service) == "extracted"
        assert service.started["api"] == 1
