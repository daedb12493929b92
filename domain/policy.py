"""The law in force: one dated, versioned policy, from which every date of a ticket follows.

When the law changes, one new `Policy` at the end of `POLICIES` is the whole change. A ticket
keeps the policy that was in force when its notice was given, for as long as it lives.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from domain.errors import NotFoundError, RejectedError
from domain.holidays import Holidays, legal_holidays, possible_holidays


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules that decide dates, from the site-local day `effective_from` on.

    A *working* or *countable* day is Monday to Friday and no legal holiday.
    """

    version: str
    effective_from: date
    notice_hours: int  # countable hours between the notice and a lawful start, 251.151(a)
    notice_days_max: (
        int  # calendar days a start may lie ahead; the cautious reading, 251.151(a)
    )
    saturday_notice_before: (
        time  # a Saturday notice before this has a rule of its own, 251.151(b)
    )
    saturday_start: time  # and allows a start on Tuesday, else Wednesday, at this time
    no_mark_notice_hours: int  # clock hours: the sentence has no weekend exclusion, 251.157(d)
    life_days: int  # working days after the notice day, 16 TAC 18.3(f)
    refresh_days: int  # working days after which a refresh comes too late to leave no gap
    second_notice_hours: int  # clock hours, 16 TAC 18.4(e)
    damage_notice_hours: int  # clock hours from the damage to the notice, 16 TAC 18.11(b)
    damage_response_hours: int  # clock hours from that notice to the answer, 16 TAC 18.5(d)
    damage_report_days: int  # calendar days from the damage to the TDRF, 16 TAC 18.11(a)-(b)
    legal: Holidays = legal_holidays
    possible: Holidays = possible_holidays

    def is_countable(self, day: date) -> bool:
        """Is this day Monday to Friday and no legal holiday, so that the clock runs?"""
        return day.weekday() < WEEKEND_FROM and day not in self.legal(day.year)


WEEKEND_FROM = 5  # Saturday, as `date.weekday` counts

# In the order of their dates. The first is dated by the day on which 16 TAC chapter 18, from
# which the timers come, took effect; the text of Utilities Code 251 is that of 2024.
POLICIES: tuple[Policy, ...] = (
    Policy(
        version="2007-09",
        effective_from=date(2007, 9, 1),
        notice_hours=48,
        notice_days_max=14,
        saturday_notice_before=time(11, 59),
        saturday_start=time(11, 59),
        no_mark_notice_hours=48,
        life_days=14,
        refresh_days=12,
        second_notice_hours=4,
        damage_notice_hours=1,
        damage_response_hours=4,
        damage_report_days=30,
    ),
)


def policy_on(day: date, policies: Sequence[Policy] = POLICIES) -> Policy:
    """Return the policy in force on this site-local day.

    Raises RejectedError for a day before the first policy.
    """
    in_force = [policy for policy in policies if policy.effective_from <= day]
    if not in_force:
        raise RejectedError(
            f"The rules of {day} are not known here; the oldest are of "
            f"{policies[0].effective_from}.",
            field="at",
            remedy="Give a later time.",
        )
    return in_force[-1]


def policy_of_version(version: str, policies: Sequence[Policy] = POLICIES) -> Policy:
    """Return the policy of this version. Raises NotFoundError if there is none."""
    for policy in policies:
        if policy.version == version:
            return policy
    raise NotFoundError(f"There is no policy {version}.", field="policy_version")
