"""`.railway/railway.py` evaluated, as the platform's command line does it: nothing got lost on the way."""

import json
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import typer
from redis import Redis
from redis.exceptions import AuthenticationError, RedisError

from cli.__main__ import make_app
from cli.ring import HARD_SECONDS_BEYOND
from config import VARIABLES, Config
from jobs import JOBS, LANE_OF
from jobs.timetable import TIMETABLE
from tests.cli.test_documentation import leaves
from tests.flows.service import free_port
from tests.railway_dict import evaluated
from worker.redis_server import find_server

ROOT = Path(__file__).parents[1]
APART = timedelta(minutes=5)  # as often as the platform starts a service of cron
LATE_MAX = timedelta(hours=3)
# What the platform's own file of settings calls them: others it would not know.
DEPLOY = {
    "cronSchedule", "drainingSeconds", "healthcheckPath", "healthcheckTimeout", "numReplicas",
    "overlapSeconds", "restartPolicyType", "sleepApplication", "startCommand",
}  # fmt: skip


RESOURCES: dict[str, dict[str, Any]] = {one["name"]: one for one in evaluated()["resources"]}
SERVICE = RESOURCES["texas811"]
CRON = {
    one["deploy"]["startCommand"].split()[2]: one
    for one in RESOURCES.values()
    if "cronSchedule" in one.get("deploy", {})
}


def dated() -> set[str]:
    """Return the jobs that are rung for by the day."""
    return {entry.job for entry in TIMETABLE if entry.is_dated}


def fires(schedule: str, first: datetime, days: int) -> Iterator[datetime]:
    """Yield when five fields of cron that name a time, and perhaps a weekday, are due in UTC."""
    minute, hour, day, month, weekday = schedule.split()
    assert (day, month) == ("*", "*")
    for number in range(days):
        at = (first + timedelta(days=number)).replace(hour=int(hour), minute=int(minute))
        if weekday == "*" or at.isoweekday() % 7 == int(weekday):
            yield at


def test_it_is_the_whole_project_and_every_field_arrives() -> None:
    """The helper drops what it does not know, and says nothing."""
    assert sorted((one["type"], name) for name, one in RESOURCES.items()) == [
        ("bucket", "backups"),
        ("database", "redis"),
        *sorted(("service", f"ring-{job.replace('_', '-')}") for job in CRON),
        ("service", "texas811"),
        ("volume", "queue"),
        ("volume", "tickets"),
    ]
    for one in RESOURCES.values():
        assert set(one.get("deploy", {})) <= DEPLOY
        assert one["type"] != "service" or one["build"] == {
            "builder": "DOCKERFILE",
            "dockerfilePath": "Dockerfile",
        }
    assert (ROOT / "Dockerfile").is_file()


def test_one_service_owns_the_volume_with_the_api_and_all_workers() -> None:
    """A volume serves one service, and a service with one has no replicas."""
    mounts = {
        name: one["volumeAttachments"]
        for name, one in RESOURCES.items()
        if "volumeAttachments" in one
    }

    assert mounts == {
        "redis": {
            "queue": {
                "volume": "volume.queue",
                "mountPath": "/data",
                "volumeConfig": RESOURCES["queue"]["config"],
            }
        },
        "texas811": {
            "tickets": {
                "volume": "volume.tickets",
                "mountPath": "/data",
                "volumeConfig": RESOURCES["tickets"]["config"],
            }
        },
    }
    assert RESOURCES["redis"]["defaultMountPath"] == "/data"  # no second volume beside it
    assert RESOURCES["queue"]["config"]["sizeMB"] >= 500
    assert RESOURCES["tickets"]["config"]["sizeMB"] >= 1_000
    assert SERVICE["deploy"]["startCommand"] == "texas811 up"
    assert SERVICE["deploy"]["numReplicas"] == 1
    assert SERVICE["deploy"]["overlapSeconds"] == 0
    assert SERVICE["variables"]["RAILWAY_RUN_UID"] == {"type": "literal", "value": "0"}


def test_it_is_started_again_always_and_never_put_to_sleep() -> None:
    """The platform's default is ten restarts in all, and then none."""
    assert SERVICE["deploy"]["restartPolicyType"] == "ALWAYS"
    assert RESOURCES["redis"]["deploy"]["restartPolicyType"] == "ALWAYS"
    assert SERVICE["deploy"]["sleepApplication"] is False
    assert SERVICE["deploy"]["healthcheckPath"] == "/healthz"
    assert "multiRegionConfig" not in SERVICE["deploy"]  # no region: where the volume is


def test_no_job_that_somebody_waits_for_is_cut_off_by_a_deploy() -> None:
    """SIGKILL comes after the drain, the drain after the longest job; `whenever` begins anew."""
    given = SERVICE["variables"]
    said = {name: one["value"] for name, one in given.items() if one["type"] == "literal"}
    config = Config.from_env({name: said[name] for name in said if name in VARIABLES})
    longest = max(job.seconds_max for job in JOBS if LANE_OF[job.name] != "whenever")

    assert config.job_drain_seconds >= longest
    assert SERVICE["deploy"]["drainingSeconds"] > longest
    assert SERVICE["deploy"]["drainingSeconds"] >= config.draining_seconds_min
    assert config.railway_draining_seconds == SERVICE["deploy"]["drainingSeconds"]
    assert isinstance(SERVICE["deploy"]["drainingSeconds"], int)  # a text is refused there


def test_every_variable_is_one_that_is_read_and_no_secret_stands_there() -> None:
    """A slip of the pen would be found when the volume is lost."""
    variables = SERVICE["variables"]

    assert set(variables) - set(VARIABLES) == {"RAILWAY_RUN_UID"}
    assert variables["REDIS_URL"] == reference("database.redis", "REDIS_URL")
    assert {
        name: one for name, one in variables.items() if name.startswith("BACKUP_BUCKET")
    } == {
        "BACKUP_BUCKET_NAME": reference("bucket.backups", "BUCKET"),
        "BACKUP_BUCKET_ENDPOINT": reference("bucket.backups", "ENDPOINT"),
        "BACKUP_BUCKET_REGION": reference("bucket.backups", "REGION"),
        "BACKUP_BUCKET_ACCESS_KEY_ID": reference("bucket.backups", "ACCESS_KEY_ID"),
        "BACKUP_BUCKET_SECRET_ACCESS_KEY": reference("bucket.backups", "SECRET_ACCESS_KEY"),
    }
    for name in ("API_KEYS", "BACKUP_RECIPIENTS", "LLM_API_KEY", "LLM_BASE_URL", "LLM_MODEL"):
        assert variables[name] == {"type": "preserve"}
    assert "BACKUP_IDENTITY" not in variables  # who can write backups there cannot read them


def reference(resource: str, output: str) -> dict[str, str]:
    return {"type": "reference", "resource": resource, "output": output}


def test_every_job_of_the_day_has_a_service_of_cron_that_only_rings() -> None:
    """It sees no volume; what it rings for is run by the service that does."""
    commands = dict(leaves(typer.main.get_command(make_app())))
    assert set(CRON) == dated()
    for job, one in CRON.items():
        command = shlex.split(one["deploy"]["startCommand"])
        ring = commands["ring"].make_context("ring", command[2:])
        assert command[:2] == ["texas811", "ring"]
        assert ring.params["job"] == job
        assert 0 < ring.params["wait"] + HARD_SECONDS_BEYOND < timedelta(days=1).total_seconds()
        assert one["deploy"]["restartPolicyType"] == "NEVER"
        assert one["variables"] == {"REDIS_URL": reference("database.redis", "REDIS_URL")}
        assert "volumeAttachments" not in one


def test_no_service_of_cron_rings_before_the_clock_of_the_service_in_winter_or_summer() -> None:
    """Before it, it would mean the run of yesterday; the platform knows UTC alone."""
    first = datetime(2026, 1, 1, tzinfo=UTC)
    for entry in TIMETABLE:
        if not entry.is_dated:
            continue
        for at in fires(CRON[entry.job]["deploy"]["cronSchedule"], first, 366):
            late = at - entry.when.latest_until(at)
            assert timedelta(0) < late < LATE_MAX, f"{entry.job} at {at}: {late}"


def test_no_two_services_of_cron_start_at_the_same_time() -> None:
    """The platform takes none that comes more often than every five minutes."""
    first = datetime(2026, 3, 1, tzinfo=UTC)
    due = sorted(
        at for one in CRON.values() for at in fires(one["deploy"]["cronSchedule"], first, 14)
    )

    assert all(later - earlier >= APART for earlier, later in pairwise(due))


def test_it_can_be_printed_as_the_platform_gets_it() -> None:
    """`railway config plan` shows what would change, and only to who has an account."""
    printed = subprocess.run(
        [sys.executable, "-m", "tests.railway_dict"], cwd=ROOT, capture_output=True, check=True
    )

    assert json.loads(printed.stdout) == evaluated()


def test_redis_keeps_its_queue_on_its_volume_also_where_nobody_says_where_that_is() -> None:
    """An empty directory would be the one it was started in, or none."""
    *_shell, command = shlex.split(RESOURCES["redis"]["deploy"]["startCommand"])
    asked = command.replace("exec redis-server", "printf '%s\\n'")
    said = {
        given: subprocess.run(
            ["/bin/sh", "-c", asked],
            env={
                "REDIS_PASSWORD": "x",
                **({"RAILWAY_VOLUME_MOUNT_PATH": given} if given else {}),
            },
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()[-1]
        for given in ("", "/mnt/a b")
    }

    assert said == {"": "/data", "/mnt/a b": "/mnt/a b"}


def test_the_start_command_of_redis_keeps_the_queue_and_the_password(tmp_path: Path) -> None:
    """Run as it stands: no words without the password, all that is written is kept."""
    port = free_port()
    server = tmp_path / "bin" / "redis-server"
    server.parent.mkdir()
    server.write_text(f'#!/bin/sh\nexec {find_server()} "$@" --port {port} --bind 127.0.0.1\n')
    server.chmod(0o700)
    (tmp_path / "volume").mkdir()
    environ = {
        "PATH": f"{server.parent}:{os.environ['PATH']}",
        "REDIS_PASSWORD": "a b$c",
        "RAILWAY_VOLUME_MOUNT_PATH": str(tmp_path / "volume"),
    }
    command = shlex.split(RESOURCES["redis"]["deploy"]["startCommand"])

    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL) as process:
        try:
            redis = until_it_answers(port, "a b$c")
            with pytest.raises(AuthenticationError):
                Redis(port=port).ping()
            kept = {
                name: redis.config_get(name)[name]
                for name in ("appendonly", "appendfsync", "maxmemory-policy", "dir")
            }
            redis.close()
        finally:
            process.terminate()

    assert kept == {
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
        "dir": str(tmp_path / "volume"),
    }


def until_it_answers(port: int, password: str) -> "Redis":
    redis = Redis(port=port, password=password, decode_responses=True)
    for _look in range(500):
        try:
            redis.ping()
        except AuthenticationError:
            raise
        except RedisError:
            time.sleep(0.01)
        else:
            return redis
    raise TimeoutError
