"""The operations of the GPT: their document keeps to every limit, and their answers to it."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from openapi_spec_validator import validate

from api.gpt_document import gpt_document
from config import Config
from domain.access import Role
from jobs.job import Env
from tests.api.file_host import HOST, SIGNED, file_host
from tests.api.gpt import Gpt
from tests.api.gpt_lint import lint
from tests.api.openapi_walk import operations
from tests.conftest import serving, working

INSTRUCTIONS_CHARACTERS_MAX = 8_000  # what the editor of a GPT takes
PAGE = Path(__file__).parents[2] / "docs" / "GPT.md"
SAMPLE = Path(__file__).parents[2] / "samples" / "pole_replacement.txt"
ATTACHED = {
    "name": SAMPLE.name,
    "id": "file-s5nX7o4junn2ig0J84r8Q0Ew",
    "mime_type": "text/plain",
    "download_link": f"https://{HOST}{SIGNED}",
}


@pytest.mark.slow
def test_the_documents_keep_to_every_limit(description: dict[str, Any]) -> None:
    """What breaks a limit is refused by the importer, or left out by it in silence; and clients
    are generated from the whole document by tools that we have never seen."""
    document = gpt_document(description) | {"servers": [{"url": "https://tickets.example.com"}]}

    assert lint(document) == []
    validate(document)
    validate(description)


def test_the_instructions_fit_and_name_what_there_is(description: dict[str, Any]) -> None:
    """The editor cuts what is longer; and a name that has changed would be called in vain."""
    names = {one["operationId"] for _, _, one in operations(gpt_document(description))}

    instructions = PAGE.read_text().partition("```text\n")[2].partition("```")[0]

    named = set(
        re.findall(r"\b[a-z]+(?:Ticket|Tickets|Gap|Submission|Responses)\b", instructions)
    )
    assert 1_000 < len(instructions) <= INSTRUCTIONS_CHARACTERS_MAX
    assert named - names == set()
    assert names - named == {"validateTicket"}


@pytest.mark.slow
async def test_a_whole_conversation_is_answered_as_it_was_described(
    config: Config, env: Env, tmp_path: Path
) -> None:
    """From the attached file to the answers of the members, by the document alone."""
    async with file_host(tmp_path) as storage, working(config):
        storage.says("200 OK", "Content-Type: text/plain", body=[SAMPLE.read_bytes()])
        async with serving(config, env, key=Role.CLIENT, files=storage.downloader()) as client:
            gpt = await Gpt.imported(client)
            drafted = await draft(gpt, now=env.clock())
            done = await decide(gpt, drafted, now=env.clock())
            found = await gpt.call("findTickets", county="Washington")

    assert drafted["can_be_confirmed"]
    assert {line["name"] for line in done["dates"]} >= {"earliest_lawful_start", "expires"}
    assert all(line["is_final"] and line["in_chicago"] for line in done["dates"])
    assert [one["ticket_id"] for one in found["tickets"]] == [drafted["ticket_id"]]
    assert gpt.left == set()


async def draft(gpt: Gpt, *, now: datetime) -> dict[str, Any]:
    """Attach the file, twice, say what it lacks, and correct one value."""
    files = {"openaiFileIdRefs": [ATTACHED]}
    made = await gpt.call("createTicket", files, status=201)
    known = {"session_key": made["session_key"]}
    again = await gpt.call("createTicket", files | known)
    assert again["ticket_id"] == made["ticket_id"]

    ticket_id = made["ticket_id"]
    start = {"planned_start_at": (now + timedelta(days=9)).isoformat()}
    await gpt.call("updateTicket", start | known, ticket_id=ticket_id)
    depth = {"field": "depth_inches", "answer": "6 ft"}
    await gpt.call("answerGap", depth | known, ticket_id=ticket_id)
    return await gpt.call("validateTicket", known, ticket_id=ticket_id)


async def decide(gpt: Gpt, drafted: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """Confirm, record what the center gave back and what a member answered, and give it up."""
    ticket_id, by = drafted["ticket_id"], {"by": "Raymond Tovar"}
    seen = {"version": drafted["version"]}
    receipt = {
        "texas811_ticket_number": "2681000001",
        "notice_at": now.isoformat(),
        "members": [{"code": "ONC", "name": "Oncor", "facilities": ["Electric"]}],
    }
    answers = {"responses": [{"member_code": "ONC", "outcome": "Marked"}]}
    end = {"reason": "The pole stays.", "sent_to_center": True}

    confirmed = await gpt.call("confirmTicket", by | seen, ticket_id=ticket_id)
    assert (await gpt.call("getTicket", ticket_id=ticket_id))["status"] == confirmed["status"]
    sent = await gpt.call("recordSubmission", by | receipt, ticket_id=ticket_id)
    await gpt.call("recordResponses", by | answers, ticket_id=ticket_id)
    await gpt.call("cancelTicket", by | end, ticket_id=ticket_id)
    return sent


async def test_a_refusal_is_answered_as_it_was_described(client: httpx2.AsyncClient) -> None:
    gpt = await Gpt.imported(client)

    nothing = await gpt.call("createTicket", {}, status=422)
    unknown = await gpt.call("getTicket", ticket_id="none", status=404)

    assert nothing["remedy"]
    assert unknown["field"] == "ticket_id"


async def test_a_file_that_cannot_be_had_leaves_nothing_behind(
    config: Config, env: Env, tmp_path: Path
) -> None:
    """The conversation says what to do, and the same request may be sent again."""
    async with (
        file_host(tmp_path) as storage,
        serving(config, env, files=storage.downloader()) as client,
    ):
        gpt = await Gpt.imported(client)
        for answer, status in (("403 Expired", 422), ("503 Busy", 503)):
            storage.says(answer, "Content-Length: 0")
            files = {"openaiFileIdRefs": [ATTACHED]}

            problem = await gpt.call("createTicket", files, status=status)

            assert problem["field"] == "openaiFileIdRefs"
            assert "again" in problem["remedy"]
    assert await env.store.work_orders.owed() == []
