"""`texas811 backups` and `doctor` at a bucket that others use, too, and at one that never answers."""

import asyncio
import json
import os
import signal
import socket
import stat
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cli import doctor_bucket
from cli.diagnosis import State
from config import Config
from jobs.wiring import make_bucket
from storage.backup import Backups
from storage.bucket_address import BucketAddress
from storage.bucket_notes import BucketNote
from storage.store import Store
from tests.buckets import BucketServer, bucket_server
from tests.cli.commands import ROOT, SECONDS_MAX, texas811
from tests.cli.test_backups import at, in_bucket
from tests.storage.copies import NOW, OWNER


@pytest.fixture(scope="module")
def server() -> Iterator[BucketServer]:
    with bucket_server() as server:
        yield server


async def test_where_two_have_the_same_folder_doctor_says_so_and_the_latest_is_asked_for(
    server: BucketServer, config: Config, tmp_path: Path
) -> None:
    """Nothing is fetched that may be another's, until it is said whose is meant."""
    key_file = tmp_path / "key.txt"
    key_file.write_text(OWNER.identity_file)
    bucket = in_bucket(server.new_bucket(), OWNER.public_key)
    office, yard = (
        at(config) | {"DATA_DIR": str(tmp_path / name)} | bucket for name in ("office", "yard")
    )
    first = await copied(office, NOW)
    alone = await doctor_bucket.look_at_bucket(Config.from_env(yard), NOW)
    second = await copied(yard, NOW + timedelta(minutes=1))
    latest = ("backups", "fetch", "latest", "--json", "--identity", str(key_file))

    mixed = await texas811(*latest, **yard)
    chosen = await texas811(*latest, "--installation", first.installation, **yard)
    found = await doctor_bucket.look_at_bucket(Config.from_env(yard), NOW)

    assert (mixed.status, "--installation ID" in mixed.error) == (2, True)
    assert {first.installation, second.installation} == set(
        json.loads(mixed.error)["suggested_values"]
    )
    assert chosen.json["filename"] == first.filename != second.filename
    for looked, newest in ((alone, State.NOTE), (found, State.OK)):
        states = {one.name: one.state for one in looked}
        assert states == {
            "reachable": State.OK,
            "newest copy": newest,
            "whose copies": State.WRONG,
        }


async def copied(told: dict[str, str], made_at: datetime) -> BucketNote:
    """Make a backup at an installation, and copy it; return the note on the copy."""
    store, bucket = Store(Path(told["DATA_DIR"])), make_bucket(Config.from_env(told))
    assert bucket
    await store.open()
    await store.close()
    made = Backups(store.quarantine.layout, clock=lambda: made_at).make_now("asked")
    return await bucket.keep(store.backups.path_of(made.filename), made)


@pytest.mark.slow
async def test_a_bucket_that_never_answers_holds_up_neither_doctor_nor_ctrl_c(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client would wait a minute, and ask again."""
    monkeypatch.setattr(doctor_bucket, "ANSWER_SECONDS_MAX", 0.1)
    loop = asyncio.get_running_loop()
    with socket.create_server(("127.0.0.1", 0)) as silent:  # it takes every call
        silent.setblocking(False)  # noqa: FBT003 - the socket's own way
        address = BucketAddress(
            "office", f"http://127.0.0.1:{silent.getsockname()[1]}", "AKID", "secret"
        )
        told = at(config) | in_bucket(address, OWNER.public_key)
        [looked] = await doctor_bucket.look_at_bucket(Config.from_env(told), NOW)
        first, _address = await loop.sock_accept(silent)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "cli", "backups", "list", "--bucket"),
            env={"PATH": os.environ["PATH"], **told},
            stderr=asyncio.subprocess.PIPE,
            cwd=ROOT,
        )
        async with asyncio.timeout(SECONDS_MAX / 3):
            second, _address = await loop.sock_accept(silent)
            process.send_signal(signal.SIGINT)
            _out, error = await process.communicate()
        first.close()
        second.close()

    assert (looked.state, "not answered within 0.1 s" in looked.seen) == (State.WRONG, True)
    assert process.returncode == 130
    assert error.decode() == "Interrupted. What was done until then is done.\n"


async def test_a_new_key_goes_into_a_file_that_nobody_else_can_read(tmp_path: Path) -> None:
    path = tmp_path / "backup-key.txt"

    made = await texas811("backups", "new-key", "-o", str(path))
    again = await texas811("backups", "new-key", "-o", str(path))

    public_key = made.out.removeprefix("Public key: ").strip()
    assert (made.status, public_key in path.read_text()) == (0, True)
    assert "AGE-SECRET-KEY" not in made.out + made.error
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (again.status, "There is a file" in again.error) == (2, True)
