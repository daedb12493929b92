"""Which version of a ticket a client saw: `If-Match`, beside `version` in the body."""

import re
from typing import Annotated

from fastapi import Header

from domain.errors import RejectedError
from domain.ticket import Ticket

ETAG = re.compile(r'(?:W/)?"?(?P<version>[1-9]\d{0,17})"?')
ANY_VERSION = "*"

IfMatch = Annotated[
    str | None,
    Header(
        max_length=100,
        description="The version that was seen, as `ETag` said it; on another one, 409.",
    ),
]


def etag_of(ticket: Ticket) -> str:
    """Return the version of a ticket as an entity tag."""
    return f'"{ticket.version}"'


def agreed_version(if_match: str | None, stated: int | None) -> int | None:
    """Return the version that header and body name; None if neither names one.

    Raises RejectedError if they contradict one another, and for a header that names none.
    """
    if if_match is None or if_match.strip() == ANY_VERSION:
        return stated
    found = ETAG.fullmatch(if_match.strip())
    if found is None:
        raise RejectedError(
            "If-Match names no version of a ticket.",
            field="If-Match",
            remedy='Send the ETag of the ticket, for example "3", or leave the header out.',
        )
    version = int(found["version"])
    if stated not in (None, version):
        raise RejectedError(
            f"If-Match says version {version}, the body says {stated}.",
            field="version",
            remedy="Name the version once: the one that was seen.",
        )
    return version
