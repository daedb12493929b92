"""The page of one ticket: its dates explained, what is missing, its packet, its past, its place."""

import re

from config import Config
from domain.access import Role
from domain.extraction import Span
from domain.geometry import circle_at
from domain.location import GPSCoordinate
from domain.responses import Outcome
from domain.ticket import TicketStatus
from jobs.job import Env
from tests.api.dashboard.signing import signed_in
from tests.builders import make_draft, make_extraction, make_finding, make_order
from tests.domain.lives import (
    ANSWERED,
    CANCELLATION,
    DAMAGE,
    EMERGENCY,
    EXPIRY,
    GROUND,
    make_life,
    make_response,
)
from tests.jobs.clocks import at, stored

PAGE = "/dashboard/tickets/ticket-1"
EVIL = '"><script>alert(1)</script>'
AUSTIN = GPSCoordinate(latitude=30.2672, longitude=-97.7431)


async def shown(config: Config, env: Env, page: str = PAGE) -> str:
    async with signed_in(config, env, Role.VIEWER) as browser:
        return await browser.text(page)


async def test_each_date_is_told_by_both_clocks_with_its_rule_and_source(
    config: Config, env: Env
) -> None:
    await stored(env, make_life(TicketStatus.SUBMITTED, version=0, member_responses=[]))
    html = await shown(config, at(env, ANSWERED))
    assert "Thu 2026-03-05 00:00 CST" in html
    assert "2026-03-05 06:00 UTC" in html
    assert "Rule A, Tex. Util. Code 251.151(a)" in html
    assert "countable hours at the site after the notice" in html
    assert "in 16 days" in html
    assert "if told now" not in html


async def test_it_says_what_is_missing_and_never_that_digging_is_lawful_once_time_is_up(
    config: Config, env: Env
) -> None:
    await stored(env, make_life(TicketStatus.READY_TO_DIG, version=0, grounds=[GROUND]))
    html = await shown(config, at(env, EXPIRY))
    assert "Its life ended Fri 2026-03-20 23:59 CDT." in html
    assert "Expired</span>" in html
    assert "Nothing is missing for lawful digging" not in html


async def test_a_cancelled_ticket_tells_how_it_ended_and_waits_for_nothing(
    config: Config, env: Env
) -> None:
    gone = {"member_responses": [], "cancellation": CANCELLATION}
    await stored(env, make_life(TicketStatus.CANCELLED, version=0, **gone))
    html = await shown(config, at(env, ANSWERED))
    said = html.partition('id="waits-title"')[2].partition("</section>")[0]
    assert "Cancelled by Dana Ruiz, Fri 2026-03-06 09:00 CST: The job is off." in said
    assert "has not answered" not in html
    assert "due in" not in html


async def test_an_emergency_of_which_the_center_knows_nothing_has_reached_no_start(
    config: Config, env: Env
) -> None:
    await stored(env, make_draft("ticket-1", county="Travis", **EMERGENCY))
    html = await shown(config, at(env, ANSWERED))
    assert "at once, as soon as the center is told" in html
    assert "reached" not in html.partition('id="dates-title"')[2].partition("</section>")[0]


async def test_what_is_kept_by_a_name_is_told_in_words_and_by_the_clocks_of_the_site(
    config: Config, env: Env
) -> None:
    marked = make_response(outcome=Outcome.MARKED_TO_METER)
    ticket = make_life(
        TicketStatus.SUBMITTED, version=0, member_responses=[marked], damages=[DAMAGE],
        geometry=circle_at(AUSTIN, 300), is_trenchless=True,
    )  # fmt: skip
    await stored(env, ticket)
    html = await shown(config, at(env, ANSWERED))
    members = html.partition('id="members-title"')[2].partition("</section>")[0]
    assert "Marked to the meter" in members
    assert "Wed 2026-03-04 09:00 CST" in members
    assert "gas service, Rear easement, Fri 2026-03-06 09:00 CST" in members
    assert '<td class="field">Trenchless work</td>' in html
    assert re.search(
        r"<summary>Circle: POLYGON [^<]{24}… \([\d,]+ characters\)</summary>", html
    )


async def test_what_a_document_says_is_escaped_wherever_it_is_shown(
    config: Config, env: Env
) -> None:
    ticket = make_draft(
        company=f"Evil {EVIL}", county=f"Travis{EVIL}", work_order_filename=f"a{EVIL}.pdf",
        marking_instructions=EVIL, extraction_warnings=[EVIL], work_order_id="order-1",
    )  # fmt: skip
    await stored(env, ticket)
    async with signed_in(config, env, Role.CLIENT) as browser:
        await browser.act(f"{PAGE}/validate", reason=f"why {EVIL}")
        pages = [await browser.text(page) for page in (PAGE, "/dashboard/tickets")]
    assert all("<script>alert" not in page and "Evil &#34;&gt;" in page for page in pages)


async def test_a_fact_shows_the_words_that_were_read_and_how_sure_the_reading_was(
    config: Config, env: Env
) -> None:
    order = make_order()
    await env.store.work_orders.accept(order, b"")
    quote = Span(quote="Company: Caprock <b>")
    read = make_extraction(company=make_finding("Caprock", 0.93, spans=[quote]))
    await env.store.work_orders.keep_extraction(order.id, read)
    await stored(env, make_life(TicketStatus.SUBMITTED, version=0, work_order_id=order.id))
    html = await shown(config, at(env, ANSWERED))
    assert 'read <span class="ok">93 %</span>' in html
    assert "“Company: Caprock &lt;b&gt;”" in html


async def test_the_map_shows_the_site_in_its_county_and_from_near_with_a_scale(
    config: Config, env: Env
) -> None:
    site = circle_at(AUSTIN, 300)
    await stored(env, make_life(TicketStatus.SUBMITTED, version=0, geometry=site))
    html = await shown(config, at(env, ANSWERED))
    assert "Work site at 30.26720, -97.74310 in Travis County." in html
    assert "It is about 600 ft wide and 601 ft from south to north." in html
    assert ">20 mi</text>" in html
    assert ">200 ft</text>" in html


async def test_lines_of_the_audit_log_that_cannot_be_believed_are_named(
    config: Config, env: Env
) -> None:
    await stored(env, make_life(TicketStatus.SUBMITTED, version=0))
    (log,) = (config.data_dir / "audit").glob("*/audit_*.jsonl")
    async with signed_in(config, at(env, ANSWERED)) as browser:
        # That somebody signed in was written behind it: only after that it can be damaged.
        log.write_bytes(log.read_bytes().replace(b"ticket-1", b"ticket-2", 1))
        html = await browser.text(PAGE)
    assert "Lines of the audit log cannot be believed" in html
