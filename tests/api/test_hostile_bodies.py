"""Hostile bodies: JSON on which parsers differ, other kinds, values that are none."""

import gzip
import json

import pytest

from api.json_bodies import DEPTH_MAX, JSON_BYTES_MAX
from tests.api.hostile import FORM, TICKET, Answer, Target, a_form, a_part

DEEP = b"[" * 100_000 + b"]" * 100_000
SECRET = b'{"by": "Dana Ruiz"}'


def a_deep_object(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


# JSON, the status, and the field; each is sent to a typed route, to one parsed by hand, and as
# the stated facts of a form.
JSON: dict[str, tuple[bytes, int, str | None]] = {
    "arrays 100,000 deep": (DEEP, 422, None),
    "objects 40,000 deep": (a_deep_object(40_000), 422, None),
    "arrays 200,000 deep without an end": (b"[" * 200_000, 422, None),
    "one level too deep": (a_deep_object(DEPTH_MAX + 1), 422, ".".join("a" * DEPTH_MAX)[:80]),
    "a key twice": (b'{"by": "A", "by": "B"}', 422, None),
    "a key twice, written in two ways": (b'{"by": "A", "b\\u0079": "B"}', 422, None),
    "a key twice, further in": (b'{"members": [{"code": 1, "code": 2}]}', 422, "members.0"),
    "not a number": (b'{"version": NaN}', 422, None),
    "without an end": (b'{"version": -Infinity}', 422, None),
    "1e400": (b'{"version": 1e400}', 422, None),
    "an integer of 5,000 digits": (b'{"version": ' + b"9" * 5_000 + b"}", 422, None),
    "an integer of 50 digits": (b'{"version": ' + b"9" * 50 + b"}", 422, None),
    "half a character": (b'{"by": "\\ud800"}', 422, None),
    "NUL": (b'{"by": "a\\u0000b"}', 422, "by"),
    "NUL in a key": (b'{"b\\u0000": 1}', 422, "b\0"),
    "a raw control character": (b'{"by": "a\x01b"}', 422, None),
    "a comment": (b'{"by": "A" /* no */}', 422, None),
    "two values": (b'{"by": "A"} {"by": "B"}', 422, None),
    "one byte too much": (b'{"a": ""}'.ljust(JSON_BYTES_MAX + 1), 413, None),
    "5 million deep": (b"[" * 5_000_000, 413, None),
}

# Content-Type or another header, the body, and the status.
KINDS: dict[str, tuple[str, str | None, bytes, int, str]] = {
    "UTF-16, said": (
        "application/json; charset=utf-16",
        None,
        '{"by": "Dana"}'.encode("utf-16"),
        415,
        "Content-Type",
    ),
    "Latin-1, said": (
        "application/json; charset=latin-1",
        None,
        b'{"by": "M\xfcller"}',
        415,
        "Content-Type",
    ),
    "UTF-16, not said": ("application/json", None, '{"a": 1}'.encode("utf-16"), 422, "body"),
    "not UTF-8": ("application/json", None, b'{"by": "\xff"}', 422, "body"),
    "half a character": ("application/json", None, b'{"by": "\xed\xa0\x80"}', 422, "body"),
    "XML": ("application/xml", None, b"<by>Dana</by>", 415, "Content-Type"),
    "plain text": ("text/plain", None, SECRET, 415, "Content-Type"),
    "a form of a page": (
        "application/x-www-form-urlencoded",
        None,
        b"by=D",
        415,
        "Content-Type",
    ),
    "no kind at all": ("", None, SECRET, 415, "Content-Type"),
    "almost JSON": ("application/json/x; =;;", None, SECRET, 415, "Content-Type"),
    "packed": (
        "application/json",
        "Content-Encoding: gzip",
        gzip.compress(SECRET),
        415,
        "Content-Encoding",
    ),
    "a packed bomb": (
        "application/json",
        "Content-Encoding: gzip",
        gzip.compress(b" " * 50_000_000),
        415,
        "Content-Encoding",
    ),
    "nothing": ("application/json", None, b"", 422, "body"),
    "11 MB": ("application/json", None, b'{"by": "' + b"A" * 11_000_000 + b'"}', 413, "file"),
}

TIMES = [
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "2016-12-31T23:59:60Z",
    "2026-11-23T08:00:00+99:99",
    "2026-11-23T08:00:00",
    "2026-11-23T24:00:00Z",
    "2026-02-30T00:00:00Z",
    "20261123T080000Z",
    "١٢٣٤",
]


def confirm(target: Target, content: bytes, *more: str, media_type: str) -> Answer:
    path = f"/tickets/{TICKET}/confirm"
    return target.ask(target.post(path, content, *more, media_type=media_type))


@pytest.mark.parametrize("case", JSON)
def test_json_that_is_not_strict_is_refused_wherever_it_comes_in(
    case: str, target: Target
) -> None:
    """A key that the check saw and the store did not would be a way round the check."""
    content, status, field = JSON[case]
    document = a_part("file", b"Company: Lone Star", b"a.txt")
    form = a_form(document, a_part("fields", content))
    before = target.everything()

    typed = confirm(target, content, media_type="application/json")
    by_hand = target.ask(target.post("/work-orders", content))
    in_form = target.ask(target.post("/work-orders", form, media_type=FORM))

    assert [typed.status, by_hand.status] == [status, status]
    assert in_form.status in (status, 422)  # the form has a limit of its own
    assert typed.problem["field"] == by_hand.problem["field"] == (field or "body")
    assert in_form.problem["field"] in (field or "fields", "body")
    assert target.everything() == before
    assert target.is_alive()


@pytest.mark.parametrize("case", KINDS)
def test_a_body_of_another_kind_is_refused(case: str, target: Target) -> None:
    """It is not guessed what was meant."""
    media_type, more, content, status, field = KINDS[case]

    answer = confirm(target, content, *filter(None, [more]), media_type=media_type)

    assert answer.status == status
    assert answer.problem["field"] == field
    assert target.is_alive()


def test_a_mark_of_byte_order_is_no_part_of_the_json(target: Target) -> None:
    """Some editors write it; both parsers must read past it."""
    answers = [
        target.ask(target.post("/work-orders", b'\xef\xbb\xbf{"company": "A"}')),
        confirm(target, b"\xef\xbb\xbf" + SECRET, media_type="application/json"),
    ]

    assert answers[0].status == 202
    assert answers[1].problem["field"] == "status"  # it was read, and the ticket is a draft


def test_json_as_large_and_deep_as_is_allowed_is_read(target: Target) -> None:
    """A limit that refuses what it should admit is another fault."""
    deep = b'{"by":' + a_deep_object(DEPTH_MAX - 1) + b"}"
    large = b'{"by": "' + b"A" * (JSON_BYTES_MAX - 10) + b'"}'

    answers = [confirm(target, body, media_type="application/json") for body in (deep, large)]

    assert all(answer.problem["field"] == "by" for answer in answers)


@pytest.mark.parametrize("said", TIMES)
def test_a_time_that_no_clock_shows_is_refused(said: str, target: Target) -> None:
    """A date is what all of this is about."""
    body = json.dumps({"company": "A", "requested_at": said}).encode()

    answer = target.ask(target.post("/work-orders", body))

    assert answer.status == 422
    assert answer.problem["field"] == "requested_at"


@pytest.mark.parametrize("version", ["[]", "{}", "1.5", "-1", "0", '"one"', "1e30"])
def test_a_version_that_is_none_is_refused(version: str, target: Target) -> None:
    """With another version an action would be made on what nobody has seen."""
    body = f'{{"by": "Dana", "reason": "typo", "version": {version}}}'.encode()

    answer = target.ask(target.post(f"/tickets/{TICKET}/reopen", body))

    assert answer.status in (409, 422)
    assert answer.problem["field"] == "version"


def test_a_body_is_checked_also_where_none_is_read(target: Target) -> None:
    """Nothing may pass by a method that usually carries none."""
    answer = target.ask(target.post("/tickets", b'{"a": 1, "a": 2}', method="GET"))

    assert answer.status == 422
    assert "'a' is given twice" in answer.problem["problem"]
