"""Random lives of a ticket: steps of persons and members at random times, each as it is allowed."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from domain import digging, following, second_notices, submitting
from domain.audit import Change
from domain.errors import DuplicateError, RejectedError
from domain.moving import next_turn, turning_points
from domain.responses import CLOSING, Member, Outcome
from domain.statements import GroundReason, LifeAgreement, SiteCheck, Standby
from domain.submitting import CenterReceipt
from domain.ticket import Ticket, TicketStatus
from tests.builders import NOW
from tests.domain.lives import CHECK, DANA, EMERGENCY, GAS, POWER, make_life, taken

Step = Callable[[Ticket, datetime], Change]

HOUR = timedelta(hours=1)
MEMBERS = [GAS, POWER, Member(code="WTR01")]
CODES = st.sampled_from(["ATM01", "onc01", "WTR01"])
# Long waits are seldom: most of what happens to a ticket happens within days.
WAITS = st.sampled_from([0, 0, 1, 1, 5, 20, 30, 50, 120, 300]).map(lambda hours: hours * HOUR)


@dataclass
class Life:
    """What became of a ticket: it as it is now, every change of it, and the present."""

    ticket: Ticket
    now: datetime = NOW
    changes: list[tuple[Ticket, Change]] = field(default_factory=list)

    def commit(self, change: Change) -> None:
        self.changes.append((self.ticket, change))
        self.ticket = taken(change)

    def turn(self) -> None:
        """Make every turn until now, as the worker does and whoever acts does first."""
        while change := next_turn(self.ticket, self.now):
            self.commit(change)

    def wait(self, until: datetime, *, is_punctual: bool) -> None:
        """Let time pass, with a timer that rings at each instant, or with none at all."""
        while is_punctual and (at := self.next_instant(until)):
            self.now = at
            self.turn()
        self.now = until
        self.turn()

    def next_instant(self, until: datetime) -> datetime | None:
        ahead = (at for at in turning_points(self.ticket) if self.now < at <= until)
        return min(ahead, default=None)

    def act(self, step: Step) -> None:
        """Make a step; a refusal leaves everything as it was."""
        before = self.ticket.model_copy(deep=True)
        with suppress(RejectedError, DuplicateError):
            self.commit(step(self.ticket, self.now))
            return
        assert self.ticket == before


def lived(
    ticket: Ticket, steps: list[tuple[timedelta, Step]], *, is_punctual: bool = True
) -> Iterator[Life]:
    """Yield the life of a ticket after each wait and after each step, and months later."""
    life = Life(ticket)
    for wait, step in steps:
        life.wait(life.now + wait, is_punctual=is_punctual)
        yield life
        life.act(step)
        yield life
    life.wait(life.now + 2_000 * HOUR, is_punctual=is_punctual)
    yield life


def confirmed(**fields: Any) -> Ticket:
    """Return a ticket that waits to be sent."""
    unsent = dict.fromkeys(("texas811_ticket_number", "notice_at", "site_check"))
    return make_life(
        TicketStatus.READY, **{**unsent, "members": [], "member_responses": [], **fields}
    )


TICKETS = st.sampled_from([confirmed(), confirmed(), confirmed(**EMERGENCY)])


def submit(members: list[Member], hours: int, center: int | None) -> Step:
    def step(ticket: Ticket, now: datetime) -> Change:
        receipt = CenterReceipt(
            texas811_ticket_number="2606100001",
            notice_at=max(ticket.created_at, now - hours * HOUR),
            members=members,
            member_list_missing=not members,
            center_start_at=None if center is None else now + center * HOUR,
        )
        return submitting.submit(ticket, receipt, now=now, by=DANA)

    return step


def respond(
    code: str, facility: str | None, outcome: Outcome, hours: int, standby: int
) -> Step:
    def step(ticket: Ticket, now: datetime) -> Change:
        answer = following.Answer(
            member_code=code,
            facility=facility,
            outcome=outcome,
            response_date=now - hours * HOUR,
            requires_standby=standby == 0,
        )
        return following.respond(ticket, answer, now=now, by=DANA)

    return step


def clear_all() -> Step:
    """Close the first row that is open; many of these bring a ticket to its digging."""

    def step(ticket: Ticket, now: datetime) -> Change:
        code = next((row.member.code for row in ticket.standings if not row.is_closed), "ATM01")
        answer = following.Answer(member_code=code, outcome=Outcome.MARKED, response_date=now)
        return following.respond(ticket, answer, now=now, by=DANA)

    return step


def check(unmarked: int) -> Step:
    said = {"no_unmarked_lines_seen": unmarked != 0}

    def step(ticket: Ticket, now: datetime) -> Change:
        found = SiteCheck.model_validate({**CHECK.model_dump(), **said, "checked_at": now})
        return digging.check_site(ticket, found, now=now, by=DANA)

    return step


def stand_by(code: str, hours: int | None) -> Step:
    def step(ticket: Ticket, now: datetime) -> Change:
        said = Standby(
            member_code=code,
            arranged_at=now,
            arranged_by="Dana",
            contact="Lee",
            meets_at=None if hours is None else now + hours * HOUR,
        )
        return following.arrange_standby(ticket, said, now=now, by=DANA)

    return step


def ground(reason: GroundReason) -> Step:
    found = second_notices.GroundFound(reason=reason, notes="Seen.")
    return lambda ticket, now: second_notices.raise_ground(ticket, found, now=now, by=DANA)


def settle() -> Step:
    def step(ticket: Ticket, now: datetime) -> Change:
        ground_id = next((one.id for one in ticket.open_grounds), "none")
        word = second_notices.Settlement(
            ground_id=ground_id, settlement="Marked.", second_notice_number="2606600001"
        )
        return second_notices.settle_ground(ticket, word, now=now, by=DANA)

    return step


def damage(hours: int) -> Step:
    def step(ticket: Ticket, now: datetime) -> Change:
        found = digging.DamageFound(
            occurred_at=now - hours * HOUR, place="Here", facility="gas"
        )
        return digging.report_damage(ticket, found, now=now, by=DANA)

    return step


def release() -> Step:
    def step(ticket: Ticket, now: datetime) -> Change:
        damage_id = next((one.id for one in ticket.open_damages), None)
        word = digging.Release(damage_id=damage_id, released_by="Lee", dig_up_ticket_number="1")
        return digging.release(ticket, word, now=now, by=DANA)

    return step


def extend(code: str, days: int) -> Step:
    def step(ticket: Ticket, now: datetime) -> Change:
        agreement = LifeAgreement(
            member_code=code,
            until=now + days * 24 * HOUR,
            signed_on=date(2026, 3, 2),
            signed_by_excavator="Dana",
            signed_by_operator="Lee",
            document="Binder 7",
        )
        return digging.extend_life(ticket, agreement, now=now, by=DANA)

    return step


def amend(members: list[Member], whole: int) -> Step:
    return lambda ticket, now: following.amend_members(
        ticket, members, now=now, by=DANA, is_whole_list=whole != 0
    )


def correct(hours: int) -> Step:
    return lambda ticket, now: submitting.correct_notice(
        ticket, now - hours * HOUR, now=now, by=DANA, reason="Misread."
    )


def cancel() -> Step:
    return lambda ticket, now: submitting.cancel(
        ticket, now=now, by=DANA, reason="Off.", sent_to_center=True
    )


NUMBERS = st.integers(0, 4)
LISTS = st.sampled_from([[GAS], [GAS, POWER], MEMBERS, []])
ONE_OF_THEM = st.sampled_from([[GAS], [POWER], [MEMBERS[2]]])
PROGRESS = st.one_of(
    st.builds(submit, LISTS, NUMBERS, st.sampled_from([None, None, 40, 70])),
    st.builds(clear_all),
    st.builds(check, NUMBERS),
)
ANSWERS = st.builds(
    respond,
    CODES,
    st.sampled_from([None, None, "gas", "fiber"]),
    st.one_of(st.sampled_from(sorted(CLOSING)), st.sampled_from(list(Outcome))),
    st.integers(0, 30),
    NUMBERS,
)
TROUBLE = st.one_of(
    st.builds(ground, st.sampled_from(list(GroundReason))),
    st.builds(settle),
    st.builds(damage, NUMBERS),
    st.builds(release),
    st.builds(release),
    st.builds(stand_by, CODES, st.sampled_from([None, 1, 30, 500])),
)
ENDS = st.one_of(
    st.builds(extend, CODES, st.integers(1, 40)),
    st.builds(extend, st.just("ATM01"), st.integers(10, 40)),
    st.builds(amend, ONE_OF_THEM, NUMBERS),
    st.builds(correct, st.integers(0, 500)),
    st.builds(cancel),
    st.just(lambda ticket, now: submitting.close(ticket, now=now, by=DANA)),
    st.just(lambda ticket, now: submitting.supersede(ticket, "2", now=now, by=DANA)),
    st.just(lambda ticket, now: digging.begin_emergency(ticket, now=now, by=DANA)),
)
ANY = st.lists(st.tuples(WAITS, st.one_of(PROGRESS, ANSWERS, TROUBLE, ENDS)), max_size=12)
SUBMITTED = st.builds(submit, LISTS, NUMBERS, st.just(None)).map(lambda step: [(HOUR, step)])
# As far as the digging, so that something can happen to it.
DUG = st.builds(
    submit, st.sampled_from([[GAS], [GAS, POWER], MEMBERS]), NUMBERS, st.just(None)
).map(lambda step: [(HOUR, step), *[(HOUR, clear_all())] * 3, (70 * HOUR, check(1))])
STEPS = st.tuples(st.one_of(SUBMITTED, DUG, DUG), ANY).map(lambda both: [*both[0], *both[1]])
