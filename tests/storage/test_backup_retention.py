"""Which backups are kept: first the examples, then what holds whatever there is."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from storage.backup_notes import BackupNote
from storage.backup_retention import (
    FRESH,
    MONTHS_KEPT,
    NEWEST_KEPT,
    RESTORE_POINT,
    RESTORE_POINT_KEPT,
    past_their_time,
)
from storage.manifest import Why

NOW = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def made(ago: timedelta, why: Why = "nightly", *, is_good: bool = True) -> BackupNote:
    """Return the note of a backup that was made so long ago."""
    created = NOW - ago
    return BackupNote(
        filename=f"{created:%Y%m%d_%H%M%S}",
        created=created,
        verified_at=created if is_good else None,
        why=why,
    )


def kept(notes: list[BackupNote], now: datetime = NOW) -> list[BackupNote]:
    gone = past_their_time(notes, now)
    return [note for note in notes if note not in gone]


def test_of_two_years_of_nights_there_stay_days_weeks_and_months() -> None:
    """Seven days, of five weeks the Monday, of twelve months the first."""
    nights = [made(ago * DAY) for ago in range(730)]

    days = [note.created.date().isoformat() for note in kept(nights)]

    assert days == [
        *(f"2026-11-{day:02}" for day in (29, 28, 27, 26, 25, 24, 23, 16, 9, 2, 1)),
        "2026-10-26",
        *(f"2026-{month:02}-01" for month in range(10, 0, -1)),
        "2025-12-01",
    ]


def test_of_several_in_a_day_the_first_good_one_stands_for_it() -> None:
    """One that could not be read back stands for nothing, and is not removed either."""
    bad = made(20 * DAY + 3 * HOUR, is_good=False)
    first, second = made(20 * DAY + 2 * HOUR), made(20 * DAY + HOUR)
    new = [made(hours * HOUR) for hours in range(NEWEST_KEPT)]

    assert past_their_time([second, bad, first, *new], NOW) == [second]


def test_nothing_goes_while_no_good_one_is_fresh() -> None:
    """Where backups have stopped, what there is must do."""
    old = [made(FRESH + ago * HOUR) for ago in range(30)]

    assert past_their_time(old, NOW) == []
    assert past_their_time([*old, made(HOUR, is_good=False)], NOW) == []
    assert past_their_time([*old, made(HOUR, "restore_point")], NOW) == []
    assert past_their_time([*old, made(HOUR)], NOW) != []


def test_a_restore_point_is_kept_for_two_weeks_and_the_newest_always() -> None:
    """It is the only way back, and no night's backup."""
    points = [made(days * DAY, "restore_point") for days in (13, 15, 20)]
    only = made(300 * DAY, "restore_point")

    assert past_their_time([*points, made(HOUR)], NOW) == [points[2], points[1]]
    assert past_their_time([only, made(HOUR)], NOW) == []


def test_a_clock_that_jumps_costs_no_backup() -> None:
    """Neither ahead, where one was made by it before the others are counted; nor back."""
    nights = [made(ago * DAY) for ago in range(30)]
    points = [made(ago * DAY, "restore_point") for ago in (3, 5)]
    ahead = NOW + 400 * DAY
    by_it = [made(-400 * DAY - hours * HOUR) for hours in range(3)]
    back = NOW - 800 * DAY

    assert past_their_time([*nights, *points, by_it[0]], ahead) == []
    assert past_their_time([*nights, *points, *by_it[:2]], ahead + HOUR) == []
    assert not set(past_their_time([*nights, *by_it], NOW)) & set(by_it)
    assert past_their_time([*nights, *points, *by_it], NOW) == past_their_time(
        [*nights, *points], NOW
    )
    assert past_their_time([*nights, *points, made(800 * DAY)], back) == []


NOTES = st.lists(
    st.builds(
        made,
        st.timedeltas(timedelta(0), timedelta(days=800)),
        st.sampled_from(["nightly", "asked", "restore_point"]),
        is_good=st.booleans(),
    ),
    unique_by=lambda note: note.created,
    max_size=60,
)


@given(NOTES)
def test_whatever_there_is_only_what_others_stand_for_goes(notes: list[BackupNote]) -> None:
    """A second look finds nothing more, and of each month within a year one good backup stays."""
    gone = past_their_time(notes, NOW)
    usual = sorted(
        (note for note in notes if note.verified_at and note.why != RESTORE_POINT),
        key=lambda note: note.created,
    )
    months = sorted({month_of(note) for note in usual})

    assert past_their_time(kept(notes), NOW) == []
    assert all(note.verified_at for note in gone)
    assert not set(gone) & set(usual[-NEWEST_KEPT:])
    assert {month_of(note) for note in usual if note not in gone} >= set(months[-MONTHS_KEPT:])
    assert not gone or NOW - usual[-1].created < FRESH
    assert all(
        NOW - note.created >= RESTORE_POINT_KEPT for note in gone if note.why == RESTORE_POINT
    )


def month_of(note: BackupNote) -> str:
    return f"{note.created:%Y-%m}"
