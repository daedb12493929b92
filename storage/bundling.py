"""A ticket as a bundle for a regulator: one zip, in which everything can be checked by itself.

The ticket as it lies, every version of it, its lines of the audit log as they stand there, its work
order with the document as received, the packet, and a report that is read without this program.
The same store gives the same bytes: the times in the zip are fixed, the moment is given.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pydantic_core import from_json, to_json

from domain.audit import AuditEvent
from domain.errors import NotFoundError, RejectedError
from domain.extraction import Extraction
from domain.packet import as_text, packet_of
from domain.replay import replayed, versions_in
from domain.report import LogProof, Told, report_of
from domain.ticket import Ticket
from domain.work_order import plain_filename
from storage.audit_proof import proved
from storage.audit_reading import days_of
from storage.cancellations import CANCELLED_FILE
from storage.chain import BrokenLineError, parsed
from storage.failures import unreadable
from storage.outgoing import written_whole
from storage.portability import content_of
from storage.store import Store
from storage.work_orders import DOCUMENT_FILE, EXTRACTION_FILE, ORDER_FILE

FORMAT = 1
FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # the first that a zip can tell
FILE_MODE = 0o644 << 16
SUMS_FILE = "SHA256SUMS"
NAME_CHARACTERS_MAX = 100
UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
RELATED_MAX = 1_000


@dataclass(slots=True)
class _Lines:
    """The lines of the log about one ticket, and where the log begins."""

    raw: list[bytes] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    events: list[AuditEvent] = field(default_factory=list)
    first: str | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was bundled: where it lies, its files, and whether the audit log is whole."""

    path: Path
    files: int
    size_bytes: int
    sha256: str
    proof: LogProof


class Bundling:
    """Makes bundles. Everything here blocks."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._layout = store.quarantine.layout

    def bundle(
        self, ticket_id: str, path: Path, *, now: datetime, with_chain: bool = False
    ) -> Bundle:
        """Write the bundle of a ticket as it stands now; `now` is what the report says.

        With `with_chain` the tickets before and after it are in it whole. Raises NotFoundError,
        DamagedFileError for a ticket that cannot be believed, and UnavailableError.
        """
        stored = self._store.tickets.read(ticket_id)
        if stored is None:
            raise NotFoundError(f"There is no ticket {ticket_id}.", field="ticket_id")
        lines = self._lines_about(ticket_id)
        proof = self._proof(lines)
        remarks: list[str] = []
        files = dict(self._files(stored.ticket, lines, remarks))
        before, after = self._related(stored.ticket)
        if with_chain:
            files |= {
                f"related/ticket_{one}.json": content_of(self._layout.ticket(one)) or b""
                for one in (*before, *after)
            }
        told = Told(
            ticket=stored.ticket,
            events=lines.events,
            proof=proof,
            made_at=now,
            made_by=f"texas811 {version('texas811')}",
            files=[(name, len(content), _sha256(content)) for name, content in files.items()],
            before=before,
            after=after,
            remarks=remarks,
        )
        files["report.html"] = report_of(told).encode()
        files["manifest.json"] = _manifest(told, lines)
        sums = "".join(f"{_sha256(content)}  {name}\n" for name, content in files.items())
        files[SUMS_FILE] = sums.encode()
        return _write(path, files, proof)

    def _proof(self, lines: _Lines) -> LogProof:
        found = proved(self._layout)
        told = [f"{one.file}, line {one.line}: {one.problem}." for one in found.breaks]
        if found.breaks_total > len(told):
            told.append(f"And {found.breaks_total - len(told)} more.")
        return LogProof(
            lines.first, found.head, len(lines.raw), tuple(told), found.removed_until
        )

    def _files(
        self, ticket: Ticket, lines: _Lines, remarks: list[str]
    ) -> Iterator[tuple[str, bytes]]:
        """Yield each file about the ticket: its name in the bundle, and its bytes."""
        yield "ticket.json", content_of(self._layout.ticket(ticket.id)) or b""
        yield "events.jsonl", b"".join(line + b"\n" for line in lines.raw)
        yield from self._order_files(ticket)
        yield from self._version_files(ticket, lines.events, remarks)
        try:
            yield "packet.txt", as_text(packet_of(ticket)).encode()
        except RejectedError as error:
            remarks.append(f"There is no packet: {error.problem}")

    def _order_files(self, ticket: Ticket) -> Iterator[tuple[str, bytes]]:
        if ticket.work_order_id is None:
            return
        folder = self._layout.work_order(ticket.work_order_id)
        for name in (ORDER_FILE, EXTRACTION_FILE, CANCELLED_FILE):
            if content := content_of(folder / name):
                yield f"work_order/{name}", content
        if document := content_of(folder / DOCUMENT_FILE):
            yield f"work_order/{document_name(ticket.work_order_filename)}", document

    def _version_files(
        self, ticket: Ticket, events: Sequence[AuditEvent], remarks: list[str]
    ) -> Iterator[tuple[str, bytes]]:
        """Yield every version of the ticket, made again from what was told of it."""
        read = None
        if ticket.work_order_id:
            folder = self._layout.work_order(ticket.work_order_id)
            if content := content_of(folder / EXTRACTION_FILE):
                read = Extraction.model_validate_json(content)
        try:
            told = versions_in(events)
            for number in range(1, len(told) + 1):
                made = replayed(told[:number], read).model_dump_json(indent=2)
                yield f"versions/version_{number:04}.json", made.encode() + b"\n"
        except RejectedError as error:
            remarks.append(f"Not every version can be made again: {error.problem}")

    def _lines_about(self, ticket_id: str) -> _Lines:
        """Return the lines about a ticket as they stand in the log, the oldest day first."""
        found = _Lines()
        wanted = f'"ticket_id":"{ticket_id}"'.encode()
        with unreadable(self._layout.audit):
            for day, path in days_of(self._layout):
                with path.open("rb") as lines:
                    for number, raw in enumerate(lines, start=1):
                        found.first = found.first or f"{day}/{number}"
                        event = _event_in(raw[:-1]) if wanted in raw else None
                        if event and event.ticket_id == ticket_id:
                            found.raw.append(raw[:-1])
                            found.places.append(f"{day}/{number}")
                            found.events.append(event)
        return found

    def _related(self, ticket: Ticket) -> tuple[list[str], list[str]]:
        """Return the ids of the tickets before this one and after it, the nearest first."""
        before: list[str] = []
        one: Ticket | None = ticket
        while one and one.previous_ticket_id and len(before) < RELATED_MAX:
            if one.previous_ticket_id in (ticket.id, *before):
                break
            before.append(one.previous_ticket_id)
            stored = self._store.tickets.read(one.previous_ticket_id)
            one = stored.ticket if stored else None
        after: list[str] = []
        number = ticket.superseded_by_number
        while number and len(after) < RELATED_MAX:
            found = self._owner_of(number)
            if found is None or found in (ticket.id, *after):
                break
            after.append(found)
            stored = self._store.tickets.read(found)
            number = stored.ticket.superseded_by_number if stored else None
        return before, after

    def _owner_of(self, number: str) -> str | None:
        """Return the id of the ticket that has this number of the center, if one is here."""
        claim = content_of(self._store.numbers.path_of(number))
        owner = str(from_json(claim)["ticket_id"]) if claim else ""
        stored = self._store.tickets.read(owner) if owner else None
        has_it = stored and stored.ticket.texas811_ticket_number == number
        return owner if has_it else None


def document_name(filename: str | None) -> str:
    """Return what a document is called in the bundle: nothing of its name can lead elsewhere."""
    plain = UNSAFE.sub("_", plain_filename(filename) or "").lstrip(".")[-NAME_CHARACTERS_MAX:]
    return f"document-{plain}" if plain else "document"


def _write(path: Path, files: dict[str, bytes], proof: LogProof) -> Bundle:
    with written_whole(path) as out, ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = ZipInfo(name, FIXED_TIME)
            info.external_attr = FILE_MODE
            info.compress_type = ZIP_DEFLATED
            archive.writestr(info, content)
    made = path.read_bytes()
    return Bundle(path, len(files), len(made), _sha256(made), proof)


def _manifest(told: Told, lines: _Lines) -> bytes:
    proof = told.proof
    said = {
        "format": FORMAT,
        "ticket_id": told.ticket.id,
        "version": told.ticket.version,
        "made_at": told.made_at,
        "made_by": told.made_by,
        "tickets_before": told.before,
        "tickets_after": told.after,
        "audit": {
            "is_whole": not proof.faults,
            "first_line": proof.first,
            "head": proof.head,
            "removed_until": proof.removed_until,
            "lines_of_this_ticket": lines.places,
            "faults": proof.faults,
        },
        "files": [
            {"name": name, "size": size, "sha256": digest} for name, size, digest in told.files
        ],
        "remarks": told.remarks,
    }
    return to_json(said, indent=2) + b"\n"


def _event_in(line: bytes) -> AuditEvent | None:
    try:
        return parsed(line, number=0).event
    except BrokenLineError:
        return None


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
