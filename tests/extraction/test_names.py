"""Names and kinds: people, companies, towns, counties, mailboxes, types of tickets, moments."""

import pytest

from extraction.values.normalise import normalise


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Hollis Vandergriff, Project Manager", "Hollis Vandergriff"),
        ("Supt - Bill Tate", "Bill Tate"),
        ("Foreman: Bill Tate", "Bill Tate"),
        ("Bill Tate / Supt.", "Bill Tate"),
        ("ELIAS MABRY PH 512-555-0142", "ELIAS MABRY"),
        ("Dana Ruiz - Cell 512-555-0142", "Dana Ruiz"),
        ("Attn: Dana Ruiz", "Dana Ruiz"),
        ("Ruiz, Dana", "Ruiz, Dana"),
        ("John Lineman", "John Lineman"),
    ],
)
def test_a_person_has_a_name_without_title_and_number(words: str, name: str) -> None:
    """Before the name or behind it; a surname that is also a trade stays."""
    assert normalise("contact_name", words) == name


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("V-3391 PELICAN POINT SERVICES", "PELICAN POINT SERVICES"),
        ("100234 - Acme Trenching LLC", "Acme Trenching LLC"),
        ("Acme Trenching LLC (V-3391)", "Acme Trenching LLC"),
        ("84 Lumber", "84 Lumber"),
        ("3M Company", "3M Company"),
        ("811 Services", "811 Services"),
        ("R2D2 Boring", "R2D2 Boring"),
        ("1836 Custom Homes", "1836 Custom Homes"),
    ],
)
def test_a_company_has_a_name_without_its_number_in_a_list(words: str, name: str) -> None:
    """A number that is a part of the name stays."""
    assert normalise("company", words) == name


@pytest.mark.parametrize(
    ("words", "city"),
    [
        ("Odessa 79762", "Odessa"),
        ("Odessa / Ector", "Odessa"),
        ("Odessa (Ector)", "Odessa"),
        ("Kyle, Hays County", "Kyle"),
        ("CLIFTON TX 76634", "CLIFTON"),
        ("St. Paul / Ramsey", "St. Paul / Ramsey"),
        ("NORTH ALDEN BORO", "NORTH ALDEN BORO"),
    ],
)
def test_a_city_is_cut_free_of_zip_state_and_its_county(words: str, city: str) -> None:
    """Only of a county in which it lies; two towns stay two."""
    assert normalise("city", words) == city


@pytest.mark.parametrize(
    ("words", "county"),
    [
        ("POLK Geo", "Polk"),
        ("BOSQUE DIST 04", "Bosque"),
        ("Travis (453)", "Travis"),
        ("453 - Travis", "Travis"),
        ("TRAVIS COUNTY TX", "Travis"),
        ("Odessa / Ector", "Ector"),
        ("De Witt", "DeWitt"),
        ("Travis / Williamson", "Travis / Williamson"),
        ("Ector, Midland", "Ector, Midland"),
        ("CLARK FORK", "CLARK FORK"),
        ("ST LOUIS", "ST LOUIS"),
    ],
)
def test_a_county_is_cut_at_its_known_name(words: str, county: str) -> None:
    """Several stay as they are written, for a person to choose."""
    assert normalise("county", words) == county


@pytest.mark.parametrize(
    "words",
    [
        "mailto:dana@example.com",
        "<dana@example.com>.",
        "dana @ example.com",
        "dana(at)example.com",
        "Dana Ruiz [dana@example.com]; bob@example.com",
    ],
)
def test_a_mailbox_is_found_in_each_of_its_writings(words: str) -> None:
    """The first of several."""
    assert normalise("email", words) == "dana@example.com"


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("48 HOUR NOTICE", "Normal"),
        ("2 Day Notice", "Normal"),
        ("NEW NORM", "Normal"),
        ("Locate Request", "Normal"),
        ("Remark", "Update & Remark"),
        ("Renewal", "Update"),
        ("No Show", "No Response"),
        ("SURVEY", "Survey/Design"),
        ("Recall", "Recall"),
        ("CANCELLATION OF EMERGENCY", None),
        ("Insufficient Notice", None),
        ("Meet", None),
    ],
)
def test_each_center_has_its_own_words_for_a_type(words: str, kind: str | None) -> None:
    """What has no counterpart is not forced into one."""
    assert normalise("ticket_type", words) == kind


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("March 2nd, 2026 @ 10:00 a.m.", "2026-03-02T10:00"),
        ("02MAR26 0730", "2026-03-02T07:30"),
        ("02-MAR-2026 07:30", "2026-03-02T07:30"),
        ("03/02/2026 at 8 AM", "2026-03-02T08:00"),
        ("03/02/26 12:05 am", "2026-03-02T00:05"),
        ("03/02/2026 15:20 pm", "2026-03-02T15:20"),
        ("2026/03/02 14:05", "2026-03-02T14:05"),
        ("20260302T0730", "2026-03-02T07:30"),
        # A zone that is stated is kept; of one that nobody knows no clock is made.
        ("12/14/2026 8:00 AM CST", "2026-12-14T08:00-06:00"),
        ("07/14/2026 8:00 AM (MDT)", "2026-07-14T08:00-06:00"),
        ("12/14/2026 0800 UTC", "2026-12-14T08:00Z"),
        ("2026-12-14T14:00:00Z", "2026-12-14T14:00Z"),
        ("2026-12-14T14:00:00.000Z", "2026-12-14T14:00Z"),
        ("2026-12-14T08:00:00-0600", "2026-12-14T08:00-06:00"),
        ("Dec 14, 2026 8:00 AM Central", "2026-12-14T08:00-06:00"),
        ("12/14/2026 8:00 AM AKST", "2026-12-14"),
        ("12/14/2026 8:00 AM CET", "2026-12-14"),
        ("12/14/2026 8:00 AM EST. DURATION 2 DAYS", "2026-12-14T08:00"),
        ("12/14/2026 8:00 AM - 5:00 PM", "2026-12-14T08:00"),
        ("12/14/2026 8:00 AM AT GATE", "2026-12-14T08:00"),
        ("3.2.2026", "2026-03-02"),
        ("May 2022", None),
        ("Feb 30, 2026", None),
        ("03/02/2924", None),
        ("1 DAY", None),
        ("192.168.10.1", None),
        ("03/02/2026 29:30", "2026-03-02"),
    ],
)
def test_a_moment_needs_day_month_and_year(words: str, moment: str | None) -> None:
    """None of them is made up; the clock is that of the document."""
    assert normalise("work_start_at", words) == moment


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("Yes - under the drive", True),
        ("No, open cut", False),
        ("N side of road", None),
        ("N/A", None),
    ],
)
def test_an_answer_may_have_its_reason_behind_it(words: str, *, answer: bool | None) -> None:
    """`N side` is a side and no answer."""
    assert normalise("is_boring", words) is answer
