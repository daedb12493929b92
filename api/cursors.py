"""Cursors: where a walk through a list stands, as text that only we can read.

It names the last ticket that was shown and the questions that were asked; it is not secret, and
gives nobody anything that the list would not show him.
"""

import binascii
import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pydantic_core

from domain.errors import RejectedError
from storage.queries import Place

CURSOR_CHARACTERS_MAX = 300
DIGEST_BYTES = 6
ID_CHARACTERS_MAX = 64
REMEDY = "Begin again without a cursor, or send the `next_cursor` of the page before."


def cursor_at(place: Place, asked: str) -> str:
    """Return the cursor of a walk that has come to this place; `asked` is all that was asked."""
    return _written(*place, _digest(asked))


def place_at(cursor: str, asked: str) -> Place:
    """Return where this cursor stands.

    Raises RejectedError for text that is no cursor of ours, and for the cursor of a list in which
    something else was asked.
    """
    try:
        said = pydantic_core.from_json(
            urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), allow_inf_nan=False
        )
    except (binascii.Error, ValueError):
        said = None
    match said:
        case [int(updated_us), str(ticket_id), str(digest)] if (
            len(ticket_id) <= ID_CHARACTERS_MAX
            and _written(updated_us, ticket_id, digest) == cursor
        ):
            pass
        case _:
            raise RejectedError("This is no cursor.", field="cursor", remedy=REMEDY)
    if digest != _digest(asked):
        raise RejectedError(
            "The cursor belongs to a list in which something else was asked.",
            field="cursor",
            remedy="Ask the same as before, or begin again without a cursor.",
        )
    return updated_us, ticket_id


def _written(updated_us: int, ticket_id: str, digest: str) -> str:
    said = pydantic_core.to_json([updated_us, ticket_id, digest])
    return urlsafe_b64encode(said).decode().rstrip("=")


def _digest(asked: str) -> str:
    return hashlib.sha256(asked.encode()).digest()[:DIGEST_BYTES].hex()
