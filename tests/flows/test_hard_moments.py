"""Moments of a real day in which a strict rule would lock a dispatcher out."""

from datetime import timedelta

from jobs.recompute_timestamps import RecomputeTimestamps
from tests.builders import NOW
from tests.domain.lives import EXPIRY, NOTICE, START
from tests.flows.site import MEMBERS, Site, status, submitted


async def test_a_missing_member_list_becomes_whole_by_a_persons_word(moved: Site) -> None:
    """One member that is known by chance does not stand for those that are not."""
    ticket_id = await moved.make()
    await moved.do(ticket_id, "confirm")
    moved.clock.now = NOTICE + timedelta(minutes=5)
    notice = {"texas811_ticket_number": "2606100001", "notice_at": NOTICE.isoformat()}
    await moved.do(ticket_id, "submit", member_list_missing=True, **notice)

    some = await moved.do(ticket_id, "members", members=MEMBERS[:1])
    whole = await moved.do(ticket_id, "members", members=MEMBERS, is_whole_list=True)

    assert some["ticket"]["member_list_missing"] is True
    assert whole["ticket"]["member_list_missing"] is False
    for member in MEMBERS:
        view = await moved.do(ticket_id, "respond", member_code=member["code"], outcome="Clear")
    assert status(view) == "ResponsesIn"


async def test_a_notice_that_was_given_in_time_is_recorded_a_little_later(moved: Site) -> None:
    """Keyed in at nine, recorded at half past ten: the confirmation still stands."""
    start = START + timedelta(days=1)
    ticket_id = await moved.make(planned_start_at=start.isoformat())
    await moved.do(ticket_id, "confirm")
    keyed_in = start - timedelta(hours=48, minutes=1)
    moved.clock.now = keyed_in + timedelta(hours=1, minutes=30)
    await RecomputeTimestamps().run(moved.env)

    view = await moved.do(
        ticket_id,
        "submit",
        texas811_ticket_number="2606100001",
        notice_at=keyed_in.isoformat(),
        members=MEMBERS,
    )

    assert status(view) == "Submitted"


async def test_a_suggested_start_can_be_taken_at_once(moved: Site) -> None:
    """The answer that we offer must not be refused when it is given."""
    ticket_id = await moved.make(planned_start_at=NOW.isoformat())
    view = await moved.see(ticket_id)
    [gap] = [one for one in view["open_gaps"] if one["field"] == "planned_start_at"]
    moved.clock.now = NOW + timedelta(minutes=20)

    answer = await moved.state(ticket_id, planned_start_at=gap["suggested_values"][0])

    assert answer.json()["ticket"]["status"] == "ValidPendingConfirm"


async def test_a_ticket_is_shown_as_time_has_left_it_whoever_is_late(moved: Site) -> None:
    """No worker ran since the expiry: nobody may read that digging is lawful."""
    ticket_id = await submitted(moved)
    moved.clock.now = EXPIRY

    view = await moved.see(ticket_id)
    stored = await moved.env.store.tickets.get(ticket_id)

    assert (status(view), stored.status.value) == ("Expired", "Submitted")
    assert view["version"] == stored.version
