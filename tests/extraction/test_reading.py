"""The readers of the media: structure, limits, and what is broken."""

import json

import pytest

from domain.extraction import DocumentKind, WarningCode
from extraction import read
from extraction.document import CHARACTERS_MAX, LINES_MAX
from extraction.reading.any import read_document
from extraction.reading.mail import NESTED_MAILS_MAX, PARTS_MAX
from tests.extraction.documents import HTML, OWN_JSON, PRINTED, codes, forwarded, mail


def labelled(document: bytes) -> dict[str | None, str]:
    """Return the text of each labelled line of a document."""
    found = read_document(document, filename=None, media_type=None)
    assert found is not None
    return {line.label: line.text for line in found.lines if line.label}


@pytest.mark.parametrize(
    "broken",
    [
        OWN_JSON.replace("}}", "},}"),
        OWN_JSON.replace('"', "'"),
        OWN_JSON.replace("{", "{ /* export */", 1),
        OWN_JSON.replace('"county"', "county"),
    ],
)
def test_broken_json_is_mended_and_reported(broken: str) -> None:
    """Commas, quotes, comments and bare keys: what people and old programs write."""
    reading = read(broken.encode())

    assert reading.taken()["county"] == "Caldwell"
    assert WarningCode.MALFORMED_JSON_REPAIRED in codes(reading)


def test_json_that_cannot_be_mended_is_read_as_text() -> None:
    """Its end is missing; what is there is still there."""
    reading = read((OWN_JSON[: len(OWN_JSON) // 2] + "\nCounty: Caldwell").encode())

    assert reading.kind is not DocumentKind.UNREADABLE


def test_a_text_in_json_keeps_what_looks_like_a_comment() -> None:
    """An address on the web is no comment, though the rest had to be mended."""
    assert labelled(b'{"note": "see http://example.com/a", "x": 1,}')["note"].endswith("/a")


def test_members_that_carry_their_name_in_a_value_are_leaves_of_that_name() -> None:
    """Form builders export lists of name and value."""
    fields = [{"fieldName": "County", "value": "Hays"}, {"label": "City", "value": "Kyle"}]

    assert labelled(json.dumps({"fields": fields}).encode()) == {
        "County": "Hays",
        "City": "Kyle",
    }


def test_house_and_street_of_one_object_are_one_address() -> None:
    """`number` and `street` belong together, whatever the job around them is called."""
    place = (
        b'{"number": "88", "street": "Mill Race Rd", "city": "Luling", "county": "Caldwell"}'
    )

    read_from = read(b'{"projects": [{"workType": "Set new pole", "address": ' + place + b"}]}")

    assert read_from.taken()["address"] == "88 Mill Race Rd"


def test_a_value_of_our_own_that_does_not_fit_is_read_like_any_other() -> None:
    """Words where a number was asked for may still say it; what says nothing is left out."""
    stated = json.loads(OWN_JSON) | {"depth_inches": "three feet", "is_boring": "maybe"}
    reading = read(json.dumps(stated).encode())

    assert reading.kind is DocumentKind.FIELDS
    assert reading.fields["depth_inches"].value == 36
    assert reading.fields["depth_inches"].producer != "own_field"
    assert "is_boring" not in reading.fields


def test_xml_names_lose_their_namespace_and_attributes_are_values() -> None:
    """The prefix is the sender's business."""
    source = b'<a:Job xmlns:a="urn:x"><a:Field name="City">Kyle</a:Field><Pole id="7"/></a:Job>'

    assert labelled(source) == {"City": "Kyle", "id": "7", "Pole": ""}


def test_xml_with_entities_is_not_expanded() -> None:
    """A kilobyte of entities can become a gigabyte of text."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "ha">{laughs}]><a>&l9;</a>'

    assert codes(read(bomb.encode())) == {WarningCode.UNREADABLE}


def test_xml_that_does_not_parse_is_read_as_text() -> None:
    """A tag that was never closed takes nothing away."""
    reading = read(b"<?xml version='1.0'?><Job>\nCounty: Hays\nCity: Kyle\nPole #: 7781\n")

    assert reading.taken()["county"] == "Hays"


def test_the_cells_of_a_table_are_labels_and_values() -> None:
    """A blank cell keeps its place, and scripts and styles are not read."""
    page = HTML.replace("</h1>", "</h1><script>County: Hays</script>")
    reading = read(page.encode())

    assert reading.taken()["city"] == "Lockhart"
    assert reading.fields["county"].value == "Caldwell"


def test_an_attachment_says_where_its_values_come_from() -> None:
    """Whoever checks a value has to find it again."""
    reading = read(mail(("html", "order.html", HTML)))

    assert {span.part for span in reading.fields["company"].spans} == {"order.html"}


def test_the_text_of_a_mail_is_read_and_not_its_twin_in_html() -> None:
    """Most mails say everything twice."""
    twin = (
        b"From: a@x.org\nSubject: job\nMIME-Version: 1.0\nContent-Type: multipart/alternative;"
    )
    twin += b" boundary=c\n\n--c\nContent-Type: text/plain\n\nCounty: Hays\nPole #: 12\nCity: Kyle\n"
    twin += b"--c\nContent-Type: text/html\n\n<p>County: Bexar</p>\n--c--\n"

    assert read(twin).fields["county"].alternatives == []


def test_a_section_of_one_part_does_not_reach_into_the_next() -> None:
    """A signature ends in a disclaimer; the order is attached behind it."""
    reading = read(
        mail(("plain", "a.txt", "Disclaimer\nnothing\n"), ("plain", "b.txt", PRINTED))
    )

    assert reading.taken()["company"] == "Mesa Trenching LLC"


@pytest.mark.parametrize("source", [b"caf\xe9: none", "Stra\u00dfe: 1".encode("utf-16")])
def test_every_encoding_is_read_somehow(source: bytes) -> None:
    """A letter that cannot be told does not lose the order."""
    assert read_document(source, filename="a.txt", media_type=None) is not None


def nested_mails() -> bytes:
    mails = mail()
    for _depth in range(NESTED_MAILS_MAX + 1):
        mails = forwarded(mails)
    return mails


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(nested_mails(), id="mails within mails"),
        pytest.param(
            mail(*[("plain", f"{n}.txt", f"n {n}") for n in range(PARTS_MAX)]), id="parts"
        ),
        pytest.param(b'{"a":' * 60 + b"1" + b"}" * 60, id="depth of JSON"),
        pytest.param(b"<a>" * 60 + b"x" + b"</a>" * 60, id="depth of XML"),
        pytest.param(b"County: Hays " * (CHARACTERS_MAX // 12), id="characters"),
        pytest.param(b"note\n" * (LINES_MAX + 2), id="lines"),
        pytest.param(json.dumps([str(n) for n in range(LINES_MAX + 2)]).encode(), id="values"),
    ],
)
def test_what_goes_beyond_a_limit_is_cut_and_reported(document: bytes) -> None:
    """No document may take all the time there is, and nobody may think it was read whole."""
    found = read_document(document, filename=None, media_type=None)

    assert found is not None
    assert WarningCode.TRUNCATED in {warning.code for warning in found.warnings}


def test_a_mail_within_a_mail_names_the_way_to_its_parts() -> None:
    """Both have a body: a value has to be found again in the right one."""
    reading = read(forwarded(mail(("html", "order.html", HTML))))

    assert {span.part for span in reading.fields["company"].spans} == {"part 2/order.html"}


def test_letters_that_an_inner_mail_does_not_declare_do_not_lose_it() -> None:
    """Old programs send eight bits and say seven."""
    inner = b"From: a@example.com\nTo: b@example.com\nSubject: job\nContent-Type: text/plain;"
    inner += b' charset="us-ascii"\n\nCompany: Caf\xc3\xa9 Boring\nPole #: 7781\nCounty: Hays\n'

    assert read(forwarded(inner)).taken()["county"] == "Hays"


def test_a_picture_in_a_mail_is_decoration() -> None:
    """A logo is no reason to warn."""
    picture = b"From: a@x.org\nSubject: job\nMIME-Version: 1.0\nContent-Type: image/png\n"
    picture += b"Content-Transfer-Encoding: base64\n\niVBORw0KGgoAAAANSUhEUg==\n"

    assert WarningCode.OCR_UNAVAILABLE not in codes(read(picture))
