"""`texas811 demo`: hand the samples that ship with the project to a running service."""

import asyncio
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.tables import print_json, print_table
from config import Config
from domain.access import Role
from domain.audit import Actor, Author
from domain.errors import NotFoundError, RejectedError, UnavailableError

SAMPLES = Path(__file__).parent.parent / "samples"
SUFFIXES = {".txt", ".eml", ".pdf", ".json", ".html", ".xml", ".png"}
WAIT_SECONDS = 20
KEY_LASTS = timedelta(minutes=15)
KEY_REQUESTS_PER_MINUTE = 1_000
NAME = "texas811 demo"
COLUMNS = ("sample", "ticket", "status", "county", "confidence", "open gaps")
GIVE_A_KEY = "Give a key of that service with --key or TEXAS811_API_KEY."


def demo(
    url: Annotated[
        str | None, typer.Option(help="Where the service is; by default here.")
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(
            envvar="TEXAS811_API_KEY",
            help="An API key; by default one is made in DATA_DIR, and revoked at the end.",
        ),
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False,
) -> None:
    """Post each sample as a client would, and show the ticket that it became.

    A sample that was posted before is the same work order: nothing is doubled.
    """
    import httpx2

    files = sorted(path for path in SAMPLES.glob("*") if path.suffix in SUFFIXES)
    if not files:
        raise NotFoundError(
            f"There are no samples in {SAMPLES}.", remedy="Run it in a checkout."
        )
    config = Config.from_env(os.environ)
    base = url or config.url
    try:
        with httpx2.Client(base_url=base, timeout=WAIT_SECONDS + 10, trust_env=False) as client:
            client.get("/healthz")  # before a key is made for nobody
            with nullcontext(key) if key else _own_key(config) as text:
                client.headers["Authorization"] = f"Bearer {text}"
                told = [_told(path, _post(client, path)) for path in files]
    except httpx2.TransportError as error:
        raise UnavailableError(
            f"Nothing answers at {base}: {error}.", remedy="Start it with `texas811 up`."
        ) from None
    if as_json:
        print_json(told)
    else:
        print_table(COLUMNS, [_row(one) for one in told])


@contextmanager
def _own_key(config: Config) -> Iterator[str]:
    """Make a key where the data of the service lies, and revoke it at the end."""
    from jobs.issuing import issue, revoke, terms_of
    from jobs.wiring import make_env

    env, by = make_env(config), Author(actor=Actor.USER, name=NAME)
    now = env.clock()
    terms = terms_of(
        name=NAME,
        role=Role.CLIENT,
        created_at=now,
        created_by=NAME,
        expires_at=now + KEY_LASTS,
        requests_per_minute=KEY_REQUESTS_PER_MINUTE,
    )
    try:
        made, text = asyncio.run(issue(env, terms, by=by))
    except NotFoundError as error:
        error.remedy = f"{GIVE_A_KEY} {error.remedy}"
        raise
    try:
        yield text
    finally:
        asyncio.run(revoke(env, made.id, by=by))


def _post(client: Any, path: Path) -> dict[str, Any]:
    """Hand in one sample and return its receipt: JSON as stated facts, the rest as documents."""
    content = path.read_bytes()
    key = f"sample-{path.name}-{hashlib.sha256(content).hexdigest()[:16]}"
    asked: dict[str, Any] = {
        "headers": {"Idempotency-Key": key},
        "params": {"wait": WAIT_SECONDS},
    }
    if path.suffix == ".json":
        answer = client.post("/work-orders", json=json.loads(content), **asked)
    else:
        answer = client.post("/work-orders", files={"file": (path.name, content)}, **asked)
    if not answer.headers.get("content-type", "").startswith("application/"):
        raise UnavailableError(
            f"What answers at {client.base_url} is another service.",
            remedy="Say with --url where Texas 811 is.",
        )
    receipt: dict[str, Any] = answer.json()
    if answer.status_code == HTTPStatus.UNAUTHORIZED:
        raise RejectedError(receipt["problem"], field="key", remedy=GIVE_A_KEY)
    if not answer.is_success:
        raise RejectedError(f"{path.name} was refused: {receipt['detail']}", field="file")
    return receipt


def _told(path: Path, receipt: dict[str, Any]) -> dict[str, Any]:
    """Return what became of a sample; what is known of its ticket alone is None while it is on its way."""
    ticket = (receipt.get("ticket") or {}).get("ticket") or {}
    return {
        "sample": path.name,
        "work_order_id": receipt["work_order_id"],
        "ticket_id": receipt["ticket_id"],
        "state": receipt["state"],
        "status": ticket.get("status"),
        "county": ticket.get("county"),
        "confidence": ticket.get("extraction_confidence"),
        "open_gaps": ticket.get("gap_count"),
    }


def _row(told: dict[str, Any]) -> tuple[str, ...]:
    if told["status"] is None:
        return (told["sample"], "", told["state"], "", "", "")
    return (
        told["sample"],
        told["ticket_id"][:8],
        told["status"],
        told["county"] or "-",
        f"{told['confidence']:.2f}",
        str(told["open_gaps"]),
    )
