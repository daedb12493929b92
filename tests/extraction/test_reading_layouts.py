"""One order in the layouts of many forms: labels above, below, beside, boxed, numbered, shaded."""

from collections.abc import Callable

import pytest

from extraction.ocr.found import PageWord, PageWords, Rule
from extraction.reading.any import read_document
from extraction.reading.html import read_html
from extraction.reading.recognised import recognised_lines
from tests.extraction.pages import Word, box, line, lines_on, pdf

Order = list[tuple[str, str]]
ORDER: Order = [
    ("Contractor", "Alto Bore Inc"),
    ("Job Address", "410 Elm St"),
    ("City", "Elgin"),
    ("County", "Travis"),
    ("Cross Street", "W 5th St"),
    ("Type of Work", "Replace gas service"),
]


def right_aligned(order: Order) -> bytes:
    return pdf(
        [
            word
            for at, (label, value) in enumerate(order)
            for word in (
                (150 - 4.6 * len(label), 100 + 15 * at, label),
                (160, 100 + 15 * at, value),
            )
        ]
    )


def captions(order: Order) -> bytes:
    words: list[Word] = []
    strokes = ""
    for at, (label, value) in enumerate(order):
        left, top = 50 + 250 * (at % 2), 100 + 34 * (at // 2)
        words += [(left, top, value), (left, top + 10, label, 6)]
        strokes += line(left, top + 3, left + 220, top + 3) + "\n"
    return pdf(words, strokes=strokes)


def numbered_boxes(order: Order) -> bytes:
    words: list[Word] = []
    strokes = ""
    for at, (label, value) in enumerate(order):
        left, top = 40 + 250 * (at % 2), 100 + 30 * (at // 2)
        words += [
            (left + 3, top + 9, f"{at + 7}. {label}", 6),
            (left + 3, top + 22, value),
        ]
        strokes += box(left, top, left + 250, top + 30) + "\n"
    return pdf(words, strokes=strokes)


def shaded(order: Order) -> bytes:
    words: list[Word] = []
    strokes = ""
    for at, (label, value) in enumerate(order):
        top = 100 + 17 * at
        words += [(40, top + 11, label), (176, top + 11, value)]
        strokes += f"0.9 g\n{box(36, top, 170, top + 16, 'f')}\n0 g\n"
    return pdf(words, strokes=strokes)


def led_by_dots(order: Order) -> bytes:
    return pdf(
        [
            (50, 100 + 15 * at, f"{label} {'.' * (3 + at % 2 * 9)}  {value}")
            for at, (label, value) in enumerate(order)
        ]
    )


def labels_in_two_lines(order: Order) -> bytes:
    words: list[Word] = []
    for at, (label, value) in enumerate(order):
        first, _, second = label.partition(" ")
        top = 100 + 28 * at
        words += [(50, top, f"{first}{'' if second else ':'}"), (140, top, value)]
        words += [(50, top + 10, f"{second}:")] if second else []
    return pdf(words)


@pytest.mark.parametrize(
    "drawn",
    [right_aligned, captions, numbered_boxes, shaded, led_by_dots, labels_in_two_lines],
)
def test_a_pdf_says_the_same_in_every_layout(drawn: Callable[[Order], bytes]) -> None:
    """What a form asks for does not depend on where it prints its labels."""
    assert sorted(found for found in lines_on(drawn(ORDER)) if found[0]) == sorted(ORDER)


PAGES = {
    "class": "".join(
        f"<p><span class=t1>{label}</span> <span>{value}</span></p>" for label, value in ORDER
    ),
    "small above": "".join(
        f"<div><small>{label}</small><div>{value}</div></div>" for label, value in ORDER
    ),
    "small below": "".join(
        f"<div><div>{value}</div><small>{label}</small></div>" for label, value in ORDER
    ),
    "label right": "<table>"
    + "".join(f"<tr><td>{value}</td><td>{label}</td></tr>" for label, value in ORDER)
    + "</table>",
    "numbered": "<table>"
    + "".join(
        f"<tr><td>{at}. {label}</td><td>{value}</td></tr>"
        for at, (label, value) in enumerate(ORDER, start=1)
    )
    + "</table>",
    "rows of four": "<table>"
    + "".join(
        "<tr>"
        + "".join(f"<td>{label}</td>" for label, _ in ORDER[at : at + 3])
        + "</tr><tr>"
        + "".join(f"<td>{value}</td>" for _, value in ORDER[at : at + 3])
        + "</tr>"
        for at in (0, 3)
    )
    + "</table>",
    "headings": "".join(f"<h5>{label}</h5><p>{value}</p>" for label, value in ORDER[5:])
    + "".join(f"<b>{label}</b><p>{value}</p>" for label, value in ORDER[:5]),
}


@pytest.mark.parametrize("layout", sorted(PAGES))
def test_a_page_says_the_same_in_every_layout(layout: str) -> None:
    """The same of pages in HTML."""
    found = read_html(PAGES[layout].encode()).lines

    assert sorted((one.label, one.text) for one in found if one.label) == sorted(ORDER)


def test_an_unknown_label_is_one_where_its_class_or_its_column_holds_labels() -> None:
    """`Legal` above a list of members would be a heading; in a column of labels it is none."""
    rows = [*ORDER[:4], ("Legal", "NE 7"), ("Sheet", "B")]
    plain = "".join(f"<tr><td>{label}<td>{value}" for label, value in rows)
    classed = "".join(f"<tr><td class=l>{label}<td class=v>{value}" for label, value in rows)

    for page in (plain, classed):
        found = read_html(f"<table>{page}</table>".encode()).lines
        assert [(one.label, one.text) for one in found if one.label] == rows


def test_a_label_that_reaches_over_rows_has_all_that_stands_beside_it() -> None:
    """And a cell of that kind beside labels is a heading."""
    page = """<table><tr><td rowspan=2>Mailing address<td>99 Oak Rd<tr><td>Waco, TX 76701
        <tr><th rowspan=2>Excavator<td>Company<td>Alto Bore Inc<tr><td>Phone<td>512-555-0101</table>"""
    found = [(one.label, one.text) for one in read_html(page.encode()).lines]

    assert [row for row in found if row != (None, "")] == [
        (None, "Mailing address: 99 Oak Rd"),
        (None, "                 Waco, TX 76701"),
        (None, "Excavator"),
        ("Company", "Alto Bore Inc"),
        ("Phone", "512-555-0101"),
    ]


def test_what_follows_a_list_is_no_value_of_its_last_blank_label() -> None:
    """A footer below `<dt>811 ticket<dd>` is not the number of a ticket."""
    page = "<dl><dt>County<dd>Travis<dt>811 ticket<dd>&nbsp;</dl><hr><i>Printed by JobTrak</i>"

    assert ("811 ticket", "") in [
        (one.label, one.text) for one in read_html(page.encode()).lines
    ]


def test_the_unit_in_a_label_stays_beside_its_number() -> None:
    """`Depth (ft)` and 4 are one line, so that both have their place."""
    page = "<table><tr><td>Depth (ft)<td>4<tr><td>County<td>Travis</table>"

    assert read_html(page.encode()).lines[0].text == "Depth (ft): 4"
    assert (None, "Depth (ft): 4") in lines_on(pdf([(50, 100, "Depth (ft):"), (130, 100, "4")]))


def test_letters_of_one_width_make_words_of_one_value() -> None:
    """Typewriter type has wide blanks: they part no cells."""
    typed = "STAKE THE ENTIRE REAR"
    page = pdf([(50, 100, "Extent of Work:"), (130, 100, typed)])
    page = page.replace(b"/Helvetica >>", b"/Courier >>")

    assert lines_on(page)[0][1].endswith(typed)


@pytest.mark.parametrize("turn", ["0 1 -1 0 700 0", "0 -1 1 0 -600 700", "-1 0 0 -1 612 792"])
def test_a_page_that_lies_on_its_side_is_read_as_a_reader_turns_it(turn: str) -> None:
    """The boxes of its lines are shown where they are on the page as it lies."""
    words = [(40, 100, "Company:"), (100, 100, "Rowe Digging LLC")]
    found = read_document(pdf(words, strokes=f"{turn} cm"), filename="a.pdf", media_type=None)

    assert found is not None
    named = next(one for one in found.lines if one.label)
    assert (named.label, named.text) == ("Company", "Rowe Digging LLC")
    x0, top, x1, bottom = named.span().box or (0, 0, 0, 0)
    assert (x0, top) < (x1, bottom)
    assert named.shown != named.box


def test_a_wide_gap_ends_what_a_label_has_opened() -> None:
    """The office in the foot of a page is not the contractor's."""
    words: list[Word] = [(50, 100 + 15 * at, f"{a}: {b}") for at, (a, b) in enumerate(ORDER)]
    foot: Word = (50, 700, "Lone Prairie Gas Co. PO Box 2200 Tyler TX 75710")
    found = read_document(pdf([*words, foot]), filename="a.pdf", media_type=None)

    assert found is not None
    texts = [one.text for one in found.lines]
    assert texts[texts.index(foot[2]) - 1] == ""


def seen(text: str, left: float, top: float, *, is_bold: bool = False) -> list[PageWord]:
    """Return words as a picture gives them: 10 points high, 5 points a letter."""
    words, at = [], left
    for word in text.split():
        words.append(PageWord(word, (at, top, at + 5 * len(word), top + 10), 0.9, is_bold))
        at += 5 * len(word) + 4
    return words


def test_the_weight_of_type_in_a_picture_hides_no_label() -> None:
    """One label of a row was taken for plain type; a letter fell off another."""
    words = seen("Foreman", 50, 100, is_bold=True) + seen("County", 250, 100)
    words += seen("J ob Address", 400, 100, is_bold=True)
    words += seen("Sam Pike", 50, 112) + seen("Hays", 250, 112) + seen("9 Elm St", 400, 112)
    found = recognised_lines(PageWords(words=tuple(words)), page=1, part="body")

    assert [(one.label, one.text) for one in found] == [
        ("Foreman", "Sam Pike"),
        ("County", "Hays"),
        ("Job Address", "9 Elm St"),
    ]


def test_boxes_of_a_picture_that_begin_with_labels_all_do() -> None:
    """`Who digs` is no label that is known; the boxes around it say what it is."""
    rows = [
        ("County", "Hays"),
        ("City", "Kyle"),
        ("Cross street", "Elm"),
        ("Digs here", "Alto"),
    ]
    words = [
        word
        for at, (label, value) in enumerate(rows)
        for word in seen(label, 54, 103 + 30 * at) + seen(value, 54, 115 + 30 * at)
    ]
    levels = tuple(Rule(100 + 30 * at, 50, 300) for at in range(5))
    uprights = (Rule(50, 100, 220), Rule(300, 100, 220))
    page = PageWords(words=tuple(words), levels=levels, uprights=uprights)

    found = recognised_lines(page, page=1, part="body")
    assert [(one.label, one.text) for one in found] == rows
