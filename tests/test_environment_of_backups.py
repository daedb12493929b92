"""The variables of what is kept: which backups, where they go, and for how long."""

import re
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from pyrage import decrypt
from pyrage.x25519 import Identity

from config import Config
from domain.errors import RejectedError, UnavailableError
from jobs.apply_retention import ApplyRetention
from jobs.job import Cancel, Env
from jobs.nightly_backup import NightlyBackup
from jobs.wiring import make_bucket, make_env
from storage.backup_notes import BackupNote
from tests.buckets import bucket_server
from tests.builders import NOW, make_ticket
from tests.cli.commands import texas811
from tests.jobs.clocks import at, stored

# A bucket of Amazon's, and what is needed to use it.
OFFICE = {
    "BACKUP_BUCKET_NAME": "office",
    "BACKUP_BUCKET_REGION": "us-east-2",
    "BACKUP_BUCKET_ACCESS_KEY_ID": "AKIDOFANYBODY",
    "BACKUP_BUCKET_SECRET_ACCESS_KEY": "what-only-anybody-knows",
    "BACKUP_RECIPIENTS": "age1t7rxyev2z3rw82stdlrrepyc39nvn86l5078zqkf5uasdy86jp6svpy7pa",
}


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


@pytest.mark.parametrize(
    ("given", "later", "left"),
    [
        ({"DATA_RETENTION_DAYS": "200"}, 100, {"tickets", "days"}),
        ({"DATA_RETENTION_DAYS": "50"}, 70, {"days"}),
        ({"DATA_RETENTION_DAYS": "50", "AUDIT_RETENTION_MONTHS": "1"}, 70, set()),
        ({"DATA_RETENTION_DAYS": "50", "AUDIT_RETENTION_MONTHS": "24"}, 500, {"days"}),
    ],
    ids=["longer", "shorter", "a month of the log", "two years of the log"],
)
async def test_the_nightly_job_removes_what_is_over_for_as_long_as_is_said(
    tmp_path: Path, given: dict[str, str], later: int, left: set[str]
) -> None:
    """Neither sooner nor later than the defaults, 90 days and 12 months, would have it."""
    env = make_env(Config.from_env({"DATA_DIR": str(tmp_path), **given}))
    await env.store.open()
    await stored(env, make_ticket(status="Cancelled"))
    first_day = audit_days(tmp_path)
    now = NOW + timedelta(days=later)
    lately = dict.fromkeys(("created_at", "updated_at"), now - timedelta(days=7))
    await stored(env, make_ticket("later", **lately))  # of a log that stands still, none goes

    for _night in range(2):  # a day of the log goes after what it tells of
        await ApplyRetention().run(at(env, now))

    await env.store.close()
    await env.queue.close()
    remain = {
        "tickets": set(env.store.tickets.ids()) - {"later"},
        "days": first_day & audit_days(tmp_path),
    }
    assert {name for name, found in remain.items() if found} == left


def audit_days(root: Path) -> set[Path]:
    return set((root / "audit").rglob("*.jsonl"))


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
    bucket = make_bucket(Config.from_env(OFFICE))

    assert bucket
    assert bucket.place == "office at Amazon, us-east-2"


async def test_a_bucket_is_asked_in_the_name_of_its_region() -> None:
    """It stands in what is signed: a service that has regions refuses another's."""
    asked: list[str] = []

    class Listing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers["Authorization"])
            self.send_response(200)
            self.end_headers()
            self.wfile.write(
                b"<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"
            )

        def log_message(self, *_said: object) -> None:
            """Nobody reads it."""

    with HTTPServer(("127.0.0.1", 0), Listing) as server:
        given = OFFICE | {
            "BACKUP_BUCKET_ENDPOINT": f"http://127.0.0.1:{server.server_port}",
            "BACKUP_BUCKET_REGION": "us-east-2",
        }
        bucket = make_bucket(Config.from_env(given))
        Thread(target=server.handle_request, daemon=True).start()
        assert bucket
        assert await bucket.list() == []

    [authorization] = asked
    assert re.search("Credential=AKIDOFANYBODY/[0-9]{8}/us-east-2/s3/", authorization)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ACCESS_KEY_ID", "AKID\u00e9"),
        ("ENDPOINT", "http://127.0.0.1:99999"),
        ("ENDPOINT", "http://:::"),
        ("ENDPOINT", "http://[::1"),
        ("NAME", "of fice"),
        ("PREFIX", "yard//office"),
        ("PREFIX", "yard/../office"),
        ("REGION", "us east"),
    ],
)
def test_a_bucket_that_could_not_be_asked_is_refused_by_the_name_of_its_variable(
    variable: str, value: str
) -> None:
    with pytest.raises(RejectedError) as refused:
        Config.from_env(OFFICE | {f"BACKUP_BUCKET_{variable}": value})

    assert refused.value.field == f"BACKUP_BUCKET_{variable}"


def test_line_ends_and_slashes_round_a_value_are_none_of_it() -> None:
    """As they come out of a file or a form."""
    given = {name: f" {value}\n" for name, value in OFFICE.items()}
    config = Config.from_env(given | {"BACKUP_BUCKET_PREFIX": "/yard/office/\n"})

    assert config == Config.from_env(OFFICE | {"BACKUP_BUCKET_PREFIX": "yard/office"})


def test_a_public_key_with_a_wrong_letter_is_refused_before_anything_is_sealed_for_it() -> None:
    key = OFFICE["BACKUP_RECIPIENTS"]
    wrong = key[:-1] + ("q" if key[-1] != "q" else "p")

    with pytest.raises(RejectedError, match="a letter of that public key is wrong") as refused:
        Config.from_env(OFFICE | {"BACKUP_RECIPIENTS": wrong})

    assert refused.value.field == "BACKUP_RECIPIENTS"
