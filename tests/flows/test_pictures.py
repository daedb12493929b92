"""A picture of an order on its way: through HTTP, to a worker, to a ticket and its page."""

from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx2
import pytest

from config import Config
from domain.access import Role
from jobs.job import Env
from tests.api.file_host import HOST, SIGNED, file_host
from tests.conftest import serving, working
from tests.extraction.scanned import needs_tesseract
from tests.worker.processes import end_warm_readers

SCAN = Path(__file__).parents[2] / "samples" / "water_service_scan.png"

pytestmark = pytest.mark.slow  # each starts a child that reads, which takes a second or two


async def handed_in(client: httpx2.AsyncClient) -> dict[str, Any]:
    answer = await client.post(
        "/work-orders",
        files={"file": (SCAN.name, SCAN.read_bytes(), "image/png")},
        params={"wait": 25},
    )
    assert answer.status_code == HTTPStatus.OK, answer.text
    return dict(answer.json()["ticket"])


@needs_tesseract
async def test_a_picture_becomes_a_ticket_whichever_way_it_comes(
    config: Config, env: Env, tmp_path: Path
) -> None:
    """Uploaded, or attached in a conversation: the values are there, and a warning beside them."""
    attached = {
        "name": SCAN.name,
        "mime_type": "image/png",
        "download_link": f"https://{HOST}{SIGNED}",
    }
    async with file_host(tmp_path) as storage, working(config):
        storage.says("200 OK", "Content-Type: image/png", body=[SCAN.read_bytes()])
        files = storage.downloader(bytes_max=1_000_000)
        async with serving(config, env, key=Role.CLIENT, files=files) as client:
            view = await handed_in(client)
            turn = await client.post("/gpt/tickets", json={"openaiFileIdRefs": [attached]})

    ticket, asked = view["ticket"], {gap["field"] for gap in view["open_gaps"]}
    assert (ticket["county"], ticket["phone"]) == ("Hill", "254-555-0163")
    assert ticket["company"] == "Blackland Utility Boring LLC"
    assert asked.isdisjoint({"company", "phone", "county", "address", "type_of_work"})
    assert "planned_start_at" in asked  # it is not on the paper
    assert "ocr_used" in str(view)
    assert turn.status_code == HTTPStatus.CREATED, turn.text
    assert turn.json()["facts"]["county"] == "Hill"


async def test_where_tesseract_is_missing_a_picture_becomes_a_draft_that_says_so(
    config: Config, client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing fails: every question is open, and a person answers them."""
    await end_warm_readers()
    monkeypatch.setenv("PATH", "/nowhere")  # of the child that reads, which inherits it
    async with working(config):
        view = await handed_in(client)

    assert view["ticket"]["company"] is None
    assert "ocr_unavailable" in str(view)
    assert view["next_question"]
