"""JSON as it comes in: it means one thing, within named limits, or it is refused.

A key that is given twice, a number that no field can hold, half a character: parsers differ on
them, and what one has checked another would then read otherwise. So each body is read here,
strictly, before any route reads it.
"""

import asyncio
import json
import math
from codecs import BOM_UTF8
from collections.abc import Iterable
from typing import Any, NamedTuple

from pydantic_core import from_json
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.limits import discard
from api.problems import answer
from domain.errors import RejectedError, TooLargeError, WrongKindError

JSON_BYTES_MAX = 512 * 1024
DEPTH_MAX = 64
DIGITS_MAX = 40  # more than a field could hold
NAMED_CHARACTERS_MAX = 40
FIELD_CHARACTERS_MAX = 80
AT_ONCE_BYTES_MAX = 16 * 1024  # what is longer is read beside the loop
CHARSETS = frozenset({"", "utf-8", "utf8", "us-ascii", "ascii"})


class StrictJson:
    """Refuses what is not strictly JSON before the application sees it.

    What a body says is kept as `request.state.json` for a route that parses it by hand; None for
    an empty one.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_json(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        try:
            check_charset(Headers(scope=scope))
            body = await _whole(receive)
            if body is None:
                return
            body = body.removeprefix(BOM_UTF8)
            said = await read_json_aside(body) if body else None
        except RejectedError as error:
            await answer(error)(scope, receive, send)
            return
        scope.setdefault("state", {})["json"] = said
        await self._app(scope, _again(body, receive), send)


def is_json(headers: Headers) -> bool:
    """Return whether a request says that its body is JSON."""
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    kind, _, subtype = media_type.partition("/")
    return kind == "application" and (subtype == "json" or subtype.endswith("+json"))


async def read_json_aside(content: bytes, *, place: str = "body") -> Any:
    """Return what this JSON says; a long one is read beside the loop. Raises as `read_json`."""
    if len(content) > AT_ONCE_BYTES_MAX:
        return await asyncio.to_thread(read_json, content, place=place)
    return read_json(content, place=place)


def read_json(content: bytes, *, place: str = "body") -> Any:
    """Return what this JSON says.

    Raises TooLargeError, or RejectedError that names the place in it, or else `place`.
    """
    if len(content) > JSON_BYTES_MAX:
        raise too_large(place)
    content = content.removeprefix(BOM_UTF8)
    objects = _Objects()
    try:
        from_json(content, allow_inf_nan=False)  # first: it has a bound on the depth of its own
        said = json.loads(
            content, object_pairs_hook=objects.make, parse_int=_integer, parse_float=_fraction
        )
    except ValueError as error:
        raise RejectedError(
            f"This JSON cannot be read: {error}.", field=place, remedy="Send one JSON object."
        ) from None
    if objects.is_one_doubled or b"\\u0000" in content or _is_deep(said):
        _name_what_is_wrong(said, place)
    return said


def too_large(place: str) -> TooLargeError:
    """Return the refusal of JSON above the limit."""
    return TooLargeError(
        f"The JSON is larger than {JSON_BYTES_MAX // 1024} KB.",
        field=place,
        remedy="Send less at once; a long text goes as a document, in the form field `file`.",
    )


class _Doubled(dict[str, Any]):
    """An object in which a key was given more than once: `key`."""

    key = ""


class _Objects:
    """Makes the objects of one text, and notices keys that are given twice."""

    def __init__(self) -> None:
        self.is_one_doubled = False

    def make(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        said = dict(pairs)
        if len(said) == len(pairs):
            return said
        self.is_one_doubled = True
        doubled = _Doubled(said)
        known: set[str] = set()
        for key, _value in pairs:
            if key in known:
                doubled.key = key
                break
            known.add(key)
        return doubled


def _integer(digits: str) -> int:
    if len(digits) > DIGITS_MAX:
        problem = f"a number has {len(digits)} digits, and {DIGITS_MAX} are read"
        raise ValueError(problem)
    return int(digits)


def _fraction(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        problem = f"the number {digits[:NAMED_CHARACTERS_MAX]} is too large"
        raise ValueError(problem)
    return value


def _is_deep(said: object) -> bool:
    """Return whether something lies deeper than is read; a level at a time, without recursion."""
    level = [said]
    for _depth in range(DEPTH_MAX):
        if not level:
            return False
        level = [
            part
            for value in level
            if isinstance(value, dict | list)
            for part in (value.values() if isinstance(value, dict) else value)
        ]
    return any(isinstance(value, dict | list) for value in level)


class _Part(NamedTuple):
    """A value somewhere in the JSON: under which key or number, of what, how deep."""

    value: object
    step: str | int = ""
    within: "_Part | None" = None
    depth: int = 0

    @property
    def parts(self) -> list["_Part"]:
        if isinstance(self.value, dict):
            steps: Iterable[tuple[str | int, object]] = self.value.items()
        elif isinstance(self.value, list):
            steps = enumerate(self.value)
        else:
            return []
        return [_Part(value, step, self, self.depth + 1) for step, value in steps]

    @property
    def place(self) -> str:
        steps: list[str] = []
        part: _Part | None = self
        while part and part.within:
            steps.append(str(part.step))
            part = part.within
        return ".".join(reversed(steps))[:FIELD_CHARACTERS_MAX]

    @property
    def problem(self) -> tuple[str, str] | None:
        """What is wrong with it in itself, and what mends that."""
        if isinstance(self.value, _Doubled):
            key = self.value.key[:NAMED_CHARACTERS_MAX]
            return f"The key {key!r} is given twice.", "Give each key once."
        if any(isinstance(text, str) and "\0" in text for text in (self.value, self.step)):
            return "There is a NUL character in a text.", "Leave it out."
        if self.depth >= DEPTH_MAX and isinstance(self.value, dict | list):
            return f"It is nested deeper than {DEPTH_MAX} levels.", "Send a flatter object."
        return None


def _name_what_is_wrong(said: object, place: str) -> None:
    """Raise RejectedError for a part that is wrong in itself, saying where it is."""
    waiting = [_Part(said)]
    while waiting:
        part = waiting.pop()
        if problem := part.problem:
            raise RejectedError(problem[0], field=part.place or place, remedy=problem[1])
        waiting += part.parts


def check_charset(headers: Headers) -> None:
    """Raise WrongKindError for a body that says to be in another encoding than UTF-8."""
    parameters = headers.get("content-type", "").split(";")[1:]
    for name, _, value in (parameter.partition("=") for parameter in parameters):
        charset = value.strip().strip('"').lower()
        if name.strip().lower() == "charset" and charset not in CHARSETS:
            raise WrongKindError(
                f"A body in {charset[:NAMED_CHARACTERS_MAX]} is not read here.",
                field="Content-Type",
                remedy="Send it in UTF-8.",
            )


async def _whole(receive: Receive) -> bytes | None:
    """Return the body as it came; None if the client went away before its end."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if len(body) > JSON_BYTES_MAX + len(BOM_UTF8):
            if message.get("more_body"):
                await discard(receive)
            raise too_large("body")
        if not message.get("more_body"):
            return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives the body once, and then what comes after it."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
