"""Bad input: each kind gets a 4xx that names field, problem and remedy, and leaves nothing."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from config import Config
from domain.statements import GroundReason

BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE bomb [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<order><company>&c;</company></order>"""
PDF = (Path(__file__).parents[2] / "samples" / "gas_main_relocation.pdf").read_bytes()
WINDOWS_PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200)
MEBIBYTE = 1024 * 1024


def a_file(content: bytes, name: str = "order.txt") -> dict[str, Any]:
    return {"files": {"file": (name, content)}}


def a_body(content: str, media_type: str = "application/json") -> dict[str, Any]:
    return {"content": content, "headers": {"Content-Type": media_type}}


# What is sent, the status, and the field that the answer names.
BAD: dict[str, tuple[dict[str, Any], int, str]] = {
    "an empty body": (a_body(""), 422, "body"),
    "an empty object": ({"json": {}}, 422, "body"),
    "an object of blanks": ({"json": {"company": " ", "city": None}}, 422, "body"),
    "a list": ({"json": ["company"]}, 422, "body"),
    "half an object": (a_body('{"company": "A'), 422, "body"),
    "not a number": (a_body('{"depth_inches": NaN}'), 422, "body"),
    "a deep nest": (a_body('{"geometry":' + "[" * 100_000 + "]" * 100_000 + "}"), 422, "body"),
    "a wrong content type": (a_body("<a/>", "application/xml"), 415, "Content-Type"),
    "no content type": ({"content": b"hello"}, 415, "Content-Type"),
    "an unknown field": ({"json": {"compny": "Acme Digging"}}, 422, "compny"),
    "a field of the system": ({"json": {"company": "A", "status": "Ready"}}, 422, "status"),
    "a time without zone": (
        {"json": {"company": "A", "requested_at": "2026-11-23T08:00:00"}},
        422,
        "requested_at",
    ),
    "a time that is none": ({"json": {"requested_at": "soon"}}, 422, "requested_at"),
    "a word for a number": ({"json": {"depth_inches": "deep"}}, 422, "depth_inches"),
    "a depth below zero": ({"json": {"depth_inches": -1}}, 422, "depth_inches"),
    "a list for a text": ({"json": {"company": ["A", "B"]}}, 422, "company"),
    "an unknown ticket type": ({"json": {"ticket_type": "Weekly"}}, 422, "ticket_type"),
    "a name that is too long": ({"json": {"company": "A" * 201}}, 422, "company"),
    "a latitude beyond the pole": (
        {"json": {"gps_coordinates": {"latitude": 91, "longitude": 0}}},
        422,
        "gps_coordinates.latitude",
    ),
    "an empty file": (a_file(b""), 422, "file"),
    "a program": (a_file(WINDOWS_PROGRAM, "order.exe"), 415, "file"),
    "a truncated PDF": (a_file(PDF[: len(PDF) // 2], "order.pdf"), 422, "file"),
    "an XML bomb": (a_file(BOMB, "order.xml"), 422, "file"),
    "a form without a file": ({"files": {"fields": (None, "{}")}}, 422, "file"),
    "a form with another part": (
        {"files": {"file": ("a.txt", b"a"), "extra": (None, "b")}},
        422,
        "extra",
    ),
    "two files": (
        {"files": [("file", ("a.txt", b"a")), ("file", ("b.txt", b"b"))]},
        422,
        "body",
    ),
    "a form with bad facts": (
        {"files": {"file": ("a.txt", b"a"), "fields": (None, '{"county": 7')}},
        422,
        "fields",
    ),
    "a form without boundary": (a_body("--x", "multipart/form-data"), 422, "body"),
    "an upload of 50 MB": (a_file(bytes([65]) * (50 * MEBIBYTE)), 413, "file"),
    "a document just too large": (a_file(b"A" * (10 * MEBIBYTE + 1)), 413, "file"),
    "a key that is too long": (
        {"json": {"company": "A"}, "headers": {"Idempotency-Key": "k" * 256}},
        422,
        "Idempotency-Key",
    ),
    "an empty key": (
        {"json": {"company": "A"}, "headers": {"Idempotency-Key": ""}},
        422,
        "Idempotency-Key",
    ),
    "a wait for ever": ({"json": {"company": "A"}, "params": {"wait": "1e9"}}, 422, "wait"),
    "a wait that is no number": ({"json": {"city": "A"}, "params": {"wait": "x"}}, 422, "wait"),
}

BAD_PATHS = {
    "/tickets/../../etc/passwd": (404, "path"),
    "/tickets/..%2F..%2Fconfig%2Fapi_keys": (422, "ticket_id"),
    "/work-orders/..%2F..%2Ftickets": (422, "work_order_id"),
    "/tickets/%00": (422, "ticket_id"),
    "/tickets/" + "a" * 65: (422, "ticket_id"),
    "/tickets/nobody-made-this": (404, "ticket_id"),
    "/work-orders/nobody-sent-this": (404, "work_order_id"),
    "/nothing": (404, "path"),
    "/tickets?status=Asleep": (422, "status"),
    "/tickets?limit=0": (422, "limit"),
    "/tickets?limit=1000000": (422, "limit"),
    "/tickets?offset=-1": (422, "offset"),
}


def everything_in(data: Path) -> list[str]:
    """What lies on the disk, apart from what is only news."""
    paths = (str(path.relative_to(data)) for path in data.rglob("*"))
    news = ("telemetry", "sampler.lock")  # the sampler may wake at any time
    return sorted(path for path in paths if not any(name in path for name in news))


def assert_is_a_problem(answer: httpx2.Response, status: int, field: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["field"] == field
    assert problem["problem"]
    assert problem["remedy"]
    assert problem["status"] == status
    assert problem["errors"][0]["field"] == field


@pytest.mark.parametrize("case", BAD)
async def test_a_bad_work_order_is_refused_and_leaves_nothing(
    case: str, client: httpx2.AsyncClient, config: Config
) -> None:
    """A refusal that left half an order behind would be worse than none."""
    await client.get("/healthz")
    before = everything_in(config.root)
    request, status, field = BAD[case]

    answer = await client.post("/work-orders", **request)

    assert_is_a_problem(answer, status, field)
    assert everything_in(config.root) == before
    assert len(answer.content) < 4096


@pytest.mark.parametrize("path", BAD_PATHS)
async def test_a_bad_address_is_refused_in_the_same_shape(
    path: str, client: httpx2.AsyncClient, config: Config
) -> None:
    """One shape of error everywhere: a client needs one piece of code to show it."""
    before = everything_in(config.root)
    status, field = BAD_PATHS[path]

    answer = await client.get(path)

    assert_is_a_problem(answer, status, field)
    assert everything_in(config.root) == before


async def test_an_upload_without_declared_length_is_counted(
    client: httpx2.AsyncClient, config: Config
) -> None:
    """A client that hides the size of what it sends must not fill our memory."""

    async def endless() -> Any:
        for _piece in range(30):
            yield b"A" * MEBIBYTE

    before = everything_in(config.root)

    answer = await client.post(
        "/work-orders", content=endless(), headers={"Content-Type": "application/json"}
    )

    assert_is_a_problem(answer, 413, "file")
    assert everything_in(config.root) == before


async def test_a_wrong_method_is_refused_in_the_same_shape(client: httpx2.AsyncClient) -> None:
    """What the framework refuses by itself speaks as we do."""
    answer = await client.delete("/tickets/abc")

    assert_is_a_problem(answer, 405, "path")


async def test_a_misspelt_field_is_answered_with_the_likely_name(
    client: httpx2.AsyncClient,
) -> None:
    """The remedy is part of the refusal."""
    answer = await client.post("/work-orders", json={"contactname": "Dana Ruiz"})

    assert answer.json()["suggested_values"][0] == "contact_name"
    assert "contact_name" in answer.json()["remedy"]


async def test_unicode_and_duplicate_keys_are_taken_as_json_says(
    client: httpx2.AsyncClient, config: Config
) -> None:
    """What is odd and yet valid is accepted, exactly as it was said."""
    content = json.dumps({"company": "Müller & Söhne 🚧"}, ensure_ascii=False)

    answer = await client.post("/work-orders", **a_body(content))

    assert answer.status_code == 202
    order = config.root / "work_orders" / answer.json()["work_order_id"] / "order.json"
    assert json.loads(order.read_text())["stated"]["company"] == "Müller & Söhne 🚧"


@pytest.mark.parametrize(
    ("path", "body", "field", "some"),
    [
        ("/tickets?status=Drafts", None, "status", ["Draft", "ReadyToDig"]),
        ("/tickets?not_ready_because=rain", None, "not_ready_because", ["member_list_known"]),
        ("/exports/tickets?format=xml", None, "format", ["csv", "geojson"]),
        ("/tickets/x/history?order=first", None, "order", ["oldest_first", "newest_first"]),
        (
            "/tickets/x/respond",
            {"by": "D", "member_code": "A", "outcome": "Fine"},
            "outcome",
            ["Marked", "InConflict"],
        ),
        (
            "/tickets/x/second-notice",
            {"by": "D", "reason": "Rain"},
            "reason",
            [reason.value for reason in GroundReason],
        ),
    ],
    ids=["status", "condition", "format", "order", "outcome", "reason"],
)
async def test_where_one_of_some_values_is_meant_they_are_listed(
    client: httpx2.AsyncClient, path: str, body: Any, field: str, some: list[str]
) -> None:
    """A program chooses from a list, and not from a sentence."""
    answer = await (client.post(path, json=body) if body else client.get(path))

    assert answer.status_code == 422
    problem = next(one for one in answer.json()["errors"] if one["field"] == field)
    assert set(some) <= set(problem["suggested_values"])
    assert all(repr(value) in problem["problem"] for value in problem["suggested_values"])


async def test_nobody_is_told_to_leave_out_what_is_required(client: httpx2.AsyncClient) -> None:
    """He would be refused for that."""
    body = {"by": "D", "member_code": ["A"], "outcome": "Marked"}

    answer = await client.post("/tickets/x/respond", json=body)

    assert answer.json()["field"] == "member_code"
    assert "not required may also be left out" in answer.json()["remedy"]


@pytest.mark.parametrize(
    ("asked", "field", "near"),
    [
        ("/tickets?staus=Draft", "staus", ["status"]),
        ("/exports/tickets?contry=Travis", "contry", ["county"]),
        ("/exports/tickets?status=Draft&limit=5", "limit", []),
        ("/tickets/ticket-1/history?ofset=3", "ofset", ["offset"]),
        ("/tickets?depth_inches=4", "depth_inches", []),
    ],
)
async def test_a_question_that_there_is_not_is_refused(
    client: httpx2.AsyncClient, asked: str, field: str, near: list[str]
) -> None:
    """Passed over in silence it would find, and export, every ticket."""
    answer = await client.get(asked)

    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert answer.json()["problem"] == f"There is no field {field}."
    assert answer.json()["suggested_values"][: len(near)] == near
