"""Real documents, handed in as a client would: each becomes a ticket or an honest draft."""

import sys
from pathlib import Path

import httpx2
import pytest

from config import Config
from tests.conftest import working

ROOT = Path(__file__).parents[2]
OURS = ROOT / "samples"
SHARED = ROOT.parent / "shared" / "samples"  # of unclear licence, so not part of the project
NO_DOCUMENT = {"README.md", "SOURCES.md", "score.py"}


def documents() -> list[Path]:
    """Return every document there is to try, and say in one line what is missing."""
    if not SHARED.is_dir():
        sys.stdout.write(f"{SHARED} is not here: only the documents of {OURS} are tried.\n")
    found = [*OURS.glob("*.*"), *SHARED.glob("*.*")]
    return sorted(
        path
        for path in found
        if path.name not in NO_DOCUMENT and not path.name.endswith(".expected.json")
    )


@pytest.mark.slow
async def test_every_document_becomes_a_ticket_or_an_honest_draft(
    config: Config, client: httpx2.AsyncClient
) -> None:
    """A ticket that is not ready says what is missing; a document without words says why."""
    tried = documents()

    receipts = {}
    async with working(config):
        for path in tried:
            answer = await client.post(
                "/work-orders",
                files={"file": (path.name, path.read_bytes())},
                params={"wait": 25},
            )
            receipts[path.name] = (answer.status_code, answer.json())
        listed = (await client.get("/tickets")).json()

    assert len(tried) >= 5
    assert {status for status, _receipt in receipts.values()} == {200}, receipts
    assert listed["total"] == len(tried)
    for name, (_status, receipt) in receipts.items():
        view = receipt["ticket"]
        is_waiting = view["ticket"]["status"] == "ValidPendingConfirm"
        assert is_waiting or view["next_question"], name
        assert view["ticket"]["company"] or view["open_gaps"], name
        assert [event["action"] for event in view["history"]] == ["ticket_created"], name
