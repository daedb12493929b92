"""Where the law is silent about a date: what was assumed, and what another reading gives.

Each doubt is a small function that looks at a notice and yields a sentence, or nothing.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, time

from domain.counting import DAY, SATURDAY, Notice, after_countable_hours
from domain.texas import CENTER_ZONE, zone_named

Doubt = Callable[[Notice], Iterator[str]]


def the_notice_day_does_not_count(notice: Notice) -> Iterator[str]:
    """Doubt where a Sunday or a holiday leads: it has no rule of its own (251.151(a))."""
    if notice.is_saturday_notification or notice.policy.is_countable(notice.day):
        return
    if notice.day.weekday() == SATURDAY:
        yield (
            f"A Saturday notice at {notice.policy.saturday_notice_before:%H:%M} or later is taken "
            "as an ordinary one: the count begins at the next countable midnight."
        )
    else:
        yield (
            f"{name_of(notice)} does not count: the count begins at the next countable midnight."
        )


def the_count_ends_before_an_excluded_day(notice: Notice) -> Iterator[str]:
    """Doubt a midnight before a holiday: the law stops the count, it does not forbid digging."""
    if notice.is_saturday_notification:
        return
    before = notice.counted - DAY
    if notice.counted.time() == time() and not notice.policy.is_countable(before.date()):
        strict = before
        while not notice.policy.is_countable((strict - DAY).date()):
            strict -= DAY
        yield (
            f"The count ends at midnight before a day that does not count; a strict reading "
            f"allows a start at {written(strict)}."
        )


def the_rule_overlooks_a_holiday(notice: Notice) -> Iterator[str]:
    """Doubt the Saturday rule where it looks only at the Monday (251.151(b))."""
    holiday = notice.overlooked_holiday if notice.is_saturday_notification else None
    if holiday:
        yield (
            f"The law looks only at the Monday and would allow {written(notice.saturday_start)}; "
            f"because the {holiday:%A} is a legal holiday, the later hour count is taken."
        )


def the_saturday_is_a_holiday(notice: Notice) -> Iterator[str]:
    """Doubt whether a notice on a holiday can be a Saturday notification: it is not said."""
    if notice.is_saturday_notification and notice.day in notice.policy.legal(notice.day.year):
        yield (
            f"{name_of(notice)} falls on this Saturday; the Saturday rule is applied. The hour "
            f"count would give {written(notice.counted)}."
        )


def the_center_may_rest(notice: Notice) -> Iterator[str]:
    """Doubt December 24 and 26: they are no legal holidays, but the center may skip them."""
    start = notice.if_the_center_rests.lawful_start
    if start != notice.lawful_start:
        yield (
            "December 24 and 26 count, because they are no legal holidays; if the center skips "
            f"them, the start is {written(start)}."
        )


def the_center_has_another_weekday(notice: Notice) -> Iterator[str]:
    """Doubt the weekday near midnight: the site's own zone decides, the center's is Central."""
    at_center = notice.at.astimezone(zone_named(CENTER_ZONE))
    if at_center.date() != notice.day:
        yield (
            f"At the center it is {at_center:%A %H:%M} already; the site's own {notice.wall:%A} "
            "decides here."
        )


def the_center_has_another_hour(notice: Notice) -> Iterator[str]:
    """Doubt the last hour of a Saturday notification in Mountain time: the center is past it."""
    at_center = notice.at.astimezone(zone_named(CENTER_ZONE))
    if notice.is_saturday_notification and (
        at_center.time() >= notice.policy.saturday_notice_before
    ):
        yield (
            f"At the center it is {at_center:%H:%M} already; the site's own {notice.wall:%H:%M} "
            "decides here. As an ordinary notice it would allow a start at "
            f"{written(notice.counted)}."
        )


START_DOUBTS: tuple[Doubt, ...] = (
    the_notice_day_does_not_count,
    the_count_ends_before_an_excluded_day,
    the_rule_overlooks_a_holiday,
    the_saturday_is_a_holiday,
    the_center_may_rest,
    the_center_has_another_weekday,
    the_center_has_another_hour,
)


def doubts_about_start(notice: Notice) -> list[str]:
    """Return what should be known before one relies on the start of an ordinary notice."""
    return [sentence for doubt in START_DOUBTS for sentence in doubt(notice)]


def doubts_about_refresh(notice: Notice) -> list[str]:
    """Return what should be known before one relies on the last refresh without a gap.

    A center that skips December 24 and 26 makes the refresh wait longer; it does not lengthen
    the life of the ticket that must last so long.
    """
    policy = notice.if_the_center_rests.policy
    refresh = notice.last_refresh
    while (
        after_countable_hours(refresh, policy.notice_hours, policy.is_countable)
        > notice.life_end
    ):
        refresh -= DAY
    if refresh == notice.last_refresh:
        return []
    skips = "If the center skips December 24 and 26"
    return [f"{skips}, a refresh after {written(refresh)} leaves a gap."]


def name_of(notice: Notice) -> str:
    """Return what the notice day is called: its holiday, or its weekday."""
    return notice.policy.legal(notice.day.year).get(notice.day, f"{notice.day:%A}")


def written(wall: datetime) -> str:
    """Return a site-local time as a person reads it."""
    return f"{wall:%A %Y-%m-%d %H:%M}"
