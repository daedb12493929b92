"""How forms write labels and values: leaders, grids, boxes, bars, questions, brackets."""

import pytest

from extraction import read
from extraction.attribution.offices import with_offices
from extraction.document import Document, lines_of
from extraction.intake import Medium
from extraction.pairs import Pair, pairs_of
from extraction.roles import Role
from tests.extraction.documents import order


def pairs(text: str) -> list[Pair]:
    return with_offices(pairs_of(Document(medium=Medium.TEXT, lines=lines_of(text))))


def said(text: str) -> dict[str, str]:
    """Return the value of each concept that this text gives; the first, if there are several."""
    found: dict[str, str] = {}
    for pair in pairs(text):
        if pair.value:
            found.setdefault(pair.label.concept, pair.value)
    return found


@pytest.mark.parametrize(
    "line",
    [
        "COUNTY............BOSQUE          CITY..............CLIFTON",
        "County . . . . . . BOSQUE         City . . . . . . . CLIFTON",
        "12a. County ......... BOSQUE\n12b. City ........... CLIFTON",
        "County....: BOSQUE                City......: CLIFTON",
        "County--[BOSQUE]      City--[CLIFTON]",
        "County | BOSQUE | City | CLIFTON",
        "| County | City |\n|--------|------|\n| BOSQUE | CLIFTON |",
        "**County:** BOSQUE\n- **City:** CLIFTON",
        "County -> BOSQUE\nCity => CLIFTON",
        "ID=7;COUNTY=BOSQUE;CITY=CLIFTON;X=1",
        "County: ___BOSQUE_____  City: _CLIFTON___",
        "County              City\nBOSQUE              CLIFTON",
        "What county? ...... BOSQUE\nWhich city? ....... CLIFTON",
    ],
)
def test_a_value_is_found_however_the_form_leads_to_it(line: str) -> None:
    """Dots, blanks, brackets, bars and arrows all lead from a label to its value."""
    found = said(line)

    assert (found["county"], found["city"]) == ("BOSQUE", "CLIFTON")


def test_labels_of_a_grid_need_no_mark_even_where_they_fill_their_column() -> None:
    """Fixed columns are seen over several lines; an unknown label ends the value before it."""
    found = said(
        "COUNTY     BOSQUE            DIST    04\n"
        "CITY       CLIFTON           METER   40081\n"
        "CONTRACTOR TWIN FORKS LINE   CREW    TF-6\n"
        "PAYCODE    88                DEPTH   4 FT\n"
    )

    assert found["company"] == "TWIN FORKS LINE"
    assert found["county"] == "BOSQUE"
    assert (found["meter"], found["depth"]) == ("40081", "4 FT")


def test_a_row_of_labels_with_values_behind_one_blank() -> None:
    """`Lot 4  Blk 2` are two pairs in a row of a form, and no name in a sentence."""
    found = said("Subd LAKEVIEW EST     Lot 4     Blk 2     Bore N")
    assert (found["subdivision"], found["lot"], found["block"]) == ("LAKEVIEW EST", "4", "2")
    assert found["is_boring"] == "N"
    assert "city" not in said("CITY OF LINDALE          PUBLIC WORKS DEPARTMENT")


def test_a_value_goes_on_where_the_next_line_begins_below_it() -> None:
    """Fixed columns wrap within themselves."""
    found = said(
        "Work to be done ..... Dig up and replace service\n"
        "                      from main to meter\n"
        "Meter no. ........... 4410"
    )

    assert found["type_of_work"] == "Dig up and replace service from main to meter"
    assert found["meter"] == "4410"


def test_labels_above_their_values_are_a_habit_of_the_document() -> None:
    """Copies of web forms put each label on a line of its own."""
    found = said(
        "Company\nMesa LLC\nYour name\nAna Ruiz\nCounty\nBexar\nWill you be boring?\nNo\n"
    )

    assert (found["company"], found["caller"]) == ("Mesa LLC", "Ana Ruiz")
    assert (found["county"], found["is_boring"]) == ("Bexar", "No")
    assert "company" not in said("COMPANY\nThis agreement is made in good faith.\n")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Bore?  [ ] Yes  [X] No", "No"),
        ("Boring: ( ) Yes (X) No    Explosives: (X) Yes ( ) No", "No"),
        ("Bore: Yes [ ] No [X]", "No"),
        ("Will there be any directional boring? \u2610 Yes \u2612 No", "No"),
    ],
)
def test_the_option_that_is_ticked_is_the_value(text: str, value: str) -> None:
    """Boxes stand before their words or behind them."""
    assert said(text)["is_boring"] == value


def test_an_option_that_is_not_ticked_is_no_label() -> None:
    """The blank behind it says nothing."""
    found = said("Done by: ( ) Vendor: Old Co.  (X) Contractor: Mesa LLC")

    assert found["company"] == "Mesa LLC"
    assert "company" not in said("Performed by:  [X] City crew   [ ] Contractor (name) ______")


def test_a_heading_may_wear_anything() -> None:
    """The role of the section decides which phone is which."""
    for heading in ("--- DIGGING CONTRACTOR ---", "[EXCAVATOR]", "SECTION A - WHO IS DIGGING"):
        found = pairs(f"{heading}\nPhone: 512-555-0142\n")
        assert [pair.role for pair in found] == [Role.EXCAVATOR], heading


def test_what_is_headed_by_nobody_belongs_to_nobody() -> None:
    """A strange heading ends the section before it, but never a list of members."""
    strange = pairs(
        "EXCAVATOR\nPhone: 512-555-0142\n\n--- BLUEPRINTS ---\nPhone: 512-555-0143\n"
    )
    members = pairs("MEMBERS NOTIFIED\n--- BRAZOS WATER ---\nPhone: 512-555-0133\n")

    assert [pair.role for pair in strange] == [Role.EXCAVATOR, Role.NONE]
    assert [pair.role for pair in members] == [Role.MEMBER]


def test_an_address_with_a_zip_below_the_people_of_a_company_is_the_companys() -> None:
    """If the site is told of elsewhere; else it may be the site."""
    company = "Company: Mesa LLC\nContact: Ana\nPhone: 512-555-0142\n"
    address = "Address: 31 County Rd 75\nCity: Luling  State: TX  Zip: 78648\n"
    reading = read(
        f"Street: 19TH AVE S\nCounty: Hays\nWork Type: Bore\n\n{company}{address}".encode()
    )

    assert reading.taken()["address_line_1"] == "31 County Rd 75"
    assert reading.taken()["city_state_zip"] == "Luling, TX 78648"


def test_a_message_of_one_line_is_a_list_of_segments() -> None:
    """A label begins its segment; the town behind a place has none."""
    found = said("CAD 0447/GAS LEAK/LOC 1411 W OAK AVE/TERRELL/XST LAWN CIR/CN/PH/MAP 22-F")

    assert (found["address"], found["city"]) == ("1411 W OAK AVE", "TERRELL")
    assert found["cross_1"] == "LAWN CIR"
    assert "caller" not in found


def test_a_box_before_a_name_says_yes_or_no() -> None:
    """`[X] White lined` states itself; an empty box beside it denies."""
    taken = order("Conditions", "  [X] White lined    [ ] Blasting    [ ] Boring").taken()

    assert taken["white_lines_painted"] is True
    assert (taken["is_blasting"], taken["is_boring"]) == (False, False)


def test_a_row_of_boxes_answers_the_label_above_it() -> None:
    """`Type of excavation (check one)` stands alone in its line."""
    found = said(
        "Type of excavation (check one)\n  [ ] Install   [X] Leak repair   [ ] Other __\n"
    )

    assert found["type_of_work"] == "Leak repair"


def test_a_list_in_a_sentence_ends_each_value_at_the_next_label() -> None:
    """`Pole, callback` is the end of a name and a label, not a label of two things."""
    found = said(
        "company = Tejas Pole, callback = 214-555-0170; days = 2 days; done for = Mall"
    )

    assert (found["company"], found["phone"]) == ("Tejas Pole", "214-555-0170")
    assert (found["duration"], found["work_for"]) == ("2 days", "Mall")


@pytest.mark.parametrize(
    "text",
    [
        "Purpose: safety. The duty of the foreman: checks the marks.",
        "Our contractor: will knock.",
    ],
)
def test_a_word_in_a_sentence_is_no_label(text: str) -> None:
    """An article before it, or the rest of a sentence behind it, shows that."""
    assert {"onsite", "company"}.isdisjoint(said(text))


def test_a_blank_line_behind_every_line_divides_nothing() -> None:
    """In a form with double spacing the party goes on."""
    lines = ["Foreman: Bill Tate", "Phone: 512-555-0177", "County: Bexar", "City: Waco"]
    found = pairs(
        "\n\n".join([*lines, "Pole #: 7", "Depth: 4 ft", "Bore: N", "Lot: 2", "Blk: 3"])
    )

    assert next(pair.role for pair in found if pair.label.concept == "phone") is Role.ONSITE
