"""`texas811 backups`, against a real bucket; and a machine that has nothing but that and the key."""

import asyncio
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import Config
from domain.work_order import ticket_id_for, work_order_id_for
from jobs.job import Env
from storage.bucket_address import BucketAddress
from tests.buckets import BucketServer, bucket_server
from tests.builders import STATED, make_order
from tests.chaos.clients import MARKED_FIELD
from tests.chaos.history import verdict_on
from tests.chaos.receipts import Accepted, Edited, Receipts
from tests.cli.commands import ROOT, Said, texas811
from tests.flows.service import Service, free_port

ORDERS = 6


@pytest.fixture(scope="module")
def server() -> Iterator[BucketServer]:
    with bucket_server() as server:
        yield server


def at(config: Config) -> dict[str, str]:
    return {"DATA_DIR": str(config.root), "REDIS_URL": config.redis_address}


def in_bucket(address: BucketAddress, public_key: str) -> dict[str, str]:
    """Return the environment in which backups go into this bucket."""
    return {
        "BACKUP_BUCKET_NAME": address.name,
        "BACKUP_BUCKET_ENDPOINT": address.endpoint or "",
        "BACKUP_BUCKET_ACCESS_KEY_ID": address.access_key_id,
        "BACKUP_BUCKET_SECRET_ACCESS_KEY": address.secret_access_key,
        "BACKUP_RECIPIENTS": public_key,
    }


async def owner(folder: Path) -> tuple[str, str]:
    """Make a key as a person would; return the file that it is kept in, and its public half."""
    made = await texas811("backups", "new-key")
    assert made.status == 0
    path = folder / "key.txt"
    path.write_text(made.out)
    return str(path), made.error.removeprefix("Public key: ").strip()


async def test_a_backup_goes_off_the_volume_and_comes_back_by_commands_alone(
    server: BucketServer, config: Config, env: Env, tmp_path: Path
) -> None:
    """Made, verified, copied, listed, lost, fetched, tried."""
    await env.store.work_orders.accept(make_order(), None)
    key_file, public_key = await owner(tmp_path)
    told = at(config) | in_bucket(server.new_bucket(), public_key)

    async def backups(*arguments: str) -> Said:
        return await texas811("backups", *arguments, **told)

    made = (await backups("make", "--json")).json
    name = made["filename"]
    copied = await backups("copy")
    again = await backups("copy")
    [there] = (await backups("list", "--bucket", "--json")).json
    [here] = (await backups("list", "--json")).json
    lost = (config.root / "backups" / "daily" / name).read_bytes()
    shutil.rmtree(config.root / "backups")
    verified = await backups("verify", "--all", "--bucket")
    fetched = await backups("fetch", "latest", "--identity", key_file)
    drilled = await backups("drill", "--json")
    tidy = await backups("prune", "--dry-run")

    assert (made["why"], made["files"]) == ("asked", here["files"])
    assert copied.out == f"{name}: in the bucket, read back\n"
    assert again.out == "Everything is in the bucket.\n"
    assert (there["sha256"], there["problem"]) == (here["sha256"], None)
    assert here["copied_at"] == there["copied_at"]
    assert verified.out == f"{name}: good\n"
    assert (fetched.status, fetched.error) == (0, "")
    assert (config.root / "backups" / "daily" / name).read_bytes() == lost
    assert drilled.json["filename"] == name
    assert tidy.out == "None has had its time.\n"


async def test_what_cannot_be_done_is_refused_with_what_helps(
    server: BucketServer, config: Config, env: Env, tmp_path: Path
) -> None:
    """Half a bucket, none, a copy that is not there, a backup that was changed, another's key."""
    _key_file, public_key = await owner(tmp_path)
    told = in_bucket(server.new_bucket(), public_key)
    half = {**told, "BACKUP_RECIPIENTS": ""}
    name = (await texas811("backups", "make", "--json", **at(config))).json["filename"]

    refused = await texas811("backups", "list", **at(config), **half)
    doctor = await texas811("doctor", "--brief", **at(config), **half)
    nowhere = await texas811("backups", "copy", **at(config))
    sealed = await texas811("backups", "fetch", "latest", **at(config), **told)
    (config.root / "backups" / "daily" / name).write_bytes(b"changed")
    damaged = await texas811("backups", "verify", "--all", **at(config))
    unverified = await texas811("backups", "copy", **at(config), **told)

    assert (refused.status, refused.error.split(":")[0]) == (2, "BACKUP_RECIPIENTS")
    assert "texas811 backups new-key" in refused.error
    assert "The bucket" in doctor.out
    assert (nowhere.status, nowhere.error.split(":")[0]) == (2, "BACKUP_BUCKET_NAME")
    assert (sealed.status, "--identity FILE" in sealed.error) == (2, True)
    assert (damaged.status, damaged.out.split(":")[0]) == (9, name)
    assert unverified.out == "Everything is in the bucket.\n"  # of all that is good


async def test_what_is_no_backup_and_what_is_in_none_is_told(config: Config, env: Env) -> None:
    """By the commands that somebody runs anyway; a good one beside it stays good."""
    told = at(config)
    layout = env.store.quarantine.layout
    (layout.config / "my\x1b[2Jkeys.json").write_bytes(b"{}")
    said = await texas811("backups", "make", **told)
    (layout.daily_backups / "backup_20200101_000000.tar.gz").mkdir()

    again = await texas811("backups", "make", "--json", **told)
    listed = await texas811("backups", "list", **told)
    everything = (await texas811("backups", "list", "--json", **told)).json
    verified = await texas811("backups", "verify", "--all", "--json", **told)

    assert "Not in it: 1, such as" in said.out
    assert "config/my\\x1b[2Jkeys.json. Rename to" in said.out
    assert (again.status, again.json["left_out"]) == (0, 1)
    problems = [None, None, "It is no plain file."]
    assert [one["problem"] for one in everything] == problems
    assert listed.out.endswith("backup_20200101_000000.tar.gz is none: It is no plain file.\n")
    assert (verified.status, [one["problem"] for one in verified.json]) == (9, problems)


@pytest.mark.slow
async def test_a_machine_with_nothing_but_the_bucket_and_the_key_is_back_by_one_command(
    server: BucketServer, tmp_path: Path
) -> None:
    """What clients were answered before the night is there, once, and answers to their keys."""
    key_file, public_key = await owner(tmp_path)
    told = in_bucket(server.new_bucket(), public_key)
    data, receipts = tmp_path / "data", Receipts()
    service = await Service.up(data, port=free_port(), **told)
    await hand_in(service, receipts)
    headers = dict(service.client.headers)
    here = {"DATA_DIR": str(data), **told}
    night = await texas811("ring", "nightly_backup", "--wait", "60", **here)
    carried = await texas811("ring", "copy_backups", "--wait", "60", **here)
    await service.kill_all()
    shutil.rmtree(data)

    restored = await up_from_bucket(data, key_file, told)
    restored.client.headers.update(headers)
    tickets = [await restored.client.get(f"/tickets/{one}") for one in receipts.versions]
    status = await restored.stop()
    refused = await texas811(
        *("up", "--restore-from-bucket", "--identity", key_file), DATA_DIR=str(data), **told
    )

    assert (night.status, carried.status) == (0, 0), night.error + carried.error
    assert [one.status_code for one in tickets] == [200] * ORDERS
    assert status == 0
    assert (await verdict_on(data, receipts)).all == []
    assert (refused.status, "There is something in" in refused.error) == (2, True)


async def hand_in(service: Service, receipts: Receipts) -> None:
    """Hand in orders, change the ticket that each has become, and keep the receipts."""
    for number in range(ORDERS):
        key = f"office-{number}"
        receipts.asked.add(key)
        answer = await service.client.post(
            "/work-orders",
            json={**STATED, "company": key},
            params={"wait": 20},
            headers={"Idempotency-Key": key},
        )
        accepted = answer.raise_for_status().json()
        receipts.accept(key, Accepted(accepted["work_order_id"], accepted["ticket_id"]))
        mark = f"mark {number}"
        receipts.tried.add(mark)
        changed = await service.client.patch(
            f"/tickets/{ticket_id_for(work_order_id_for(key))}",
            json={"by": "Dana Ruiz", MARKED_FIELD: mark},
        )
        version = changed.raise_for_status().json()["version"]
        receipts.edit(Edited(accepted["ticket_id"], version, mark))


async def up_from_bucket(data: Path, key_file: str, told: dict[str, str]) -> Service:
    """Start a service by the one command, and wait until it answers."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli", "up", "--restore-from-bucket", "--identity", key_file),
        env={**os.environ, "DATA_DIR": str(data), "PORT": str(port), **told},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=ROOT,
    )
    service = Service(process, port)
    async with asyncio.timeout(60):
        while not await service.is_healthy():
            await asyncio.sleep(0.02)
    return service
