"""Forms on the pages of a PDF: boxes, tables, leaders, tick boxes, and fields."""

from extraction import read
from tests.extraction.pages import FORM, Word, box, field, line, lines_on, pdf


def test_a_label_in_small_type_names_what_its_box_holds() -> None:
    """Printed cards have the label above the value, and a rule around both."""
    words: list[Word] = [
        (52, 108, "CONTRACTOR", 6),
        (52, 122, "Mesa Trenching LLC", 10),
        (252, 108, "CITY", 6),
        (252, 122, "Lockhart", 10),
        (52, 138, "CROSS STREET", 6),
        (252, 138, "AREA TO BE MARKED", 6),
        (252, 151, "From the pole to the meter,", 9),
        (252, 162, "both sides of the drive", 9),
    ]
    drawn = box(50, 100, 250, 130) + box(250, 100, 450, 130)
    drawn += box(50, 130, 250, 170) + box(250, 130, 450, 170)

    assert lines_on(pdf(words, strokes=drawn)) == [
        ("CONTRACTOR", "Mesa Trenching LLC"),
        ("CITY", "Lockhart"),
        ("CROSS STREET", ""),
        ("AREA TO BE MARKED", "From the pole to the meter, both sides of the drive"),
    ]


def test_a_box_right_of_the_box_of_a_label_is_its_value_however_high() -> None:
    """The label stands at the top, its value in three lines beside it."""
    words: list[Word] = [
        (54, 112, "Scope of Work"),
        (184, 112, "Repair the broken main in the"),
        (184, 124, "alley, restore asphalt and sod"),
        (184, 136, "as needed."),
        (54, 152, "County"),
        (184, 152, "Hays"),
    ]
    drawn = box(50, 100, 180, 141) + box(180, 100, 500, 141)
    drawn += box(50, 141, 180, 160) + box(180, 141, 500, 160)

    assert lines_on(pdf(words, strokes=drawn)) == [
        (
            "Scope of Work",
            "Repair the broken main in the alley, restore asphalt and sod as needed.",
        ),
        ("County", "Hays"),
    ]


TABLE: list[Word] = [
    (50, 100, "Pole No.*"),
    (130, 100, "Address*"),
    (300, 100, "City*"),
    (380, 100, "Depth*"),
    (50, 115, "P-101"),
    (130, 115, "12 Avenue J"),
    (300, 115, "Tahoka"),
    (380, 115, "7 ft"),
    (50, 130, "P-102"),
    (130, 130, "88 Lockwood St near"),
    (300, 130, "Tahoka"),
    (130, 140, "the water tower"),
]


def test_each_row_below_a_row_of_labels_is_a_place_of_its_own() -> None:
    """A list of poles: a cell may go on below itself, or be blank."""
    assert lines_on(pdf(TABLE)) == [
        ("Pole No.", "P-101"),
        ("Address", "12 Avenue J"),
        ("City", "Tahoka"),
        ("Depth", "7 ft"),
        ("Pole No.", "P-102"),
        ("Address", "88 Lockwood St near the water tower"),
        ("City", "Tahoka"),
    ]


def test_labels_in_small_type_above_need_no_rules() -> None:
    """Their type tells even those that nobody knows; one is blank, one value has two lines."""
    words: list[Word] = [
        (50, 100, "Sub crew of the day", 6),
        (200, 100, "Sub phone", 6),
        (350, 100, "County", 6),
        (50, 112, "Lena Ortiz", 10),
        (350, 112, "Midland", 10),
        (50, 140, "Work location", 6),
        (200, 140, "City", 6),
        (350, 140, "Depth", 6),
        (50, 152, "1901 W Wall St,", 10),
        (200, 152, "Midland", 10),
        (350, 152, '36"', 10),
        (50, 163, "rear of the lot", 10),
    ]

    assert lines_on(pdf(words)) == [
        ("Sub phone", ""),
        ("Sub crew of the day", "Lena Ortiz"),
        ("County", "Midland"),
        ("Work location", "1901 W Wall St, rear of the lot"),
        ("City", "Midland"),
        ("Depth", '36"'),
    ]


def test_a_label_in_two_lines_is_one() -> None:
    """Narrow columns break it; the row of labels is as high as its boxes."""
    words: list[Word] = [
        (52, 108, "Pole*"),
        (52, 118, "No.*"),
        (102, 113, "City*"),
        (202, 108, "Work*"),
        (202, 118, "Type*"),
        (52, 133, "7781"),
        (102, 133, "Ennis"),
        (202, 133, "Replace pole"),
    ]
    drawn = "".join(
        box(left, top, right, bottom)
        for top, bottom in ((100, 122), (122, 138))
        for left, right in ((50, 100), (100, 200), (200, 300))
    )

    assert lines_on(pdf(words, strokes=drawn)) == [
        ("Pole No.", "7781"),
        ("City", "Ennis"),
        ("Work Type", "Replace pole"),
    ]


def test_a_page_with_more_words_than_a_form_is_read_row_by_row() -> None:
    """A drawing or a list of numbers; looking for labels would take all the time there is."""
    words: list[Word] = [
        (20 + 60 * column, 10 + 3 * row, f"City: {row}", 2.5)
        for column in range(4)
        for row in range(250)
    ]

    assert len(lines_on(pdf(words))) <= 250


def test_a_bold_label_needs_no_colon_before_its_value() -> None:
    """Both stand in one line, apart only by their weight."""
    words: list[Word] = [
        (50, 100, "Contractor*"),
        (102, 100, "Ojo Bore Inc"),
        (50, 115, "County*"),
        (86, 115, "Swisher"),
        (50, 130, "City*"),
        (71, 130, "Tulia"),
    ]

    assert lines_on(pdf(words)) == [
        ("Contractor", "Ojo Bore Inc"),
        ("County", "Swisher"),
        ("City", "Tulia"),
    ]


def test_dots_that_lead_to_a_value_are_no_part_of_it() -> None:
    """They stand as one word with the label, or alone."""
    words: list[Word] = [
        (50, 100, "County ..................... McLennan"),
        (50, 115, "City......................... Waco"),
        (50, 130, "Cross Street ________ 9th St"),
    ]

    assert lines_on(pdf(words)) == [
        ("County", "McLennan"),
        ("City", "Waco"),
        ("Cross Street", "9th St"),
    ]


def test_of_tick_boxes_that_are_drawn_the_ticked_one_counts() -> None:
    """A cross of two lines or a letter marks a box."""
    words: list[Word] = [
        (50, 258, "Boring:"),
        (112, 258, "Yes"),
        (162, 258, "No"),
        (50, 278, "Blasting:"),
        (112, 278, "Yes"),
        (162, 278, "No"),
        (151, 277, "X", 7),
    ]
    drawn = "".join(
        box(left, top, left + 8, top + 8) for top in (250, 270) for left in (100, 150)
    )
    drawn += line(101, 251, 107, 257) + line(101, 257, 107, 251)

    taken = read(pdf([*FORM, *words], strokes=drawn)).taken()

    assert (taken["is_boring"], taken["is_blasting"]) == (True, False)


def test_fields_of_a_form_are_read_by_their_names_and_by_their_places() -> None:
    """Some names say what the field holds; of others only the page tells."""
    words: list[Word] = [
        (50, 108, "Caller:"),
        (50, 138, "Boring:"),
        (132, 138, "Yes"),
        (182, 138, "No"),
    ]
    fields = [
        field("Text1", "Omar Prado", 120, 100),
        field("form1[0].County[0]", "Uvalde", 120, 180),
        field("c1", "Yes", 120, 130, is_tick=True),
        field("c2", "Off", 170, 130, is_tick=True),
        field("undefined", "", 120, 200),
    ]

    assert lines_on(pdf(words, fields=fields)) == [
        ("Caller", "Omar Prado"),
        ("Boring", "Yes"),
        ("County", "Uvalde"),
    ]
