"""What is stored in the measurements: invented tickets and their next changes, prepared before
anybody's clock runs, so that every way is given the same bytes.
"""  # noqa: D205 - one sentence

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from _rivals import Work

from domain.audit import SYSTEM, change
from domain.responses import Member, MemberResponse, Outcome, ResponseType
from domain.ticket import Ticket
from storage.ticket_files import encode

NOW = datetime(2026, 12, 7, 16, 0, tzinfo=UTC)
COUNTIES = ("Travis", "Lubbock", "Harris", "El Paso", "Bexar", "Collin", "Hidalgo", "Webb")
STATUSES = ("Draft", "Ready", "Submitted", "ResponsesIn", "ReadyToDig", "Expired")
COMPANIES = 40
MEMBERS = tuple(Member(code=f"M{number:02}", name=f"Member {number}") for number in range(3))
ANSWERS = [
    MemberResponse(
        id=f"answer-{member.code}",
        member_code=member.code,
        member_name=member.name,
        outcome=Outcome.MARKED,
        response_type=ResponseType.POSITIVE,
        response_date=NOW,
        received_at=NOW,
    )
    for member in MEMBERS[:2]
]
FIRST = Ticket.model_validate(
    {
        "id": "ticket-0",
        "created_at": NOW,
        "updated_at": NOW,
        "requested_at": NOW,
        "notice_at": NOW,
        "earliest_lawful_start": NOW + timedelta(days=2),
        "contact_name": "Dana Ruiz",
        "phone": "512-555-0142",
        "email": "dana.ruiz@caprock.example.com",
        "type_of_work": "Replace power pole",
        "equipment_type": "Digger derrick",
        "city": "Austin",
        "nearest_intersection": "Bluebonnet Ln and Pecan St",
        "work_area_description": "Within 10 ft of the pole in the rear easement",
        "marking_instructions": "Mark a 20 ft radius round the pole",
        "members": MEMBERS,
        "member_responses": ANSWERS,
        "depth_inches": 0,
    }
)


def ticket(number: int) -> Ticket:
    """Return a ticket that nobody has stored; no two were changed in the same second."""
    moment = NOW - timedelta(seconds=37 * number)
    return FIRST.model_copy(
        update={
            "id": f"ticket-{number:06}",
            "status": type(FIRST.status)(STATUSES[number % len(STATUSES)]),
            "county": COUNTIES[number % len(COUNTIES)],
            "company": f"Line Builders {number % COMPANIES}",
            "address": f"{100 + number} Mesquite Rd",
            "texas811_ticket_number": f"26341{number:07}" if number % 6 > 1 else None,
            "updated_at": moment,
            "expires_at": moment + timedelta(days=14),
        }
    )


def filed(number: int) -> Work:
    """Return an edit of a ticket, and the file that it leaves: what most files look like."""
    before = ticket(number)
    return _work(before, before.model_copy(update={"depth_inches": 1}))


class Fleet:
    """Tickets that are changed again and again; each edit is made from the one before."""

    def __init__(self, tickets: Iterable[Ticket]) -> None:
        self._tickets = list(tickets)

    def creations(self) -> list[Work]:
        """Return the first change of every ticket."""
        return [self._moved_on(number, None) for number in range(len(self._tickets))]

    def edits(self, places: Iterable[int]) -> list[Work]:
        """Return the next change of each of these tickets; they must be committed in order."""
        return [self._edit(place) for place in places]

    def _edit(self, place: int) -> Work:
        before = self._tickets[place]
        deeper = {"depth_inches": (before.depth_inches or 0) + 1}
        self._tickets[place] = before.model_copy(update=deeper)
        return self._moved_on(place, before)

    def _moved_on(self, place: int, before: Ticket | None) -> Work:
        work = _work(before, self._tickets[place])
        version = work.change.ticket.version + 1
        self._tickets[place] = work.change.ticket.model_copy(update={"version": version})
        return work


def _work(before: Ticket | None, after: Ticket) -> Work:
    action = "ticket_edited" if before else "ticket_created"
    made = change(before, after, by=SYSTEM, action=action)
    written = after.model_copy(update={"version": after.version + 1})
    return Work(made, encode(written, made.event))
