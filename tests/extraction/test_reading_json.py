"""Structured documents that are not what they should be, and documents within their values."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.extraction import WarningCode
from extraction import read
from extraction.reading.any import read_document
from extraction.reading.lenient import BrokenError, parsed
from tests.extraction.documents import codes

TICKET = (
    "Work Order: 40-2291\nContractor: Sandhills Trenching LLC\nPhone: 432-555-0188\n\n"
    "Job address: 1709 W Wall St\nCity: Midland\nCounty: Midland\nType of work: Replace sewer\n"
)
PAGE = "<table><tr><td>Contractor</td><td>Sandhills Trenching LLC</td></tr><tr><td>County</td>"
PAGE += "<td>Midland</td></tr><tr><td>Type of Work</td><td>Replace sewer</td></tr></table>"
WORDS = st.text("ab 7-/.\\'", max_size=8)
INNER = {"contractor": "Sandhills Trenching LLC", "county": "Midland", "typeOfWork": "Bore"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{'a': 'it''s', 'b': None, 'c': True}", {"a": "it''s", "b": None, "c": True}),
        ('// from the field\n{a: 1, /* x */ "b": [1, 2,],}', {"a": 1, "b": [1, 2]}),
        ('{"pipe": "2" PE main", "n": "x"}', {"pipe": '2" PE main', "n": "x"}),
        ('{"a": NaN, "b": undefined, "c": on site}', {"a": None, "b": None, "c": "on site"}),
        (
            '{"at": ISODate("2025-09-01"), "p": (31.5, -97.25)}',
            {"at": "2025-09-01", "p": [31.5, -97.25]},
        ),
        ('{"a": {"b": [1, {"c": "d"}', {"a": {"b": [1, {"c": "d"}]}}),
        ('{"a": "whole", "b": "cut o', {"a": "whole"}),
        ('{"a": "whole", "depth": 4', {"a": "whole"}),
        ('{"a": 1\n "b": 2}', {"a": 1, "b": 2}),
        ('{"web": "http://example.com/a", x: 1}', {"web": "http://example.com/a", "x": 1}),
    ],
)
def test_what_is_nearly_json_is_read_as_people_read_it(text: str, value: object) -> None:
    """A value that breaks off is left out: nobody can tell how it goes on."""
    assert parsed(text) == value


@pytest.mark.parametrize(
    "text", ["[1] see the sheet for the rest of it", "{county Hays}", "{{{{"]
)
def test_what_is_no_json_is_not_forced_to_be(text: str) -> None:
    """A text that only begins like JSON would lose the rest."""
    with pytest.raises(BrokenError):
        parsed(text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-9999, 9999) | WORDS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
        max_leaves=8,
    )
)
@settings(deadline=None, max_examples=60)
def test_good_json_reads_the_same_leniently(value: object) -> None:
    """Mending must not change what was never broken."""
    assert parsed(json.dumps({"a": value})) == {"a": value}


@pytest.mark.parametrize("inner", [TICKET, PAGE, json.dumps(INNER)])
@pytest.mark.parametrize("shape", ["json", "xml"])
def test_a_document_within_a_value_is_read_as_what_it_is(inner: str, shape: str) -> None:
    """Queues and mail programs wrap an order whole."""
    wrapped = json.dumps({"messageId": "8812", "body": inner})
    if shape == "xml":
        wrapped = f"<Message><Id>8812</Id><Body><![CDATA[{inner}]]></Body></Message>"
    reading = read(wrapped.encode())

    assert reading.taken()["company"] == "Sandhills Trenching LLC"
    assert reading.taken()["county"] == "Midland"
    assert all("ody" in span.part for span in reading.fields["company"].spans)


def test_a_comment_above_an_export_does_not_make_it_a_text() -> None:
    """Somebody has noted where it comes from."""
    source = b"// queue TX-N\n# do not edit\n[{'wo_no': 'FD-66', 'cnty': 'Collin', 'typ_of_wrk': 'Bury cable',}]"
    reading = read(source)

    assert reading.taken()["work_order_ref"] == "FD-66"
    assert WarningCode.MALFORMED_JSON_REPAIRED in codes(reading)


def test_a_key_that_stands_twice_loses_neither_value() -> None:
    """The second is no less written than the first."""
    found = read_document(b'{"pole": "P-1", "pole": "P-2"}', filename=None, media_type=None)

    assert found is not None
    assert [line.text for line in found.lines] == ["P-1", "P-2"]


def test_the_name_of_a_contact_is_a_value_and_that_of_a_field_a_label() -> None:
    """<Contact name="Ann"/> and <field name="City">Kyle</field> look alike."""
    source = b'<a><Contact name="Ann" phone="1"/><field name="City">Kyle</field><Depth value="4" unit="ft"/></a>'
    found = read_document(source, filename=None, media_type=None)

    assert found is not None
    assert [(line.label, line.text) for line in found.lines if line.text] == [
        ("name", "Ann"),
        ("phone", "1"),
        ("City", "Kyle"),
        ("Depth", "4"),
        ("unit", "ft"),
    ]
