"""`texas811 demo`: hand the samples that ship with the project to a running service."""

import hashlib
import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.tables import print_table
from config import Config
from domain.errors import NotFoundError, RejectedError, UnavailableError

SAMPLES = Path(__file__).parent.parent / "samples"
SUFFIXES = {".txt", ".eml", ".pdf", ".json", ".html", ".xml"}
WAIT_SECONDS = 20


def demo(
    url: Annotated[
        str | None, typer.Option(help="Where the service is; by default here.")
    ] = None,
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
    base = url or Config.from_env(os.environ).url
    try:
        with httpx2.Client(base_url=base, timeout=WAIT_SECONDS + 10, trust_env=False) as client:
            rows = [_row(path, _post(client, path)) for path in files]
    except httpx2.TransportError as error:
        raise UnavailableError(
            f"Nothing answers at {base}: {error}.", remedy="Start it with `texas811 up`."
        ) from None
    print_table(("sample", "ticket", "status", "county", "confidence", "open gaps"), rows)


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
    if not answer.is_success:
        raise RejectedError(f"{path.name} was refused: {receipt['detail']}", field="file")
    return receipt


def _row(path: Path, receipt: dict[str, Any]) -> tuple[str, ...]:
    ticket = (receipt.get("ticket") or {}).get("ticket")
    if ticket is None:
        return (path.name, "", receipt["state"], "", "", "")
    return (
        path.name,
        ticket["id"][:8],
        ticket["status"],
        ticket["county"] or "-",
        f"{ticket['extraction_confidence']:.2f}",
        str(ticket["gap_count"]),
    )
