"""When a ticket's clock turns: from notice, county and type to every date, each explained.

A date follows from the notice and the policy alone: no answer of a member moves it. How time
is counted is in `domain.counting`, where the law is silent in `domain.doubts`.
"""

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from domain.counting import DAY, Notice
from domain.doubts import doubts_about_refresh, doubts_about_start
from domain.facts import TicketType
from domain.moment import Moment
from domain.policy import Policy
from domain.texas import County


class NoticeRule(StrEnum):
    """Which rule a date falls under; the letter begins its explanation."""

    ORDINARY = "A"
    SATURDAY = "S"
    EMERGENCY = "E"
    SECOND_NOTICE = "N"
    DAMAGE = "D"
    DESIGN = "V"


class Deadline(BaseModel):
    """One date, and why it is that one.

    `at` is UTC. `warnings` say where the law is silent, and what another reading would give.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: Moment
    rule: NoticeRule
    source: str
    reason: str
    policy_version: str
    effective_from: date
    warnings: list[str] = Field(default_factory=list)

    @property
    def explanation(self) -> str:
        """The rule, the reason and the source in one sentence."""
        return f"{self.rule}: {self.reason} ({self.source})"


class Deadlines(BaseModel):
    """Every date that follows from one notice; None where the law gives none.

    No `earliest_lawful_start` means that this type alone never permits digging; no
    `response_due`, that operators have no deadline; no `expires`, that the life is that of
    the ticket it belongs to.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    notice_at: Moment
    county: str
    timezone: str
    ticket_type: TicketType
    policy_version: str
    effective_from: date
    earliest_lawful_start: Deadline | None = None
    response_due: Deadline | None = None
    no_mark_notice_due: Deadline | None = None
    refresh_by: Deadline | None = None
    expires: Deadline | None = None

    @property
    def dates(self) -> dict[str, Deadline]:
        """The dates that there are, by name, in the order of the fields."""
        named = {name: getattr(self, name) for name in DATES}
        return {name: deadline for name, deadline in named.items() if deadline}

    @property
    def warnings(self) -> list[str]:
        """What should be known about these dates, each sentence once."""
        said = (warning for deadline in self.dates.values() for warning in deadline.warnings)
        return list(dict.fromkeys(said))

    @property
    def rule(self) -> str:
        """Why the first of these dates is that one: the start, if this type permits one."""
        return next(iter(self.dates.values())).explanation


DATES = (
    "earliest_lawful_start",
    "response_due",
    "no_mark_notice_due",
    "refresh_by",
    "expires",
)


def deadlines(
    notice_at: datetime,
    county: County,
    ticket_type: TicketType,
    *,
    policy: Policy | None = None,
) -> Deadlines:
    """Return every date that follows from a notice given at this instant.

    `policy` is the one that the ticket keeps, by default the one in force on the site-local day
    of the notice. Raises RejectedError for a notice older than every policy.
    """
    notice = Notice(notice_at, county, policy)
    dates_of = DATES_OF.get(ticket_type, _ordinary)
    return Deadlines(
        notice_at=notice_at,
        county=county.name,
        timezone=county.timezone,
        ticket_type=ticket_type,
        policy_version=notice.policy.version,
        effective_from=notice.policy.effective_from,
        **dates_of(notice),
    )


def second_notice_answer_due(given_at: datetime, county: County) -> Deadline:
    """Return when pipeline operators must have answered a second notice given at `given_at`.

    That it passes permits nothing: silence is not clearance.
    """
    return _second_notice(Notice(given_at, county))["response_due"]


def damage_answer_due(told_at: datetime, county: County) -> Deadline:
    """Return when an operator that was told of damage at `told_at` must have responded."""
    return _damage(Notice(told_at, county))["response_due"]


def damage_notice_due(occurred_at: datetime, county: County) -> Deadline:
    """Return when the center must have been told, at the latest, of a damage."""
    notice = Notice(occurred_at, county)
    hours = notice.policy.damage_notice_hours
    reason = f"the center is told of a damage as soon as practical, within {hours} hour at most"
    return _dated(
        notice, notice.hours_later(hours), NoticeRule.DAMAGE, "16 TAC 18.11(b)", reason
    )


def damage_report_due(occurred_at: datetime, county: County) -> Deadline:
    """Return when the report of a damage (TDRF) must be with the Railroad Commission."""
    notice = Notice(occurred_at, county)
    days = notice.policy.damage_report_days
    reason = f"the damage is reported (TDRF) within {days} days"
    at = notice.instant(notice.wall + days * DAY)
    return _dated(notice, at, NoticeRule.DAMAGE, "16 TAC 18.11(a)-(b)", reason)


# One function per kind of notice: the dates that it has.


def _ordinary(notice: Notice) -> dict[str, Deadline]:
    return {
        "earliest_lawful_start": _start(notice),
        "response_due": _response_due(notice),
        "no_mark_notice_due": _no_mark_notice_due(notice),
        **_life(notice),
    }


def _design(notice: Notice) -> dict[str, Deadline]:
    due = _response_due(notice)
    reason = f"a design request permits no digging; {due.reason}"
    return {
        "response_due": due.model_copy(update={"rule": NoticeRule.DESIGN, "reason": reason}),
        "no_mark_notice_due": _no_mark_notice_due(notice),
    }


def _emergency(notice: Notice) -> dict[str, Deadline]:
    life = _life(notice)
    source = "Tex. Util. Code 251.155(b)-(c)"
    reason = "an emergency excavation may begin at once; the center is told as promptly as practicable"
    unsaid = "How long an emergency ticket lives is said nowhere; the normal life is shown."
    return {
        "earliest_lawful_start": _dated(
            notice, notice.at, NoticeRule.EMERGENCY, source, reason
        ),
        "refresh_by": life["refresh_by"],
        "expires": life["expires"].model_copy(update={"warnings": [unsaid]}),
    }


def _second_notice(notice: Notice) -> dict[str, Deadline]:
    hours = notice.policy.second_notice_hours
    at, source = notice.hours_later(hours), "16 TAC 18.4(e)"
    reason = f"pipeline operators answer a second notice within {hours} hours"
    silence = f"That {hours} hours pass in silence permits nothing: call the operator."
    return {
        "response_due": _dated(notice, at, NoticeRule.SECOND_NOTICE, source, reason, silence)
    }


def _damage(notice: Notice) -> dict[str, Deadline]:
    hours = notice.policy.damage_response_hours
    at, source = notice.hours_later(hours), "16 TAC 18.5(d)"
    reason = f"an operator that is told of damage to its pipeline responds within {hours} hours"
    return {"response_due": _dated(notice, at, NoticeRule.DAMAGE, source, reason)}


# The types that have dates of their own; every other is an ordinary notice.
DATES_OF: dict[TicketType, Callable[[Notice], dict[str, Deadline]]] = {
    TicketType.EMERGENCY: _emergency,
    TicketType.NO_RESPONSE: _second_notice,
    TicketType.DIG_UP: _damage,
    TicketType.SURVEY_DESIGN: _design,
}


# The single dates.


def _start(notice: Notice) -> Deadline:
    """Return the earliest lawful start of a notice that has to wait."""
    at, start = notice.instant(notice.lawful_start), notice.lawful_start
    if notice.is_saturday_notification:
        rule, source = NoticeRule.SATURDAY, "Tex. Util. Code 251.151(b)"
        reason = f"a Saturday notice allows a start on {start:%A} at {start:%H:%M}"
        if notice.overlooked_holiday:
            reason = (
                f"the {notice.overlooked_holiday:%A} after this Saturday notice is a legal "
                f"holiday: the hour count, on {start:%A} at {start:%H:%M}"
            )
    else:
        rule, source = NoticeRule.ORDINARY, "Tex. Util. Code 251.151(a)"
        hours = notice.policy.notice_hours
        reason = f"{hours} countable hours at the site after the notice"
    return _dated(notice, at, rule, source, reason, *doubts_about_start(notice))


def _response_due(notice: Notice) -> Deadline:
    """Return when Class A operators must have marked or answered; it is always the literal time."""
    if notice.is_saturday_notification:
        due = notice.saturday_start
        rule, source = NoticeRule.SATURDAY, "Tex. Util. Code 251.157(a)(2)-(3)"
        reason = f"operators answer a Saturday notice by {due:%A} at {due:%H:%M}"
    else:
        due = notice.counted
        rule, source = NoticeRule.ORDINARY, "Tex. Util. Code 251.157(a)(1); 16 TAC 18.5(a)"
        reason = f"operators answer within {notice.policy.notice_hours} countable hours"
    return _dated(notice, notice.instant(due), rule, source, reason)


def _no_mark_notice_due(notice: Notice) -> Deadline:
    hours = notice.policy.no_mark_notice_hours
    at, source = notice.hours_later(hours), "Tex. Util. Code 251.157(d)"
    reason = f"an operator that will not mark says so within {hours} hours of every kind of day"
    return _dated(notice, at, NoticeRule.ORDINARY, source, reason)


def _life(notice: Notice) -> dict[str, Deadline]:
    """Return the end of the ticket's life, and the last refresh that leaves no gap."""
    life, refresh = notice.policy.life_days, notice.policy.refresh_days
    return {
        "refresh_by": _dated(
            notice,
            notice.instant(notice.last_refresh),
            NoticeRule.ORDINARY,
            "16 TAC 18.3(e); Tex. Util. Code 251.151(a)",
            f"a refresh waits like any notice: the end of working day {refresh}",
            *doubts_about_refresh(notice),
        ),
        "expires": _dated(
            notice,
            notice.instant(notice.life_end),
            NoticeRule.ORDINARY,
            "16 TAC 18.3(e)-(f)",
            f"the end of working day {life} after the notice day; calendar days, the most "
            f"cautious reading, end on {notice.day + life * DAY}",
        ),
    }


def _dated(
    notice: Notice, at: datetime, rule: NoticeRule, source: str, reason: str, *warnings: str
) -> Deadline:
    return Deadline(
        at=at,
        rule=rule,
        source=source,
        reason=reason,
        policy_version=notice.policy.version,
        effective_from=notice.policy.effective_from,
        warnings=list(warnings),
    )
