"""A document with what was read from it: every quote in its mark, every character as it is."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain.extraction import Alternative, Finding, Span
from extraction.reader import read
from extraction.reading.json import read_json
from extraction.showing import showing
from extraction.showing.choosing import LINES_SHOWN_MAX
from extraction.showing.marking import END_CHARACTERS, Stretch, pieces_of
from extraction.showing.sheet import Asked, OnTicket, Ref, Tone
from extraction.showing.visible import visible
from tests.extraction.documents import own_documents
from tests.extraction.shown_pages import Shown, finding, reading_of, shown

DOCUMENTS = own_documents()
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> \u202egnp.exe \u2066"
PLACE = re.compile(r'href="#((?:mark|line)-[\d-]+)"')


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_quote_stands_in_the_mark_that_its_link_leads_to(name: str) -> None:
    reading = read(DOCUMENTS[name], filename=name)
    html = shown(name, DOCUMENTS[name], reading)
    page = Shown.of(html)

    assert "not found there now" not in html
    for field_name, found in {**reading.fields, **reading.extra}.items():
        [row] = re.findall(rf'<tr id="field-{field_name}">(.*?)</tr>', html, re.DOTALL)
        targets = PLACE.findall(row)
        assert len(targets) >= len(found.spans) > 0
        for target, span in zip(targets, found.spans, strict=False):
            assert page.marked_from(target, len(span.quote)) == visible(span.quote)
    assert {link[1:] for link in page.links if link.startswith("#")} <= {*page.ids}
    assert len(page.ids) == len({*page.ids})


@given(
    some.text(max_size=60),
    some.lists(some.tuples(some.integers(-3, 70), some.integers(-3, 70)), max_size=8),
)
def test_overlapping_marks_change_no_character_of_a_line(
    text: str, edges: list[tuple[int, int]]
) -> None:
    """Each character is in exactly the marks that cover it, and in no other."""
    refs = [Ref(f"field-{n}", f"Field {n}", [*Tone][n % 5]) for n in range(len(edges))]
    stretches = [Stretch(*edge, ref) for edge, ref in zip(edges, refs, strict=True)]

    pieces = pieces_of(text, stretches, "mark")

    assert "".join(piece.text for piece in pieces) == text
    at = 0
    for piece in pieces:
        for place in range(at, at + len(piece.text)):
            covering = {one.ref for one in stretches if one.start <= place < one.end}
            assert set(piece.refs) == covering
        at += len(piece.text)


@given(
    some.lists(some.text(some.characters(), max_size=20), min_size=1, max_size=4),
    some.lists(
        some.tuples(some.integers(0, 3), some.integers(0, 20), some.integers(0, 20)), max_size=5
    ),
)
def test_what_a_page_shows_is_the_text_of_the_document_to_the_character(
    texts: list[str], places: list[tuple[int, int, int]]
) -> None:
    """In JSON there is room for every character, halves of letters too."""
    document = json.dumps(
        {f"name {number}": text for number, text in enumerate(texts)}
    ).encode()
    lines = read_json(document)
    spans = [
        lines.lines[row % len(lines.lines)].span(min(edges), max(edges))
        for row, *edges in places
    ]
    extraction = reading_of(*(finding(span) for span in spans))

    page = Shown.of(shown("a.json", document, extraction))

    assert page.words == [visible(line.text) for line in lines.lines]
    assert page.inline == []


def test_a_hostile_document_is_shown_and_never_obeyed() -> None:
    text = f"Company: {EVIL}\nCounty: Travis\x1b[2J\n"
    name = f"{EVIL}.txt"
    html = shown(name, text.encode())
    whole = showing.whole_file(Asked(text.encode(), read(text.encode()), name))

    assert not {"script", "iframe", "object", "form"} & Shown.of(html).tags
    assert "img" not in Shown.of(html).tags
    for page in (html, whole):
        assert Shown.of(page).inline == []
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert not set("\u202e\u2066\x1b\x00") & set(page)
    assert Shown.of(whole).tags.isdisjoint({"script", "link"})


def test_halves_of_letters_and_controls_in_a_value_are_made_visible() -> None:
    html = shown("a.txt", b"a", reading_of(finding(value="\ud800 \x00 \u202e \r")))

    assert html.encode()
    assert "\ufffd \u2400 \ufffd \u240d" in html


def test_a_line_of_two_million_characters_shows_its_ends_and_its_mark() -> None:
    text = f"{'a' * 1_000_000}MARKED{'b' * 900_000}"
    span = Span(quote="MARKED", start=1_000_000, end=1_000_006)

    html = shown("long.txt", text.encode(), reading_of(finding(span)))

    assert len(html) < 20_000
    assert "MARKED" in Shown.of(html).marks.values()
    assert f"{1_000_000 - 2 * END_CHARACTERS:,} characters are not shown" in html


def test_of_a_long_document_what_is_marked_is_shown_and_the_rest_is_counted() -> None:
    rows = [f"Row {number}" for number in range(5_000)]
    span = Span(quote="Row 4000", line=4_001, start=0, end=8)

    html = shown("long.txt", "\n".join(rows).encode(), reading_of(finding(span)))
    page = Shown.of(html)

    assert len(page.words) == LINES_SHOWN_MAX
    assert "Row 4000" in page.marks.values()
    assert "4,000 lines are not shown" in html
    assert "Row 4002" in page.words
    assert "Row 4003" not in page.words


def test_a_quote_that_is_no_longer_at_its_place_is_listed_and_marks_nothing() -> None:
    """A later reader may cut the lines otherwise; a wrong mark is worse than none."""
    span = Span(quote="Mesa", line=1, start=0, end=4)

    html = shown("a.txt", b"Company: Mesa", reading_of(finding(span)))

    assert Shown.of(html).marks == {}
    assert "not found there now" in html
    assert "<q>Mesa</q>" in html


def test_a_document_that_cannot_be_read_again_shows_its_quotes() -> None:
    broken = b"%PDF-1.4\nnothing of a PDF\n%%EOF"
    span = Span(quote="Mesa Trenching", page=2, line=3)

    html = shown("a.pdf", broken, reading_of(finding(span)))

    assert "could not be read again" in html
    assert "<q>Mesa Trenching</q>" in html
    assert "page 2, line 3" in html


def test_confidence_is_told_by_number_word_and_kind_of_mark() -> None:
    spans = [
        Span(quote=word, start=at, end=at + 3)
        for word, at in (("one", 0), ("two", 4), ("six", 8))
    ]
    sure = [
        finding(span, confidence=c)
        for span, c in zip(spans, (0.9, 0.8999, 0.5999), strict=True)
    ]

    html = shown("a.txt", b"one two six", reading_of(*sure))

    assert 'trust taken">90 % · taken' in html
    assert 'trust confirm">89 % · please confirm' in html
    assert 'trust suggestion">59 % · suggestion' in html
    assert re.findall(r'<mark id="[^"]+" class="(\w+) *"', html) == [
        "taken",
        "confirm",
        "suggestion",
    ]


def test_an_alternative_and_what_the_ticket_says_now_stand_beside_the_value() -> None:
    other = Alternative(
        value="Hays", confidence=0.71, spans=[Span(quote="Hays", start=7, end=11)]
    )
    read_one = Finding(
        value="Travis", confidence=0.93, producer="label", rule="units_converted",
        spans=[Span(quote="Travis", start=0, end=6)], alternatives=[other],
    )  # fmt: skip
    told = {
        "county": OnTicket("Bastrop", "a person has said or confirmed it", differs=True),
        "city": OnTicket("Elgin", "not read from the document", differs=True),
    }
    asked = Asked(b"Travis Hays", reading_of(county=read_one), "a.txt", None, told)

    html = showing.fragment(asked, picture_path="/pictures")

    assert "On the ticket: Bastrop" in html
    assert "a person has said or confirmed it" in html
    assert "Beside its label; its unit was converted" in html
    assert 'href="#field-county-alternative-1"' in html
    assert re.search(r'<li id="field-county-alternative-1"><strong>Hays</strong>', html)
    assert re.search(r"<dt>City</dt><dd>Elgin", html)
