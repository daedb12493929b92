"""One ticket over HTTP, from draft to expiry, with a clock that is moved; and the refusals."""

from datetime import timedelta

from tests.builders import STATED
from tests.domain.lives import EXPIRY, NOTICE, REFRESH_BY, SECOND, START
from tests.flows.site import CHECK, DANA, MEMBERS, Site, status, submit, submitted

# What happened to it, as its history tells: action, from, to.
TOLD = [
    ("ticket_created", None, "Draft"),
    ("step_refused", "Draft", None),
    ("ticket_edited", "Draft", "ValidPendingConfirm"),
    ("ticket_confirmed", "ValidPendingConfirm", "Ready"),
    ("ticket_submitted", "Ready", "Submitted"),
    ("response_recorded", "Submitted", "Submitted"),
    ("response_recorded", "Submitted", "ResponsesIn"),
    ("site_checked", "ResponsesIn", "ResponsesIn"),
    ("time_passed", "ResponsesIn", "ReadyToDig"),
    ("time_passed", "ReadyToDig", "Expiring"),
    ("time_passed", "Expiring", "Expired"),
]


async def test_a_ticket_lives_from_draft_to_expiry_and_each_step_is_explained(
    moved: Site,
) -> None:
    """The whole main flow of a customer, as it will be read back in a dispute."""
    ticket_id = await moved.make(county="Bexer")
    assert "not a county of Texas" in await moved.refused(ticket_id, "confirm")
    edited = await moved.state(ticket_id, county="Travis")
    assert status(edited.json()) == "ValidPendingConfirm"
    assert status(await moved.do(ticket_id, "confirm")) == "Ready"

    view = await submit(moved, ticket_id)
    assert status(view) == "Submitted"
    assert view["deadlines"]["earliest_lawful_start"]["source"] == "Tex. Util. Code 251.151(a)"
    expires_at = view["ticket"]["expires_at"]

    view = await moved.do(ticket_id, "respond", member_code="atm01", outcome="Marked")
    assert (status(view), view["ticket"]["response_status"]) == ("Submitted", "Partial")
    view = await moved.do(ticket_id, "respond", member_code="ONC01", center_code="Clear")
    assert (status(view), view["ticket"]["response_status"]) == ("ResponsesIn", "Complete")
    await moved.do(ticket_id, "check-site", **CHECK)
    assert await moved.missing(ticket_id) == {"lawful_start_reached"}

    assert status(await moved.time_passes(ticket_id, START - SECOND)) == "ResponsesIn"
    assert status(await moved.time_passes(ticket_id, START)) == "ReadyToDig"
    assert await moved.missing(ticket_id) == set()
    assert status(await moved.time_passes(ticket_id, REFRESH_BY)) == "Expiring"
    view = await moved.time_passes(ticket_id, EXPIRY)
    assert status(view) == "Expired"
    assert view["ticket"]["expires_at"] == expires_at
    assert await moved.missing(ticket_id) == {"not_expired"}

    assert all(event["notes"] for event in view["history"])
    told = [(e["action"], e["from_status"], e["to_status"]) for e in view["history"]]
    assert told == TOLD
    notes = {event["to_status"]: event["notes"] for event in view["history"]}
    assert "Thu 2026-03-05 00:00 CST, A: 48 countable hours" in view["history"][4]["notes"]
    assert notes["Expired"].startswith(
        "Fri 2026-03-20 23:59 CDT: its life ends (16 TAC 18.3(e))"
    )


async def test_nobody_digs_before_the_start_or_on_one_clear_of_two(moved: Site) -> None:
    """What is refused says what is missing; silence is not clearance."""
    ticket_id = await submitted(moved)
    await moved.do(ticket_id, "respond", member_code="ONC01", outcome="Clear")
    await moved.do(ticket_id, "check-site", **CHECK)

    assert "Only a justified emergency" in await moved.refused(ticket_id, "begin-emergency")
    assert await moved.missing(ticket_id) == {"lawful_start_reached", "members_closed"}
    view = await moved.time_passes(ticket_id, START + timedelta(days=1))

    assert (status(view), view["ticket"]["response_status"]) == ("Submitted", "No Response")
    assert await moved.missing(ticket_id) == {"members_closed"}
    assert view["history"][-1]["action"] == "response_overdue"
    assert "ATM01" in view["history"][-1]["notes"]
    late = await moved.do(ticket_id, "respond", member_code="ATM01", outcome="Marked")
    # The site was checked before these marks were there.
    assert status(late) == "ResponsesIn"
    assert status(await moved.do(ticket_id, "check-site", **CHECK)) == "ReadyToDig"
    assert late["ticket"]["member_responses"][-1]["is_late"] is True
    assert late["ticket"]["expires_at"] == view["ticket"]["expires_at"]


async def test_a_confirmed_ticket_is_locked_until_it_is_reopened(moved: Site) -> None:
    """What a person confirmed is what is keyed into the portal."""
    ticket_id = await moved.make()
    gap = await moved.client.get(f"/tickets/{await moved.make(company=None)}/packet")
    assert gap.status_code == 422
    await moved.do(ticket_id, "confirm")

    locked = await moved.state(ticket_id, city="Pflugerville")
    packet = (await moved.client.get(f"/tickets/{ticket_id}/packet")).json()
    opened = await moved.do(ticket_id, "reopen", reason="The city was wrong.")
    edited = await moved.state(ticket_id, city="Pflugerville")

    assert locked.status_code == 422
    assert locked.json()["remedy"] == "Reopen it, edit it, and confirm it again."
    assert "Caprock Line Builders" in str(packet)
    assert (status(opened), opened["ticket"]["confirmation"]) == ("ValidPendingConfirm", None)
    assert edited.json()["ticket"]["city"] == "Pflugerville"
    assert edited.json()["ticket"]["confirmed_fields"] == ["city"]


async def test_a_second_notice_stops_the_digging_until_it_is_settled(moved: Site) -> None:
    """An unmarked line was seen: whoever digs on may strike it (16 TAC 18.4(e))."""
    ticket_id = await submitted(moved)
    for code in ("ATM01", "ONC01"):
        await moved.do(ticket_id, "respond", member_code=code, outcome="Marked")
    await moved.do(ticket_id, "check-site", **CHECK)
    assert status(await moved.time_passes(ticket_id, START)) == "ReadyToDig"

    stopped = await moved.do(
        ticket_id, "second-notice", reason="UnmarkedLineSeen", notes="A vent pipe."
    )
    waited = await moved.time_passes(ticket_id, START + timedelta(hours=9))
    ground = stopped["ticket"]["grounds"][0]["id"]
    await moved.refused(ticket_id, "settle", ground_id="nobody", settlement="Marked.")
    done = {"ground_id": ground, "settlement": "Atmos marked it."}
    assert "number of the second notice" in await moved.refused(ticket_id, "settle", **done)
    await moved.do(ticket_id, "settle", second_notice_number="2606500011", **done)
    settled = await moved.do(ticket_id, "check-site", **CHECK)

    assert status(stopped) == status(waited) == "Submitted"
    assert {one["condition"] for one in stopped["missing_for_digging"]} == {"no_open_ground"}
    assert status(settled) == "ReadyToDig"


async def test_damage_holds_the_ticket_until_the_operator_releases_it(moved: Site) -> None:
    """What is due by when is told at once: one hour, four hours, thirty days."""
    ticket_id = await submitted(moved)
    for code in ("ATM01", "ONC01"):
        await moved.do(ticket_id, "respond", member_code=code, outcome="Marked")
    await moved.do(ticket_id, "check-site", **CHECK)
    await moved.time_passes(ticket_id, START + timedelta(days=1))

    where = {"place": "At the pole", "facility": "gas service"}
    held = await moved.do(
        ticket_id, "damage", occurred_at=(START + timedelta(days=1)).isoformat(), **where
    )
    assert "in the future" in await moved.refused(
        ticket_id, "damage", occurred_at=(START + timedelta(days=2)).isoformat(), **where
    )
    await moved.refused(ticket_id, "release", released_by="Lee Park")
    freed = await moved.do(
        ticket_id, "release", released_by="Lee Park", dig_up_ticket_number="2606500009"
    )

    assert (status(held), held["ticket"]["response_status"]) == ("Damaged", "Damaged")
    assert "16 TAC 18.11(b)" in held["history"][-1]["notes"]
    assert "call 911" in held["history"][-1]["notes"]
    # What was checked before the damage says nothing about the site as it is now.
    assert status(freed) == "Damaged"
    assert status(await moved.do(ticket_id, "check-site", **CHECK)) == "ReadyToDig"


async def test_a_refresh_is_a_new_ticket_chained_to_the_old_one(moved: Site) -> None:
    """The old ticket lives until its own expiry; asked for twice, there is one new ticket."""
    ticket_id = await submitted(moved)
    before = await moved.see(ticket_id)

    body = {**DANA, "ticket_type": "Update & Remark"}
    answers = [
        await moved.client.post(f"/tickets/{ticket_id}/refresh", json=body) for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 201]
    first, second = (answer.json()["ticket"] for answer in answers)
    assert first["id"] == second["id"] != ticket_id
    assert answers[0].headers["Location"] == f"/tickets/{first['id']}"
    assert first["previous_ticket_number"] == "2606100001"
    assert (first["company"], first["status"]) == (STATED["company"], "Draft")
    assert await moved.see(ticket_id) == before


async def test_one_number_of_the_center_belongs_to_one_ticket(moved: Site) -> None:
    """Two tickets under one number: the answers to one would clear the other."""
    other = await moved.make(city="Pflugerville")
    await moved.do(other, "confirm")
    await submitted(moved)

    answer = await moved.client.post(
        f"/tickets/{other}/submit",
        json={
            **DANA,
            "texas811_ticket_number": "2606100001",
            "notice_at": NOTICE.isoformat(),
            "members": MEMBERS,
        },
    )

    assert answer.status_code == 409
    assert answer.json()["field"] == "texas811_ticket_number"
    assert status(await moved.see(other)) == "Ready"


async def test_closed_work_is_silent_and_expires_all_the_same(moved: Site) -> None:
    """Finished jobs end without alarms, and never permit digging again."""
    ticket_id = await submitted(moved)
    closed = await moved.do(ticket_id, "close")

    later = await moved.time_passes(ticket_id, REFRESH_BY + timedelta(hours=1))
    ended = await moved.time_passes(ticket_id, EXPIRY)

    assert closed["ticket"]["closed_at"]
    assert later["ticket"]["response_status"] == "Pending"
    assert (status(later), status(ended)) == ("Submitted", "Expired")
    assert "closed already" in await moved.refused(ticket_id, "close")


async def test_a_cancelled_ticket_says_whether_the_center_was_told(moved: Site) -> None:
    """A cancellation that the center never saw leaves locators on the way."""
    ticket_id = await submitted(moved)

    assert "was sent to the center" in await moved.refused(ticket_id, "cancel", reason="Off.")
    view = await moved.do(ticket_id, "cancel", reason="Off.", sent_to_center=True)

    assert status(view) == "Cancelled"
    assert "It has reached its end" in str(
        (
            await moved.client.post(
                f"/tickets/{ticket_id}/cancel",
                json={**DANA, "reason": "Again.", "sent_to_center": True},
            )
        ).json()["remedy"]
    )


async def test_an_action_on_a_version_that_is_gone_is_refused(moved: Site) -> None:
    """Somebody else was faster: look again before you confirm what you have not seen."""
    ticket_id = await moved.make()
    await moved.state(ticket_id, city="Pflugerville")

    stale = await moved.client.post(
        f"/tickets/{ticket_id}/confirm", json={**DANA, "version": 1}
    )
    fresh = await moved.client.post(
        f"/tickets/{ticket_id}/confirm", json={**DANA, "version": 2}
    )

    assert (stale.status_code, stale.json()["field"]) == (409, "version")
    assert status(fresh.json()) == "Ready"
