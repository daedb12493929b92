"""The document of a ticket, with what was read marked in it, and what the ticket says today."""

import gzip
import re
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path

import pytest

from config import Config
from domain.access import Role
from domain.work_order import Submission, WorkOrder
from jobs import reader
from jobs.extract_ticket import ExtractTicket
from jobs.inbox import accept
from jobs.job import Env
from tests.api.dashboard.signing import Browser, signed_in
from tests.api.dashboard.walking import Anatomy
from tests.builders import make_draft
from tests.jobs.clocks import stored

SAMPLES = Path(__file__).parents[3] / "samples"
BYTES_MAX = 60 * 1024
EVIL = b'Company: Evil "><script>alert(1)</script> LLC\nCounty: Travis\n'

pytestmark = pytest.mark.slow  # each starts a child that reads, which takes a second


async def ticketed(env: Env, document: bytes, filename: str, **stated: str) -> WorkOrder:
    """Make a ticket of a document, as a worker does."""
    submission = Submission(document=document, filename=filename, stated=stated)
    order = await accept(env, submission, work_order_id="order-1")
    await ExtractTicket(work_order_id=order.id).run(env)
    return order


@pytest.fixture
async def browser(config: Config, env: Env) -> AsyncIterator[Browser]:
    async with signed_in(config, env, Role.CLIENT) as browser:
        yield browser


async def test_the_page_marks_what_was_read_and_each_fact_leads_to_its_place(
    env: Env, browser: Browser
) -> None:
    name = "gas_main_relocation.pdf"
    order = await ticketed(env, (SAMPLES / name).read_bytes(), name, company="Mesa Boring LLC")
    page = f"/dashboard/tickets/{order.ticket_id}"

    ticket = await browser.text(page)
    html = await browser.text(f"{page}/document")
    [address] = re.findall(r'<img src="([^"]+)"', html)
    picture = await browser.get(address.replace("&amp;", "&"))
    beyond = await browser.get(f"{page}/document/picture?page=2")

    links = re.findall(rf'href="{page}/document#([^"]+)"', ticket)
    assert f'href="{page}/document"' in ticket
    assert "field-county" in links
    assert {*links} <= {*Anatomy.of(html).ids}
    assert re.search(r'class="taken *"><a href="#field-county"', html)
    assert 'trust stated">stated' in html  # the company, with what was read beside it
    assert "<strong>Saltgrass Directional LLC</strong>" in html
    assert Anatomy.of(html).inline == []
    assert len(gzip.compress(html.encode(), 6)) < BYTES_MAX
    assert picture.content.startswith(b"\x89PNG")
    assert picture.headers["cache-control"] == "private, max-age=3600"
    assert "default-src 'none'" in picture.headers["content-security-policy"]
    assert beyond.status_code == HTTPStatus.NOT_FOUND


async def test_a_fact_that_a_person_has_changed_shows_both_values(
    env: Env, browser: Browser
) -> None:
    order = await ticketed(env, EVIL, '<img src=x onerror="alert(2)">.txt')
    page = f"/dashboard/tickets/{order.ticket_id}"
    ticket = await env.store.tickets.get(order.ticket_id)
    changed = await browser.act(f"{page}/facts", version=str(ticket.version), county="Bastrop")

    html = await browser.text(f"{page}/document")

    assert changed.status_code == HTTPStatus.SEE_OTHER, changed.text
    [row] = re.findall(r'<tr id="field-county">(.*?)</tr>', html, re.DOTALL)
    assert '<p class="value">Travis</p>' in row
    assert "On the ticket: Bastrop" in row
    assert "a person has said or confirmed it" in row
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "&lt;script&gt;alert(1)" in html


async def test_where_reading_is_stopped_the_quotes_that_were_kept_are_shown(
    env: Env, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await ticketed(env, b"Company: Mesa Boring LLC\nCounty: Travis\n", "order.txt")
    monkeypatch.setattr(reader, "READ_SECONDS_MAX", 0.0)

    html = await browser.text(f"/dashboard/tickets/{order.ticket_id}/document")

    assert "was stopped" in html
    assert "Only the quotes that were kept are listed" in html
    assert "<mark" not in html
    assert '<p class="value">Mesa Boring LLC</p>' in html


async def test_a_ticket_without_a_work_order_has_no_document_and_no_link_to_one(
    env: Env, browser: Browser
) -> None:
    await stored(env, make_draft("ticket-1"))

    answer = await browser.get("/dashboard/tickets/ticket-1/document")
    ticket = await browser.text("/dashboard/tickets/ticket-1")

    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert "it was not made from a work order" in answer.text
    assert "/document" not in ticket
