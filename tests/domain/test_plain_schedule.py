"""The schedule in plain words."""

from datetime import time, timedelta

import pytest

from domain.plain_schedule import if_it_overlaps, if_missed, plain, when_clocks_change
from domain.recurrence import DailyAt, Every, Fold, Gap, Recurrence
from domain.timetable import Entry, Missed, Overlap

CHICAGO = "America/Chicago"
HALF_PAST_TWO = DailyAt(time(2, 30), CHICAGO)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (Every(timedelta(seconds=5)), "every 5 seconds"),
        (Every(timedelta(minutes=1)), "every minute"),
        (Every(timedelta(seconds=90)), "every 90 seconds"),
        (Every(timedelta(seconds=0.5)), "every 0.5 seconds"),
        (Every(timedelta(hours=36)), "every 36 hours"),
        (HALF_PAST_TWO, f"every day at 2:30 in the morning, {CHICAGO}"),
        (DailyAt(time(0, 0), CHICAGO), f"every day at midnight, {CHICAGO}"),
        (DailyAt(time(12, 0), CHICAGO), f"every day at noon, {CHICAGO}"),
        (DailyAt(time(0, 5), CHICAGO), f"every day at 12:05 in the morning, {CHICAGO}"),
        (DailyAt(time(17, 0), CHICAGO), f"every day at 5:00 in the afternoon, {CHICAGO}"),
        (DailyAt(time(23, 59), CHICAGO), f"every day at 11:59 in the evening, {CHICAGO}"),
    ],
    ids=str,
)
def test_when_it_is_due_is_said_as_people_say_it(when: Recurrence, said: str) -> None:
    """At 2 a.m. nobody wants to read a crontab."""
    assert plain(when) == said


def test_what_the_change_of_clocks_does_is_said_where_clocks_matter() -> None:
    """Once a year half past two does not exist, and somebody asks where the check was."""
    skipping = DailyAt(time(1, 30), CHICAGO, gap=Gap.SKIP, fold=Fold.BOTH)

    assert "jump ahead over that time, it is due as they do" in when_clocks_change(
        HALF_PAST_TWO
    )
    assert "the first time" in when_clocks_change(HALF_PAST_TWO)
    assert "left out that day" in when_clocks_change(skipping)
    assert "both times" in when_clocks_change(skipping)
    assert when_clocks_change(Every(timedelta(hours=1))) == ""


def test_each_policy_has_words_of_its_own() -> None:
    """Two policies that read alike would be one that nobody knows."""
    entries = [
        Entry("check_store", HALF_PAST_TWO, missed=missed, overlap=overlap, missed_max=3)
        for missed in Missed
        for overlap in Overlap
    ]

    assert len({if_missed(entry) for entry in entries}) == len(Missed)
    assert len({if_it_overlaps(entry) for entry in entries}) == len(Overlap)
    assert (
        if_missed(entries[-1]) == "The last 3 that were missed are made up, the earliest first."
    )
