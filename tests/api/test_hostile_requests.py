"""Hostile heads of requests: paths, queries, methods, headers. Each is refused, and nothing breaks."""

import json

import pytest

from tests.api.hostile import TICKET, Target

LONG = "a" * 40_000
MANY = [f"X-{number}: {number}" for number in range(5_000)]
DATE = "2026-11-23T08:00:00"

# What is asked for, the status, and the field that the answer names.
PATHS = {
    "up and away": ("/tickets/../../etc/passwd", 422, "ticket_id"),
    "up and away, encoded": ("/tickets/%2e%2e%2f%2e%2e%2fetc%2fpasswd", 422, "ticket_id"),
    "up by backslashes": ("/tickets/..\\..\\config", 422, "ticket_id"),
    "an overlong dot": ("/tickets/%c0%ae%c0%ae%c0%af", 422, "ticket_id"),
    "NUL": ("/tickets/%00", 422, "ticket_id"),
    "a picture": ("/tickets/%F0%9F%9A%A7", 422, "ticket_id"),
    "a new line and a header": ("/tickets/a%0d%0aSet-Cookie:x", 404, "path"),
    "nothing": ("/tickets/", 422, "ticket_id"),
    "two slashes": ("//tickets//x", 404, "path"),
    "a slash too many": ("/queue/", 404, "path"),
    "5,000 letters": ("/tickets/" + "a" * 5_000, 422, "ticket_id"),
    "9,000 letters": ("/tickets/" + "a" * 9_000, 414, "path"),
    "40,000 letters": ("/tickets/" + LONG, 414, "path"),
    "bytes that are not ASCII": ("/tickets/é", 400, "request"),
    "a space": ("/tickets/a b", 400, "request"),
    "another host": ("http://elsewhere.example/tickets", 404, "path"),
    "a star": ("*", 404, "path"),
    # Queries.
    "names that are none": ("/tickets?%=%&==", 422, "%"),
    "operators in names": ("/tickets?limit[$gt]=1", 422, "limit[$gt]"),
    "a limit below one": ("/tickets?limit=-1", 422, "limit"),
    "a limit that is endless": ("/tickets?limit=1e400", 422, "limit"),
    "an offset of 31 digits": ("/tickets?offset=1" + "0" * 30, 422, "offset"),
    "an offset of 63 bits": ("/tickets?offset=9223372036854775808", 422, "offset"),
    "a status of NUL": ("/tickets?status=%00", 422, "status"),
    "a month that is none": ("/tickets?month=0000-99", 422, "month"),
    "a text of 3,000 letters": ("/tickets?text=" + "a" * 3_000, 422, "text"),
    "before all years": (
        "/tickets?expiring_before=0001-01-01T00:00:00%2B23:00",
        422,
        "expiring_before",
    ),
    "after all years": (
        "/tickets?expiring_before=9999-12-31T23:59:59-23:00",
        422,
        "expiring_before",
    ),
    "a leap second": ("/deadlines?at=2016-12-31T23:59:60Z&county=Travis", 422, "at"),
    "an offset of 99 hours": (f"/deadlines?at={DATE}%2B99:99&county=Travis", 422, "at"),
    "a time that is a number": ("/deadlines?at=12345&county=Travis", 422, "at"),
    "a time before the law": ("/deadlines?at=2000-01-01T00:00:00Z&county=Travis", 422, "at"),
    "a county of NUL": (f"/deadlines?at={DATE}Z&county=%00", 422, "county"),
    "a county of 5,000 letters": (
        f"/deadlines?at={DATE}Z&county=" + "a" * 5_000,
        422,
        "county",
    ),
}

ADMITTED = {
    "bytes that are no text": "/tickets?text=%ff%fe",
    "a text of NUL": "/tickets?text=%00",
    "a text from right to left": "/tickets?text=%E2%80%AE",
    "a condition of SQL": "/tickets?county=%27%20OR%201=1",
    "the same asked twice": "/tickets?limit=1&limit=2",
    "nothing, often": "/tickets?&&&",
    "the last second of our time": "/deadlines?at=2100-12-31T23:59:59Z&county=Travis",
}

METHODS = {
    "TRACE": 405,
    "CONNECT": 405,
    "BREW": 405,
    "get": 405,
    "A" * 500: 405,
    "OPTIONS": 405,
    "PUT": 405,
    "GE\x01T": 400,
}

# More lines of the head, the status, and the field.
HEADERS: dict[str, tuple[list[str | bytes], int, str]] = {
    "one of 40,000 bytes": ([f"X-Long: {LONG}"], 431, "headers"),
    "one of 200,000 bytes": (["X-Long: " + LONG * 5], 431, "headers"),
    "5,000 of them": ([*MANY], 431, "headers"),
    "150 of them": ([*MANY[:150]], 431, "headers"),
    "NUL in one": ([b"X-Name: a\x00b"], 400, "request"),
    "a space before the colon": (["X-Name : a"], 400, "request"),
    "no colon": (["XName"], 400, "request"),
    "a second host": (["Host: elsewhere.example"], 400, "request"),
    "two lengths": (["Content-Length: 5", "Content-Length: 6"], 400, "request"),
    "a length below zero": (["Content-Length: -5"], 400, "request"),
    "a length of 30 digits": (["Content-Length: " + "9" * 30], 400, "request"),
    "a length with a sign": (["Content-Length: +5"], 400, "request"),
    "a length and chunks": (
        ["Content-Length: 5", "Transfer-Encoding: chunked"],
        400,
        "Content-Length",
    ),
    "packed chunks": (["Transfer-Encoding: gzip, chunked"], 400, "request"),
    "two ways to transfer": (
        ["Transfer-Encoding: chunked", "Transfer-Encoding: identity"],
        400,
        "request",
    ),
}

HARMLESS_HEADERS: dict[str, str | bytes] = {
    "a name in Latin-1": b"X-Name: M\xfcller \xff",
    "a control character": b"X-Name: a\x01b",
    "a folded line": "X-Name: a\r\n b",
    "an expectation that nobody knows": "Expect: 200-ok",
    "a wish for a websocket": "Connection: Upgrade\r\nUpgrade: websocket",
    "a wish for another HTTP": "Connection: Upgrade\r\nUpgrade: h2c",
    "a wish for a part": "Range: bytes=0-999999999999999",
}

NOT_HTTP = {
    "a greeting of TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(100),
    "HTTP 0.9": b"GET /tickets\r\n\r\n",
    "empty lines": b"\r\n\r\n",
    "a text": b"hello\r\n\r\n",
    "no host": b"GET /healthz HTTP/1.1\r\n\r\n",
}


@pytest.mark.parametrize("case", PATHS)
def test_a_bad_address_is_refused(case: str, target: Target) -> None:
    """The refusal names what is wrong, whatever was made of the address."""
    path, status, field = PATHS[case]

    answer = target.ask(target.head(path))

    assert answer.status == status
    assert answer.problem["field"] == field
    assert target.is_alive()


@pytest.mark.parametrize("case", ADMITTED)
def test_an_odd_question_has_an_answer(case: str, target: Target) -> None:
    """What is odd and yet means something is a question like any other."""
    assert target.ask(target.head(ADMITTED[case])).status == 200


@pytest.mark.parametrize("method", METHODS)
def test_another_method_is_refused(method: str, target: Target) -> None:
    """Neither those that HTTP knows nor those that it does not."""
    answer = target.ask(target.head("/tickets", method=method))

    assert answer.status == METHODS[method]
    assert answer.problem["field"] in ("path", "request")


def test_the_head_alone_of_what_is_not_there_for_it_is_refused(target: Target) -> None:
    """The answer to HEAD has no body that could say why."""
    answer = target.ask(target.head("/tickets", method="HEAD"))

    assert (answer.status, answer.content) == (405, b"")


@pytest.mark.parametrize("case", HEADERS)
def test_bad_headers_are_refused(case: str, target: Target) -> None:
    """On some of them two proxies differ where the request ends: nothing may pass in between."""
    lines, status, field = HEADERS[case]

    answer = target.ask(target.head("/work-orders", *lines, method="POST") + b"0\r\n\r\n")

    assert answer.status == status
    assert answer.problem["field"] == field
    assert answer.headers["connection"] == "close"
    assert target.is_alive()


@pytest.mark.parametrize("case", HARMLESS_HEADERS)
def test_headers_that_mean_nothing_here_are_ignored(case: str, target: Target) -> None:
    """They are not for us, and do no harm."""
    assert target.ask(target.head("/tickets", HARMLESS_HEADERS[case])).status == 200


@pytest.mark.parametrize("case", NOT_HTTP)
def test_what_is_not_http_is_refused(case: str, target: Target) -> None:
    """Whoever knocks with something else is told once, and cut off."""
    answer = target.ask(NOT_HTTP[case])

    assert answer.status == 400
    assert answer.problem["field"] == "request"


@pytest.mark.parametrize("host", ["[::1", "x@y:99999/<>", "a" * 300, "127.0.0.1:0"])
def test_an_odd_host_breaks_nothing(host: str, target: Target) -> None:
    """The name is not ours to judge; an answer never leads to it."""
    answers = [
        target.ask(target.head(path).replace(b"localhost", host.encode()))
        for path in ("/nothing", "/queue/", "/tickets/none")
    ]

    assert [answer.status for answer in answers] == [404, 404, 404]
    assert all(answer.problem for answer in answers)


@pytest.mark.parametrize(
    ("key", "status"),
    [
        ("k" * 10_000, 422),
        ("k" * 256, 422),
        ("../../x", 202),
        ("a key of words", 202),
        ("ключ", 202),
        ("\x01", 202),
    ],
    ids=["10,000 letters", "256 letters", "a path", "words", "Cyrillic", "a control character"],
)
def test_an_idempotency_key_is_a_text_and_nothing_more(
    key: str, status: int, target: Target
) -> None:
    """It never becomes a path; what is too long is refused."""
    order = target.post("/work-orders", b'{"company": "A"}', f"Idempotency-Key: {key}")

    first, second = target.ask(order), target.ask(order)

    assert first.status == second.status == status
    if status == 202:
        assert first.content == second.content
    else:
        assert first.problem["field"] == "Idempotency-Key"


def test_who_asks_is_kept_cut_short(target: Target) -> None:
    """Each action is audited with the program that asked for it: 30 KB would fill the log."""
    agent = "x" * 30_000

    answer = target.ask(
        target.post(
            f"/tickets/{TICKET}/confirm", b'{"by": "Dana Ruiz"}', f"User-Agent: {agent}"
        )
    )

    assert answer.status == 422
    logged = "".join(path.read_text() for path in target.data.rglob("*.jsonl"))
    assert "x" * 400 in logged
    assert "x" * 600 not in logged


def test_a_key_revoked_in_an_odd_name_shuts_nobody_else_out(target: Target) -> None:
    """What is written must be readable again: all keys lie in one file."""
    listed = json.loads(target.ask(target.head("/keys")).content)["keys"]
    doomed = next(key["id"] for key in listed if key["role"] == "viewer")

    answer = target.ask(
        target.head(f"/keys/{doomed}?by=Dana%0A%1b%5B2J%E2%80%AE", method="DELETE")
    )

    assert answer.status in (200, 422)
    assert target.ask(target.head("/keys")).status == 200
