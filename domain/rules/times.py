"""Rules on when the digging begins and ends: Tex. Util. Code 251.151, 251.152(6).

A ticket is held against the notice that it had, and before that against one given now.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from domain.counting import Notice
from domain.doubts import doubts_about_start
from domain.gaps import GapCategory, GapSeverity
from domain.moment import as_site_time
from domain.readiness import NO_DIGGING
from domain.rules.case import Case, Problem, missing
from domain.start import start_objections, waits_for_a_start
from domain.texas import zone_named

END_FIELDS = ("expected_completion_on", "duration_days", "duration_description")
COUNTING_LAW = "Tex. Util. Code 251.151(a); legal holidays are those of Gov. Code 662.021."


def a_start_is_planned(case: Case) -> Iterator[Problem]:
    """Ask when a ticket that waits shall begin: the notice must say it (251.152(6))."""
    if case.ticket.planned_start_at is None and waits_for_a_start(case.ticket):
        asked = missing(case, "planned_start_at", category=GapCategory.COMPLIANCE_CHECK)
        read = _with_offset(case, case.read_beside("work_start_at"))
        yield replace(asked, suggested_values=asked.suggested_values or read)


def the_start_is_lawful(case: Case) -> Iterator[Problem]:
    """Yield a planned start that the law does not allow for this notice (251.151(a))."""
    for found in start_objections(case.ticket, case.notice_at):
        yield Problem(
            field="planned_start_at",
            problem=found.problem,
            category=GapCategory.COMPLIANCE_CHECK,
            severity=GapSeverity.REQUIRED,
            description=found.description,
            prompt=found.prompt,
            suggested_values=(found.suggestion,),
            help=COUNTING_LAW,
        )


def the_center_may_count_later(case: Case) -> Iterator[Problem]:
    """Warn of a lawful start that another reading of the law puts later (1.3: starts only)."""
    planned, county = case.ticket.planned_start_at, case.county
    if planned is None or county is None or not waits_for_a_start(case.ticket):
        return
    notice = Notice(case.notice_at, county)
    latest = notice.instant(_latest_reading(notice))
    if notice.instant(notice.lawful_start) <= planned < latest:
        start = as_site_time(latest, county.timezone)
        yield Problem(
            field="planned_start_at",
            problem="center_may_count_later",
            category=GapCategory.COMPLIANCE_CHECK,
            severity=GapSeverity.WARNING,
            description=f"The planned start is lawful, but the center may allow it only from "
            f"{start}: {' '.join(doubts_about_start(notice))}",
            prompt=f"To be on the safe side: may the digging start at {start} or later?",
            suggested_values=(latest.astimezone(notice.zone).isoformat(),),
            help=COUNTING_LAW,
        )


def an_end_is_said(case: Case) -> Iterator[Problem]:
    """Ask how long it takes: the notice must give the expected completion (251.152(6)).

    Where nobody digs there is nothing to be completed, so it is no demand of the law.
    """
    if all(map(case.is_silent, END_FIELDS)):
        nobody_digs = case.ticket.ticket_type in NO_DIGGING
        severity = GapSeverity.RECOMMENDED if nobody_digs else GapSeverity.REQUIRED
        yield missing(case, "duration_days", severity)


def the_end_follows_the_start(case: Case) -> Iterator[Problem]:
    """Yield a completion that is before the day, at the site, on which the digging starts."""
    planned, end = case.ticket.planned_start_at, case.ticket.expected_completion_on
    if planned is None or end is None:
        return
    begins = planned.astimezone(zone_named(case.timezone)).date()
    if end < begins:
        yield Problem(
            field="expected_completion_on",
            problem="before_start",
            category=GapCategory.VALIDATION_RULE,
            severity=GapSeverity.REQUIRED,
            description=f"The work would be completed on {end}, before it starts on {begins}.",
            prompt=f"The digging starts on {begins}. On which day will it be completed?",
        )


def _latest_reading(notice: Notice) -> datetime:
    """Return the latest wall-clock start that any reading of the law gives this notice.

    The center may rest on December 24 and 26; and that a holiday can be a Saturday notification
    is said nowhere, so that the hour count may hold.
    """
    readings = [notice.lawful_start, notice.if_the_center_rests.lawful_start]
    if notice.is_saturday_notification and notice.day in notice.policy.legal(notice.day.year):
        readings.append(notice.counted)
    return max(readings)


def _with_offset(case: Case, written: str) -> tuple[str, ...]:
    """Return a time as a document writes it, as the clock of the site shows it if that is known.

    A date alone stays one: the hour has to be said by a person.
    """
    if case.county is None or "T" not in written:
        return (written,) if written else ()
    try:
        local = datetime.fromisoformat(written)
    except ValueError:
        return (written,)
    zone = zone_named(case.timezone)
    at_site = local.astimezone(zone) if local.tzinfo else local.replace(tzinfo=zone)
    return (at_site.isoformat(),)
