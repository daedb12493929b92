"""HTML: labels by tag, class, type and place; forms that are filled in; what a mail quotes."""

import pytest

from extraction.reading.any import read_document
from extraction.reading.html import QUOTED, read_html

Found = list[tuple[str | None, str]]


def lines(page: str) -> Found:
    """Return label and text of each line of a page that says something."""
    found = read_html(page.encode()).lines
    return [(one.label, one.text) for one in found if one.text or one.label]


NAMED: Found = [("Contractor", "Alto Bore Inc"), ("County", "Travis")]


@pytest.mark.parametrize(
    "page",
    [
        "<table><tr><td>Contractor</td><td>Alto Bore Inc</td><td>County</td><td>Travis</td></tr></table>",
        "<table><tr><th>Contractor<td>Alto Bore Inc<tr><th>County<td>Travis</table>",
        "<table><tr><td><b>Contractor</b> Alto Bore Inc</td><td><b>County</b><br>Travis</td></tr></table>",
        "<table><tr><td><small>Contractor</small><br>Alto Bore Inc<td><small>County</small><br>Travis</table>",
        "<table><tr><th>Contractor</th><th>County</th></tr><tr><td>Alto Bore Inc</td><td>Travis</td></tr></table>",
        "<table><tr><td>Contractor<td>County<tr><td>Alto Bore Inc<td>Travis</table>",
        "<table><td><table><td>Contractor<td>Alto Bore Inc</table><td><table><td>County<td>Travis</table></table>",
        "<dl><dt>Contractor<dd>Alto Bore Inc<dt>County<dd>Travis</dl>",
        "<div class=label>Contractor</div><div>Alto Bore Inc</div><div class=label>County</div><div>Travis</div>",
        "<p class=key>Contractor</p><p>Alto Bore Inc</p><i class='form-lbl'>County</i> <i>Travis</i>",
        "<p><b>Contractor</b>: Alto Bore Inc<br><strong>County:</strong> Travis</p>",
        "<p><span style='font-weight:700'>Contractor</span> Alto Bore Inc <b>County</b> Travis</p>",
        "<label>Contractor</label><input value='Alto Bore Inc'><br><b>County</b><select><option>Hays<option selected>Travis</select>",
        "<table><tr><td>Contractor<td><textarea>Alto Bore\nInc</textarea><tr><td>County<td><input value=Travis></table>",
    ],
)
def test_a_label_names_its_value_however_a_page_says_so(page: str) -> None:
    """Programs that write HTML agree on nothing."""
    assert lines(page) == NAMED


def test_labels_that_nobody_knows_are_labels_where_their_type_tells_so() -> None:
    """Most of what is bold in the cells of this table is a label."""
    page = "<table><tr>" + "".join(
        f"<td><b>{label}</b> {value}</td>"
        for label, value in [*NAMED, ("City", "Elgin"), ("Grid ref. of map", "7 B")]
    )

    assert lines(page + "</table>")[-1] == ("Grid ref. of map", "7 B")


def test_each_row_of_a_table_goes_with_the_labels_above() -> None:
    """A list of poles; a row of the next labels ends it."""
    page = """<table><tr><th>Pole ID<th>Address<th>City
        <tr><td>P1<td>1 A St<td>Alpine<tr><td>P2<td>2 B St<td></table>"""

    assert lines(page) == [
        ("Pole ID", "P1"),
        ("Address", "1 A St"),
        ("City", "Alpine"),
        ("Pole ID", "P2"),
        ("Address", "2 B St"),
        ("City", ""),
    ]


def test_a_value_in_several_lines_stands_below_its_label_as_a_form_prints_it() -> None:
    """An address has lines of their own for street and city."""
    page = "<dl><dt>Job Address<dd>88 Zarzamora St<br>San Antonio, TX 78207</dl>"

    assert lines(page) == [
        (None, "Job Address: 88 Zarzamora St"),
        (None, "             San Antonio, TX 78207"),
    ]


def test_what_a_page_hides_is_not_read() -> None:
    """Code, styles, hidden fields, and the first option of a list that nobody chose."""
    page = """<style>b{}</style><script>City: Hays</script><p hidden>County: Bexar</p>
        <p style="display: none">County: Dallas</p><!-- County: Ellis --><input type=hidden value=X>
        <select><option>Please choose</select><button>Send</button><p>City: Elgin</p>"""

    assert lines(page) == [(None, "City: Elgin")]


def test_boxes_that_are_ticked_are_shown_as_boxes() -> None:
    """The words before the first box name them all."""
    page = "<p>Boring <input type=checkbox checked> Yes <input type=radio> No</p>"

    assert lines(page) == [(None, "Boring: \u2612 Yes \u2610 No")]


def test_what_a_mail_quotes_is_a_part_of_its_own() -> None:
    """The newest words win."""
    mail = b"""From: a@example.com\nSubject: order\nContent-Type: text/html; charset=windows-1252

        <p>County: Ca\xf1on</p><blockquote><p>County: Hays</p></blockquote><p>City: Kyle</p>
        <div id="divRplyFwdMsg"><b>From:</b> b@example.com</div><div>City: Buda</div>"""
    found = read_document(mail, filename=None, media_type=None)

    assert found is not None
    assert [(one.part, one.text) for one in found.lines if one.text][2:] == [
        ("body", "County: Ca\u00f1on"),
        ("body" + QUOTED, "County: Hays"),
        ("body", "City: Kyle"),
        ("body" + QUOTED, "b@example.com"),
        ("body" + QUOTED, "City: Buda"),
    ]


def test_text_that_is_set_as_typed_keeps_its_blanks() -> None:
    """Tickets of old programs come so."""
    assert lines("<pre>City: Kyle     County: Hays\n  St:  9th</pre>") == [
        (None, "City: Kyle     County: Hays"),
        (None, "  St:  9th"),
    ]


@pytest.mark.parametrize(
    "page",
    ["<div>" * 2_000 + "City: Kyle", "<table><tr><td>" * 200 + "City: Kyle", "<b" * 900],
)
def test_tags_without_end_are_no_harm(page: str) -> None:
    """Nesting is read to a depth; what is deeper is still read as text."""
    assert "City: Kyle" in str(lines(page)) or page.startswith("<b")
