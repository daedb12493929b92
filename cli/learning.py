"""What `texas811 templates learn` reads: a document and its confirmed ticket."""

import asyncio
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.extract import name_of
from cli.tickets import open_store
from domain.errors import ConflictError, RejectedError
from domain.ticket import Ticket, TicketStatus

if TYPE_CHECKING:
    from extraction.templates.learning import Proposal

FIELDS_BYTES_MAX = 1024 * 1024
# Before these nobody has said that the ticket is right.
UNCONFIRMED = frozenset(
    {
        TicketStatus.DRAFT,
        TicketStatus.EXTRACTING,
        TicketStatus.VALIDATING_FIELDS,
        TicketStatus.VALID_PENDING_CONFIRM,
    }
)


def learned(document: Path, ticket: str, name: str) -> "tuple[Proposal, str]":
    """Return what is proposed, and the template as TOML.

    Raises RejectedError if the document, the ticket or the name will not do, or nothing could
    be placed; NotFoundError if there is no such ticket, and UnavailableError.
    """
    from extraction import check, read_with_lines
    from extraction.document import Document
    from extraction.templates import load
    from extraction.templates.learning import propose
    from extraction.templates.model import NAME
    from extraction.templates.writing import to_toml

    if not re.fullmatch(NAME, name):
        raise RejectedError(
            f"{name[:80]!r} cannot be the name of a template.",
            field="name",
            remedy="Use 1 to 64 small letters, digits, hyphens and underscores.",
        )
    content, filename = document.read_bytes(), name_of(document)
    medium = check(content, filename=filename, media_type=None)
    confirmed = _confirmed(ticket)
    extraction, lines = read_with_lines(content, filename=filename)
    if not lines:
        raise RejectedError(
            " ".join(warning.message for warning in extraction.warnings),
            field="document",
            remedy="Give the document as it was received.",
        )
    hints = {field: finding.spans for field, finding in extraction.fields.items()}
    proposal = propose(Document(medium, lines), confirmed, name=name, hints=hints)
    if proposal.template is None:
        raise RejectedError(
            "None of the confirmed values could be placed in the document.",
            field="ticket",
            remedy="Look whether the ticket was made from this document.",
        )
    text = to_toml(proposal.template)
    load(text.encode())  # what is written can be read
    return proposal, text


def _confirmed(ticket: str) -> dict[str, Any]:
    """Return the confirmed values: of a file if there is one, else of a stored ticket."""
    file = Path(ticket)
    if file.suffix == ".json" or file.is_file():
        return _fields_in(file)
    from domain.facts import TicketFacts

    stored = asyncio.run(_stored(ticket))
    if stored.status in UNCONFIRMED:
        raise RejectedError(
            f"The ticket is {stored.status}: nobody has confirmed it.",
            field="ticket",
            remedy="Confirm it first, or give what is right as a JSON file of ticket fields.",
        )
    fields: dict[str, Any] = stored.model_dump(
        mode="json", include=set(TicketFacts.model_fields)
    )
    return fields


async def _stored(ticket_id: str) -> Ticket:
    return await open_store().tickets.get(ticket_id)


def _fields_in(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as source:
            fields = json.loads(source.read(FIELDS_BYTES_MAX))
    except (OSError, ValueError, RecursionError) as error:
        raise RejectedError(
            f"The file {file.name} cannot be read as JSON: {str(error)[:200]}.",
            field="ticket",
            remedy='Write it as {"company": "...", "phone": "..."}.',
        ) from None
    if not isinstance(fields, dict):
        raise RejectedError(
            f"The file {file.name} holds no fields.",
            field="ticket",
            remedy='Write it as {"company": "...", "phone": "..."}.',
        )
    return {name: value for name, value in fields.items() if not name.startswith("_")}


def write_new(file: Path, text: str) -> None:
    """Write a file that is not there yet. Raises ConflictError, RejectedError."""
    try:
        with file.open("x", encoding="utf-8") as output:
            output.write(text)
    except FileExistsError:
        raise ConflictError(
            f"The file {file.name} is there already.",
            field="out",
            remedy="Name another, or remove it.",
        ) from None
    except OSError as error:
        raise RejectedError(
            f"The file {file.name} cannot be written: {error.strerror}.",
            field="out",
            remedy="Name a place where you may write.",
        ) from None
