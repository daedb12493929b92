"""A start on Railway: refused where it would lose tickets, and all in lines of JSON."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from config import EXIT_REFUSED, Config
from domain.errors import RejectedError
from storage import examining
from storage.mounted import refuse_unmounted
from tests.flows.service import Service, free_port
from worker import railway

ROOT = Path(__file__).parents[2]
BELOW = "22 1 0:21 / / rw,relatime - overlay overlay rw\n"
# Read by every interpreter at its start: it tells what the kernel would tell in a container.
TOLD = """
from pathlib import Path
from storage import examining
examining.MOUNTS = Path({mounts!r})
"""


@pytest.fixture
def mounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the kernel tells of mounts: a container, and nothing else yet."""
    mounts = tmp_path / "mountinfo"
    mounts.write_text(BELOW)
    monkeypatch.setattr(examining, "MOUNTS", mounts)
    return mounts


def mounted(mounts: Path, place: Path, kind: str = "ext4") -> None:
    mounts.write_text(f"{BELOW}30 22 254:16 / {place} rw,relatime - {kind} /dev/vdb rw\n")


def on_railway(volume: Path | None = None, **given: Any) -> Config:
    place = {"data_dir": volume / "data", "railway_volume": volume} if volume else {}
    return Config(railway_environment_id="e", **{**place, **given})


def check(config: Config) -> None:
    assert config.volume
    refuse_unmounted(config.root, config.volume)


def refused(config: Config) -> RejectedError:
    with pytest.raises(RejectedError) as said:
        check(config)
    assert said.value.remedy
    return said.value


def test_a_directory_on_a_mounted_volume_is_taken(mounts: Path, tmp_path: Path) -> None:
    """It need not be there yet: the first start makes it."""
    mounted(mounts, tmp_path / "volume")

    check(on_railway(tmp_path / "volume"))
    check(on_railway(tmp_path / "volume", data_dir=tmp_path / "volume" / "a" / "b"))


def test_a_volume_that_is_not_mounted_is_refused(mounts: Path, tmp_path: Path) -> None:
    """The directory is there, and belongs to the container."""
    said = refused(on_railway(tmp_path / "volume"))

    assert said.field == "RAILWAY_VOLUME_MOUNT_PATH"
    assert "overlay" in said.problem


@pytest.mark.parametrize("kind", ["tmpfs", "overlay", "ramfs"])
def test_what_is_mounted_and_gone_at_a_deploy_is_no_volume(
    mounts: Path, tmp_path: Path, kind: str
) -> None:
    """Memory, or another layer of the image."""
    mounted(mounts, tmp_path / "volume", kind)

    assert refused(on_railway(tmp_path / "volume")).field == "RAILWAY_VOLUME_MOUNT_PATH"


def test_a_directory_beside_the_volume_is_refused(mounts: Path, tmp_path: Path) -> None:
    """Somebody has set DATA_DIR and mounted the volume elsewhere."""
    mounted(mounts, tmp_path / "volume")

    said = refused(on_railway(tmp_path / "volume", data_dir=Path("/srv/data")))

    assert said.field == "DATA_DIR"


def test_the_disk_of_the_container_is_no_volume_whatever_its_kind(mounts: Path) -> None:
    """Where containers are machines, their root is an ext4 as the volume is."""
    mounts.write_text("22 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n")

    for named in (Path("/"), Path("/data"), Path("/srv/..")):
        assert refused(on_railway(named)).field == "RAILWAY_VOLUME_MOUNT_PATH"


def test_another_disk_than_the_volume_is_refused(mounts: Path, tmp_path: Path) -> None:
    """Whatever it is, nobody has said that it is kept."""
    mounted(mounts, tmp_path / "volume")
    with mounts.open("a") as more:
        more.write("31 22 254:32 / /scratch rw - ext4 /dev/vdc rw\n")

    said = refused(on_railway(tmp_path / "volume", data_dir=Path("/scratch/data")))

    assert said.field == "DATA_DIR"


def test_elsewhere_and_where_the_kernel_does_not_tell_nothing_is_refused(
    mounts: Path, tmp_path: Path
) -> None:
    """A desk keeps its data where it likes."""
    assert Config(data_dir=tmp_path / "data", railway_volume=tmp_path / "volume").volume is None
    mounts.unlink()
    check(on_railway(tmp_path / "volume"))


@pytest.mark.parametrize(("given", "is_warned"), [(0, True), (69, True), (70, False)])
def test_a_platform_that_kills_before_the_drain_is_over_is_warned_of(
    mounts: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    *,
    given: int,
    is_warned: bool,
) -> None:
    """No ticket is lost by it; jobs only begin anew, and somebody should know why."""
    mounted(mounts, tmp_path / "volume")
    config = on_railway(
        tmp_path / "volume", job_drain_seconds=60, railway_draining_seconds=given
    )

    with caplog.at_level(logging.WARNING):
        railway.warn(config)

    assert ("RAILWAY_DEPLOYMENT_DRAINING_SECONDS" in caplog.text) is is_warned


@pytest.mark.slow
@pytest.mark.parametrize("command", ["worker up", "worker", "api"])
def test_a_directory_that_only_looks_like_the_volume_ends_the_start_with_a_sentence(
    tmp_path: Path, command: str
) -> None:
    """Status 2: to start it again would not help. However it is started, nothing is written."""
    given = {"RAILWAY_ENVIRONMENT_ID": "e", "RAILWAY_VOLUME_MOUNT_PATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", *command.split()],
        env={"PATH": os.environ["PATH"], "PORT": str(free_port()), **given},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == EXIT_REFUSED
    assert "RAILWAY_VOLUME_MOUNT_PATH: No volume is mounted at" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@asynccontextmanager
async def deployed(tmp_path: Path, mounts: Path) -> AsyncIterator[Service]:
    """A service as the platform starts it, its volume mounted."""
    volume = tmp_path / "volume"
    mounted(mounts, volume)
    (tmp_path / "sitecustomize.py").write_text(TOLD.format(mounts=str(mounts)))
    service = await Service.up(
        volume / "data",
        port=free_port(),
        RAILWAY_ENVIRONMENT_ID="e",
        RAILWAY_VOLUME_MOUNT_PATH=str(volume),
        PYTHONPATH=f"{tmp_path}:{ROOT}",
    )
    try:
        yield service
    finally:
        await service.stop()


@pytest.mark.slow
async def test_on_railway_each_line_is_one_object_and_nothing_is_said_beside_them(
    mounts: Path, tmp_path: Path
) -> None:
    """The platform searches lines of JSON alone; stderr, which is read here too, says nothing."""
    async with deployed(tmp_path, mounts) as service:
        await service.until_started("worker-1")
        answer = await service.client.post(
            "/work-orders", json={"company": "Lone Star Boring"}, params={"wait": 20}
        )
        assert answer.json()["state"] == "extracted"

    lines = [json.loads(line) for line in service.lines]
    messages = [line["message"] for line in lines]
    assert {line["level"] for line in lines} <= {"debug", "info", "warn", "error"}
    assert f"up at http://127.0.0.1:{service.client.base_url.port}" in messages
    assert any("DRAINING_SECONDS is 0" in message for message in messages)
