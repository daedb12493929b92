"""The tickets page: what is due is on top, each ticket in its column, and every list to its end."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from config import Config
from domain.access import Role
from domain.ticket import Ticket, TicketStatus
from jobs.job import Env
from tests.api.dashboard.signing import Browser, signed_in
from tests.builders import make_draft
from tests.domain.lives import DIGGING, EMERGENCY, EXPIRY, LATE, RELEASED, make_life
from tests.jobs.clocks import at, stored

PAGE = "/dashboard/tickets"
TODAY = EXPIRY - timedelta(hours=3, minutes=20)
FRIDAY = datetime(2026, 3, 6, 14, 0, tzinfo=UTC)
WEDNESDAY = FRIDAY - timedelta(days=2)
CARD = re.compile(r'href="/dashboard/tickets/([\w-]+)"')


def life(ticket_id: str, status: TicketStatus, **fields: object) -> Ticket:
    return make_life(
        status,
        id=ticket_id,
        version=0,
        texas811_ticket_number=f"number-{ticket_id}",
        **fields,
    )


@pytest.fixture
async def tickets(env: Env) -> list[Ticket]:
    """A ticket in each column, in two counties."""
    return [
        await stored(env, one)
        for one in (
            make_draft("draft", company="Frontier <b>Digging</b>", county="Lubbock"),
            life("confirmed", TicketStatus.READY),
            life("silent", TicketStatus.SUBMITTED, member_responses=[]),
            life("leak", TicketStatus.SUBMITTED, member_responses=[], **EMERGENCY),
            life("expiring", TicketStatus.EXPIRING),
            life("hit", TicketStatus.DAMAGED),
            life("given-up", TicketStatus.CANCELLED),
        )
    ]


@pytest.fixture
async def browser(config: Config, env: Env, tickets: list[Ticket]) -> AsyncIterator[Browser]:
    """Somebody who may only look, three hours before most of the tickets expire."""
    assert tickets
    async with signed_in(config, at(env, TODAY), Role.VIEWER) as browser:
        yield browser


def part(html: str, element_id: str) -> str:
    """Return the HTML from an element to the end of its section."""
    return html.partition(f'id="{element_id}"')[2].partition("</section>")[0]


async def test_what_needs_somebody_today_is_on_top_the_gravest_first(browser: Browser) -> None:
    shown = part(await browser.text(PAGE), "attention")
    ids = list(dict.fromkeys(CARD.findall(shown)))
    assert ids[:4] == ["hit", "leak", "silent", "expiring"]
    assert "Expires in 3 h 20 min, update missed" in shown
    assert "Expires within 24 h: 3" in shown
    assert "given-up" not in shown


async def test_each_ticket_stands_in_the_column_of_its_life_with_what_it_waits_for(
    browser: Browser,
) -> None:
    html = await browser.text(PAGE)
    columns = {
        name: CARD.findall(part(html, f"column-{name}"))
        for name in ("drafts", "to-submit", "waiting", "digging", "damaged", "ended")
    }
    assert columns == {
        "drafts": ["draft"],
        "to-submit": ["confirmed"],
        "waiting": ["leak", "silent"],
        "digging": ["expiring"],
        "damaged": ["hit"],
        "ended": ["given-up"],
    }
    assert "ATM01 (gas) has not answered." in part(html, "column-waiting")
    assert "overdue by 15 days" in part(html, "column-waiting")
    assert "Frontier &lt;b&gt;Digging&lt;/b&gt;" in html
    assert "<b>Digging" not in html


async def test_an_update_that_was_missed_is_told_in_red_with_what_a_new_notice_allows(
    config: Config, env: Env
) -> None:
    await stored(env, life("late", TicketStatus.EXPIRING))
    async with signed_in(config, at(env, LATE), Role.VIEWER) as browser:
        html = await browser.text(PAGE)
    assert "Update missed by 10 h" in part(html, "attention")
    column = part(html, "column-digging")
    assert '<span class="bad">Update' in column
    assert "given now, it allows digging from Mon 2026-03-23 10:00 CDT on" in column
    assert "digging ends Fri 2026-03-20 23:59 CDT" in column
    assert '<strong class="bad">1 overdue</strong>' in column


async def test_a_planned_start_is_urgent_while_a_notice_can_make_it_lawful_and_then_too_late(
    config: Config, env: Env
) -> None:
    # Its start is Friday 08:00: the last moment for the notice is Wednesday 08:00.
    await stored(env, make_draft("draft", county="Travis", planned_start_at=FRIDAY))
    for now, said in (
        (WEDNESDAY - timedelta(hours=3), "Notice due in 3 h"),
        (
            WEDNESDAY + timedelta(hours=1),
            "Planned start cannot be lawful any more: earliest Fri 2026-03-06 09:00 CST",
        ),
    ):
        async with signed_in(config, at(env, now), Role.VIEWER) as browser:
            assert said in part(await browser.text(PAGE), "attention")


async def test_a_damage_that_was_released_tells_what_holds_the_ticket_still(
    config: Config, env: Env
) -> None:
    await stored(env, life("hit", TicketStatus.DAMAGED, damages=[RELEASED], site_check=None))
    async with signed_in(config, at(env, DIGGING), Role.VIEWER) as browser:
        html = await browser.text(PAGE)
        page = await browser.text(f"{PAGE}/hit")
    assert "Damage released: the site check holds it" in part(html, "attention")
    assert "1 overdue" in part(html, "column-damaged")
    assert "due within 24 h" not in part(html, "column-damaged")
    assert "Damage released: the site check holds it." in part(page, "waits-title")


async def test_filters_narrow_the_columns_and_never_what_needs_attention(
    browser: Browser,
) -> None:
    html = await browser.text(f"{PAGE}?county=lubbock+county&text=FRONTIER")
    assert CARD.findall(part(html, "column-drafts")) == ["draft"]
    assert CARD.findall(part(html, "column-waiting")) == []
    assert "leak" in CARD.findall(part(html, "attention"))
    words = " ".join(f"word{number}" for number in range(9))
    assert "Only the first 8 words are sought." in await browser.text(f"{PAGE}?text={words}")
    likely = await browser.text(f"{PAGE}?county=Lubock")
    assert "There is no county Lubock in Texas. Did you mean" in likely
    assert "?county=Lubbock" in likely


async def test_a_list_is_walked_to_its_end_and_a_foreign_cursor_is_refused(
    config: Config, env: Env
) -> None:
    for number in range(52):
        await stored(env, make_draft(f"draft-{number}", county="Travis"))
    async with signed_in(config, env, Role.VIEWER) as browser:
        first = await browser.text(f"{PAGE}?list=drafts")
        more = re.search(r'rel="next" href="([^"]+)"', first)
        assert more
        following = more[1].replace("&amp;", "&")
        second = await browser.text(f"{PAGE}{following}")
        seen = [CARD.findall(part(one, "list-title")) for one in (first, second)]
        assert [len(one) for one in seen] == [50, 2]
        assert len({*seen[0], *seen[1]}) == 52
        assert (await browser.get(f"{PAGE}{following}&text=pole")).status_code == 422
        assert (await browser.get(f"{PAGE}?list=nowhere")).status_code == 422


async def test_the_map_links_each_county_with_open_tickets_and_says_how_many(
    browser: Browser,
) -> None:
    html = await browser.text(f"{PAGE}?county=Travis")
    assert 'aria-label="Map of Texas: 2 counties with 6 open tickets"' in html
    assert "<title>Travis: 5 open</title>" in html
    assert '<a href="?county=Lubbock"><title>Lubbock: 1 open</title>' in html
    assert "10 to 49" in part(html, "map-title")
