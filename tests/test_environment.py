"""Each environment variable has an effect, and a test that shows it.

Those of the API are shown here, by a process that is given nothing but its environment.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import httpx2
import pytest
from redis import Redis

from config import VARIABLES
from jobs.lanes import QUEUE_NAME
from tests.flows.service import free_port
from tests.keys import sent
from tests.tree import form

ROOT = Path(__file__).parents[1]
HERE = "tests/test_environment.py"
OF_BACKUPS = "tests/test_environment_of_backups.py"
ALLOWED = 40  # more than any other test here asks with one key
GIVEN, REVOKED, IMPATIENT = (f"t811_{digit * 12}_{digit * 43}" for digit in "abc")

IN_BUCKET = f"{OF_BACKUPS}::test_a_backup_goes_sealed_into_the_bucket_that_is_named"
RETIRED = f"{OF_BACKUPS}::test_the_nightly_job_removes_what_is_over_for_as_long_as_is_said"
OF_MODELS = "tests/test_environment_of_models.py"
MODEL_ASKED = f"{OF_MODELS}::test_the_model_that_is_named_is_asked_where_it_is_and_with_the_key"
MODEL_BOUND = (
    f"{OF_MODELS}::test_a_model_is_waited_for_as_long_as_is_said_and_costs_what_is_said"
)
# Variable -> the test that fails if it has no effect.
SHOWN_BY = {
    "API_KEYS": f"{HERE}::test_a_key_that_is_given_opens_the_door_and_stands_in_no_file",
    "AUDIT_RETENTION_MONTHS": RETIRED,
    "BACKUP_BUCKET_ACCESS_KEY_ID": IN_BUCKET,
    "BACKUP_BUCKET_ENDPOINT": IN_BUCKET,
    "BACKUP_BUCKET_NAME": IN_BUCKET,
    "BACKUP_BUCKET_PREFIX": IN_BUCKET,
    "BACKUP_BUCKET_REGION": f"{OF_BACKUPS}::test_a_bucket_is_asked_in_the_name_of_its_region",
    "BACKUP_BUCKET_SECRET_ACCESS_KEY": IN_BUCKET,
    "BACKUP_ENABLED": f"{OF_BACKUPS}::test_no_backup_is_made_where_none_is_wanted",
    "BACKUP_RECIPIENTS": IN_BUCKET,
    "CENTER_CODES": "tests/cli/test_responses.py::"
    "test_a_code_of_the_center_is_known_to_the_import_as_it_is_to_the_service",
    "DATA_DIR": f"{HERE}::test_what_is_handed_in_lies_in_the_directory_and_waits_in_the_redis",
    "DATA_RETENTION_DAYS": RETIRED,
    "FILE_HOSTS": f"{HERE}::test_files_are_fetched_from_the_hosts_that_are_named_alone",
    "HOST": f"{HERE}::test_it_is_reached_at_its_port_by_both_kinds_of_address",
    "JOB_DRAIN_SECONDS": "tests/worker/test_command.py::"
    "test_a_job_of_ten_seconds_is_finished_or_handed_back_by_who_is_stopped",
    "LLM_API_KEY": MODEL_ASKED,
    "LLM_BASE_URL": MODEL_ASKED,
    "LLM_MODEL": MODEL_ASKED,
    "LLM_SECONDS_MAX": MODEL_BOUND,
    "LLM_TOKENS_PER_DAY_MAX": MODEL_BOUND,
    "LOG_LEVEL": f"{HERE}::test_as_much_is_logged_as_is_said",
    "MAX_FILE_SIZE_MB": f"{HERE}::test_a_document_may_be_as_large_as_is_said",
    "PORT": f"{HERE}::test_it_is_reached_at_its_port_by_both_kinds_of_address",
    "PUBLIC_URL": f"{HERE}::test_the_gpt_is_told_where_others_reach_the_service",
    "RAILWAY_DEPLOYMENT_DRAINING_SECONDS": "tests/worker/test_railway.py::"
    "test_a_platform_that_kills_before_the_drain_is_over_is_warned_of",
    "RAILWAY_ENVIRONMENT_ID": "tests/worker/test_railway.py::"
    "test_a_directory_that_only_looks_like_the_volume_ends_the_start_with_a_sentence",
    "RAILWAY_PUBLIC_DOMAIN": "tests/test_config.py::"
    "test_the_platform_says_where_others_reach_the_service",
    "RAILWAY_VOLUME_MOUNT_PATH": "tests/worker/test_railway.py::"
    "test_on_railway_each_line_is_one_object_and_nothing_is_said_beside_them",
    "RATE_LIMIT_PER_MINUTE": f"{HERE}::test_a_key_is_granted_so_many_requests_a_minute",
    "REDIS_URL": f"{HERE}::test_what_is_handed_in_lies_in_the_directory_and_waits_in_the_redis",
    "SESSION_TIMEOUT_HOURS": f"{HERE}::test_a_conversation_waits_as_long_as_is_said",
    "SYNC_WAIT_SECONDS": f"{HERE}::test_no_request_is_kept_waiting_longer_than_is_said",
    "WORKERS": "tests/worker/test_supervisor.py::"
    "test_a_service_that_is_told_to_stop_ends_well_and_whole",
}


class Api(NamedTuple):
    """A process of `python -m api`, its environment and what it has logged."""

    environ: dict[str, str]
    log: Path

    def client(self, key: str = GIVEN, host: str = "127.0.0.1") -> httpx2.Client:
        base = f"http://{host}:{self.environ['PORT']}"
        return httpx2.Client(base_url=base, headers=sent(key), timeout=10, trust_env=False)

    @property
    def data(self) -> Path:
        return Path(self.environ["DATA_DIR"])


@pytest.fixture(scope="module")
def api(redis_address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """One for all of these: it is asked, and keeps what it is told."""
    place = tmp_path_factory.mktemp("environment")
    environ = {
        "API_KEYS": f"Dana:admin:{GIVEN}, the GPT:client:{REVOKED},a robot:viewer:{IMPATIENT}",
        "DATA_DIR": str(place / "elsewhere"),
        "FILE_HOSTS": "files.example.com",
        "HOST": "*",
        "LOG_LEVEL": "DEBUG",
        "MAX_FILE_SIZE_MB": "1",
        "PORT": str(free_port()),
        "PUBLIC_URL": "https://tickets.example.com/",
        "RATE_LIMIT_PER_MINUTE": str(ALLOWED),
        "REDIS_URL": f"{redis_address}?db=7",
        "SESSION_TIMEOUT_HOURS": "0.5",
        "SYNC_WAIT_SECONDS": "0.05",
    }
    log = place / "log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [sys.executable, "-m", "api"],
            env={"PATH": os.environ["PATH"], **environ},
            cwd=ROOT,
            stdout=output,
        ) as process,
    ):
        try:
            until_it_answers(process, environ["PORT"])
            yield Api(environ, log)
        finally:
            process.terminate()


def until_it_answers(process: subprocess.Popen[bytes], port: str) -> None:
    while process.poll() is None:
        try:
            if httpx2.get(f"http://127.0.0.1:{port}/healthz", trust_env=False).is_success:
                return
        except httpx2.TransportError:
            time.sleep(0.02)
    raise RuntimeError(process.returncode)


def test_every_variable_has_a_test_that_shows_its_effect() -> None:
    """That a value is read is one thing, that it does something another."""
    missing = []
    for variable in VARIABLES:
        path, _separator, name = SHOWN_BY[variable].partition("::")
        if not path or name not in {one.name for one in form(path).functions}:
            missing.append(variable)

    assert missing == []
    assert set(SHOWN_BY) == set(VARIABLES)


@pytest.mark.slow  # the first test that asks for the process
def test_it_is_reached_at_its_port_by_both_kinds_of_address(api: Api) -> None:
    """Within the platform's network there may be IPv6 alone."""
    for host in ("127.0.0.1", "[::1]"):
        with api.client(host=host) as client:
            assert client.get("/healthz").json()["status"] == "ok"


@pytest.mark.slow
def test_a_key_that_is_given_opens_the_door_and_stands_in_no_file(api: Api) -> None:
    """Where there is no shell, nobody can make the first key; and a stolen disk tells none."""
    with api.client() as client, api.client(GIVEN[:-1] + "b") as stranger:
        listed = client.get("/keys").json()["keys"]
        assert stranger.get("/tickets").status_code == 401

    assert {(one["name"], one["role"], one["created_by"]) for one in listed} == {
        ("Dana", "admin", "API_KEYS"),
        ("the GPT", "client", "API_KEYS"),
        ("a robot", "viewer", "API_KEYS"),
    }
    secret = GIVEN.rpartition("_")[2].encode()
    assert not any(secret in path.read_bytes() for path in files_below(api.data))


def files_below(place: Path) -> list[Path]:
    return [path for path in place.rglob("*") if path.is_file()]


@pytest.mark.slow
def test_a_key_that_is_given_and_was_revoked_opens_nothing_any_more(api: Api) -> None:
    """Also while it still stands in the environment, and only as a hash in the file."""
    with api.client() as client, api.client(REVOKED) as visitor:
        assert visitor.get("/tickets").status_code == 200
        client.delete(f"/keys/{'b' * 12}", params={"by": "Dana Ruiz"}).raise_for_status()
        refused = visitor.get("/tickets")

    assert refused.status_code == 401
    assert "revoked" in refused.json()["problem"]
    [kept] = json.loads((api.data / "config" / "api_keys.json").read_bytes())["keys"]
    assert (kept["name"], kept["revoked_by"]) == ("the GPT", "Dana Ruiz")


@pytest.mark.slow
def test_what_is_handed_in_lies_in_the_directory_and_waits_in_the_redis(api: Api) -> None:
    """And nowhere else: neither in `data` nor in a Redis of its own."""
    with api.client() as client:
        order = client.post("/work-orders", json={"company": "Lone Star Boring"}).json()
    redis = Redis.from_url(api.environ["REDIS_URL"])
    queued = redis.zrange(QUEUE_NAME, 0, -1)
    redis.close()

    assert (api.data / "work_orders" / order["work_order_id"]).is_dir()
    assert f"extract_ticket:{order['work_order_id']}".encode() in queued


@pytest.mark.slow
def test_a_document_may_be_as_large_as_is_said(api: Api) -> None:
    """A megabyte, and not a byte more."""
    with api.client() as client:
        answers = [
            client.post("/work-orders", files={"file": ("order.txt", b"x " * (size // 2))})
            for size in (1024 * 1024, 1024 * 1024 + 2)
        ]

    assert [answer.status_code for answer in answers] == [202, 413]


@pytest.mark.slow
def test_a_key_is_granted_so_many_requests_a_minute(api: Api) -> None:
    """One more is refused until a while has passed."""
    with api.client(IMPATIENT) as client:
        codes = [client.get("/tickets").status_code for _number in range(ALLOWED + 1)]

    assert codes == [200] * ALLOWED + [429]


@pytest.mark.slow
def test_no_request_is_kept_waiting_longer_than_is_said(api: Api) -> None:
    """Nobody is at work: a client that gives up after ten seconds would not be answered at all."""
    with api.client() as client:
        answer = client.post("/work-orders", json={"company": "Caprock"}, params={"wait": 25})
        turn = client.post("/gpt/tickets", json={"document_text": "Work order 77, Austin."})

    assert (answer.status_code, answer.json()["state"]) == (202, "accepted")
    assert turn.status_code == 202


@pytest.mark.slow
def test_the_gpt_is_told_where_others_reach_the_service(api: Api) -> None:
    """It takes the first server that the document names."""
    with api.client() as client:
        servers = client.get("/gpt/openapi.json").json()["servers"]

    assert servers == [{"url": "https://tickets.example.com"}]


@pytest.mark.slow
def test_a_conversation_waits_as_long_as_is_said(api: Api) -> None:
    """Half an hour, and not the four hours of whoever says nothing."""
    with api.client() as client:
        client.post(
            "/gpt/tickets", json={"session_key": "desk-1", "document_text": "Work order 77."}
        )
        session = client.get("/sessions/desk-1").json()

    lasts = datetime.fromisoformat(session["expires_at"]) - datetime.fromisoformat(
        session["last_activity_at"]
    )
    assert lasts == timedelta(hours=0.5)


@pytest.mark.slow
def test_files_are_fetched_from_the_hosts_that_are_named_alone(api: Api) -> None:
    """Those of ChatGPT are no longer among them."""
    link = "https://files.oaiusercontent.com/file-1"
    with api.client() as client:
        answer = client.post("/gpt/tickets", json={"openaiFileIdRefs": [link]})

    assert answer.status_code == 422
    assert "not fetched from files.oaiusercontent.com" in answer.json()["problem"]


@pytest.mark.slow
def test_as_much_is_logged_as_is_said(api: Api) -> None:
    """A look that went well has a line of the level DEBUG, which nobody sees by default."""
    with api.client() as client:
        client.get("/healthz")

    lines = [json.loads(line) for line in api.log.read_text().splitlines()]
    assert "debug" in {line["level"] for line in lines if line["message"] == "request"}
