"""The variables of what is kept: which backups, where they go, and for how long."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pyrage import decrypt
from pyrage.x25519 import Identity

from config import Config
from domain.errors import UnavailableError
from jobs.job import Cancel, Env
from jobs.nightly_backup import NightlyBackup
from jobs.wiring import make_bucket, make_env
from storage.backup_notes import BackupNote
from tests.buckets import bucket_server
from tests.cli.commands import texas811


async def test_what_would_go_is_what_was_over_before_that_day(env: Env, config: Config) -> None:
    """Days of tickets, months of the audit log, as the customer names them."""
    said = await texas811(
        *("retention", "--dry-run", "--json"),
        DATA_DIR=str(config.root),
        DATA_RETENTION_DAYS="800",
        AUDIT_RETENTION_MONTHS="24",
    )
    made_at, before = (
        datetime.fromisoformat(said.json[name]) for name in ("made_at", "data_before")
    )

    assert made_at - before == timedelta(days=800)
    assert int(said.json["audit_before"][:4]) in {made_at.year - 2, made_at.year - 3}


@pytest.mark.parametrize(("given", "is_made"), [("false", False), ("true", True)])
async def test_no_backup_is_made_where_none_is_wanted(
    tmp_path: Path, given: str, *, is_made: bool
) -> None:
    """Somebody else makes them, of the whole volume."""
    env = make_env(Config.from_env({"DATA_DIR": str(tmp_path), "BACKUP_ENABLED": given}))
    await env.store.open()

    outcome = await NightlyBackup().run(env)

    await env.store.close()
    await env.queue.close()
    assert isinstance(outcome, Cancel) is not is_made
    assert len(await env.store.backups.notes()) == is_made


@pytest.mark.slow
async def test_a_backup_goes_sealed_into_the_bucket_that_is_named(tmp_path: Path) -> None:
    """Below its prefix, for whoever has the key; and with another secret not at all."""
    owner = Identity.generate()
    with bucket_server() as server:
        address = server.new_bucket()
        let_in = server.look_at_credentials()
        given = {
            "DATA_DIR": str(tmp_path / "data"),
            "BACKUP_BUCKET_NAME": address.name,
            "BACKUP_BUCKET_ENDPOINT": server.url,
            "BACKUP_BUCKET_PREFIX": "yard",
            "BACKUP_BUCKET_ACCESS_KEY_ID": let_in.access_key_id,
            "BACKUP_BUCKET_SECRET_ACCESS_KEY": let_in.secret_access_key,
            "BACKUP_RECIPIENTS": str(owner.to_public()),
        }
        note, path = await backup_in(given)
        with pytest.raises(UnavailableError):
            await kept({**given, "BACKUP_BUCKET_SECRET_ACCESS_KEY": "wrong" * 8}, note, path)
        with pytest.raises(UnavailableError):
            await kept({**given, "BACKUP_BUCKET_ACCESS_KEY_ID": "AKIDOFSOMEBODY"}, note, path)
        await kept(given, note, path)
        server.look_no_more()
        stored = server.objects(address)

    assert all(name.startswith("yard/") for name in stored)
    [sealed] = [content for name, content in stored.items() if name.endswith(".age")]
    assert decrypt(sealed, [owner]) == path.read_bytes()


async def backup_in(given: dict[str, str]) -> tuple[BackupNote, Path]:
    """Return a backup of an empty store, and where it lies."""
    store = make_env(Config.from_env(given)).store
    await store.open()
    note = await store.backups.make("asked")
    await store.close()
    return note, store.backups.path_of(note.filename)


async def kept(given: dict[str, str], note: BackupNote, path: Path) -> None:
    bucket = make_bucket(Config.from_env(given))
    assert bucket
    await bucket.keep(path, note)


def test_without_an_endpoint_the_region_says_where_the_bucket_is() -> None:
    """Amazon has one endpoint for each."""
    given = {
        "BACKUP_BUCKET_NAME": "office",
        "BACKUP_BUCKET_REGION": "us-east-2",
        "BACKUP_BUCKET_ACCESS_KEY_ID": "AKIDOFANYBODY",
        "BACKUP_BUCKET_SECRET_ACCESS_KEY": "what-only-anybody-knows",
        "BACKUP_RECIPIENTS": str(Identity.generate().to_public()),
    }
    bucket = make_bucket(Config.from_env(given))

    assert bucket
    assert bucket.place == "office at Amazon, us-east-2"
