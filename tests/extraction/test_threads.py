"""Threads of messages: who sent what is told apart, and what they say is an order."""

import pytest

from domain.extraction import DocumentKind
from extraction import read
from tests.extraction.test_keys_together import taken

SAID = (
    ("Lupe Garza (office)", "Morning. Need the address for the Oncor pole, job no. 55190"),
    ("Ray", "house is 1412 Live Oak"),
    ("Ray", "in Sherman. not the Denison one"),
    ("Lupe Garza (office)", "ok what are we doing"),
    ("Ray", "trench from the pole to the meter base on the east wall. 24 inches deep"),
    ("Moe T.", "pole # on the tag says 61-2207. meter is 40 771 923"),
    ("Lupe Garza (office)", "trencher or bore?"),
    ("Ray", "trencher. no bore. 1 day if it dont rain"),
    ("Lupe Garza (office)", "Cross street?"),
    ("Moe T.", "Travis St"),
    ("Ray", "lady there wants a call before we come 903-555-0188"),
    ("Lupe Garza (office)", "Ok I'll call it in under me, 903-555-0119"),
    ("Ray", "yesterday I did white paint the whole run"),
)
ANSWERS = {
    "work_order_ref": "55190",
    "contact_name": "Lupe Garza",
    "phone": "903-555-0119",
    "address": "1412 Live Oak",
    "city": "Sherman",
    "nearest_intersection": "Travis St",
    "pole_id": "61-2207",
    "meter_number": "40 771 923",
    "depth_inches": 24,
    "duration_days": 1,
    "is_boring": False,
    "white_lines_painted": True,
}
FORMS = (
    "{who}   Tue 7:{minute} AM\n{words}\n\n",
    "[11/18/26, 7:{minute}:02 AM] {who}: {words}\n",
    "11/18/26, 7:{minute} AM - {who}: {words}\n",
    "{who} (7:{minute} AM): {words}\n",
)


def thread(form: str, said: tuple[tuple[str, str], ...] = SAID) -> bytes:
    """Return a thread as a telephone exports it."""
    text = "".join(
        form.format(who=who, minute=10 + at, words=words)
        for at, (who, words) in enumerate(said)
    )
    return f"Messages export - group 3\n\n{text}".encode()


@pytest.mark.parametrize("form", FORMS)
def test_a_thread_of_messages_is_read_as_an_order(form: str) -> None:
    """What one sends in a row is one breath, and the answer to a label its value."""
    found = taken(thread(form))
    assert {field: found.get(field) for field in ANSWERS} == ANSWERS
    assert "meter base" in str(found["work_area_description"])
    assert "ticket_type" not in found
    assert "company" not in found


def test_a_thread_about_something_else_is_no_order() -> None:
    said = (
        ("Ann", "lunch at noon?"),
        ("Bob", "sure, bring the book on trench shoring"),
        ("Ann", "ok"),
        ("Bob", "parking is on Main St"),
    )
    reading = read(thread(FORMS[0], said))
    assert reading.kind is DocumentKind.NOT_A_WORK_ORDER
    assert not reading.taken()


def test_a_thread_that_names_no_work_but_a_pole_and_a_depth_is_an_order() -> None:
    said = (
        ("Ray Ochoa", "Need a ticket for the Oncor pole at 1412 Live Oak St in Sherman"),
        ("Lupe", "ok what are we doing"),
        ("Ray Ochoa", "replacing pole # 4417-22, same hole, 7 feet deep, auger truck"),
        ("Lupe", "nearest cross street?"),
        ("Ray Ochoa", "Travis St. put it under my name 903-555-0144"),
    )
    found = taken(thread(FORMS[2], said))
    assert (found["address"], found["city"]) == ("1412 Live Oak St", "Sherman")
    assert (found["pole_id"], found["depth_inches"]) == ("4417-22", 84)
    assert (found["contact_name"], found["phone"]) == ("Ray Ochoa", "903-555-0144")
    assert "replacing pole" in str(found["type_of_work"])


def test_the_times_of_a_log_are_no_messages() -> None:
    """A form with times behind its labels is read as a form."""
    text = "Work Order: 7781\nAddress: 12 Elm St, Waco TX\nCrew called  7:10 AM\nCrew on site  7:40 AM\n"
    found = taken(
        f"{text}Crew clear  9:10 AM\nContractor: Alto Boring LLC\nDepth: 3 ft\n".encode()
    )
    assert found["company"] == "Alto Boring LLC"
    assert found["depth_inches"] == 36
