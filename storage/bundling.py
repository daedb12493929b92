"""A ticket as a bundle for a regulator: one zip, in which everything can be checked by itself.

The ticket as it lies, or as the archive of what is over keeps it, every version of it, its lines of the audit log as they stand there, its work
order with the document as received, the packet, and a report that is read without this program.
The same store gives the same bytes: the times in the zip are fixed, the moment is given.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

from pydantic_core import from_json, to_json

from domain.audit import AuditEvent
from domain.errors import NotFoundError, RejectedError
from domain.extraction import Extraction
from domain.packet import as_text, packet_of
from domain.replay import every_version
from domain.report import LogProof, Told, report_of
from domain.ticket import Ticket
from domain.work_order import plain_filename
from storage.audit_proof import proved
from storage.audit_reading import days_of
from storage.bundle_files import TicketFiles, ticket_files
from storage.bundle_zip import sha256_of, write_zip
from storage.cancellations import CANCELLED_FILE
from storage.chain import BrokenLineError, parsed
from storage.failures import unreadable
from storage.outgoing import written_whole
from storage.portability import content_of
from storage.store import Store
from storage.work_orders import DOCUMENT_FILE, EXTRACTION_FILE, ORDER_FILE

FORMAT = 1
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

        One that was removed because its time was over comes out of its archive. With `with_chain`
        the tickets before and after it are in it whole. Raises NotFoundError, also for an archive
        that is not here, DamagedFileError for a ticket that cannot be believed, UnavailableError.
        """
        files, proof = self._made(ticket_id, now, with_chain=with_chain)
        made = _zipped(files)
        with written_whole(path) as out:
            out.write(made)  # and not read back: it may be a pipe
        return Bundle(path, len(files) + 1, len(made), sha256_of(made), proof)

    def content(self, ticket_id: str, *, now: datetime, with_chain: bool = False) -> bytes:
        """Return the bytes of the same bundle. Raises as `bundle`."""
        files, _proof = self._made(ticket_id, now, with_chain=with_chain)
        return _zipped(files)

    def _made(
        self, ticket_id: str, now: datetime, *, with_chain: bool
    ) -> tuple[dict[str, bytes], LogProof]:
        found = ticket_files(self._store, ticket_id)
        if found is None:
            raise NotFoundError(f"There is no ticket {ticket_id}.", field="ticket_id")
        lines = self._lines_about(ticket_id)
        proof = self._proof(lines)
        remarks: list[str] = []
        self._add_archived(found, lines, remarks)
        files = dict(self._files(found, lines, remarks))
        before, after = self._related(found.ticket)
        if with_chain:
            files |= dict(self._related_files(before + after, remarks))
        told = Told(
            ticket=found.ticket,
            events=lines.events,
            proof=proof,
            made_at=now,
            made_by=f"texas811 {version('texas811')}",
            files=[(name, len(content), sha256_of(content)) for name, content in files.items()],
            before=before,
            after=after,
            remarks=remarks,
        )
        files["report.html"] = report_of(told).encode()
        files["manifest.json"] = _manifest(told, lines)
        return files, proof

    def _proof(self, lines: _Lines) -> LogProof:
        found = proved(self._layout)
        told = [f"{one.file}, line {one.line}: {one.problem}." for one in found.breaks]
        if found.breaks_total > len(told):
            told.append(f"And {found.breaks_total - len(told)} more.")
        return LogProof(
            lines.first, found.head, len(lines.raw), tuple(told), found.removed_until
        )

    def _add_archived(self, found: TicketFiles, lines: _Lines, remarks: list[str]) -> None:
        """Add, in front, the lines that only the archive has still, and say where all is from."""
        if found.tombstone is None:
            return
        gone = found.tombstone
        remarks.append(
            f"The ticket was over since {gone.over_since:%Y-%m-%d} and was removed from the store "
            f"on {gone.retired_at:%Y-%m-%d}. It is told here from {gone.archive} "
            f"(SHA-256 {gone.archive_sha256})."
        )
        here = set(lines.raw)
        events = {line: _event_in(line) for line in found.archived_lines if line not in here}
        told = {line: event for line, event in events.items() if event}
        if told:
            remarks.append(
                f"{len(told)} lines about it stand only in the archive: their days are over too."
            )
        lines.raw[:0] = told
        lines.places[:0] = [gone.archive] * len(told)
        lines.events[:0] = told.values()

    def _files(
        self, found: TicketFiles, lines: _Lines, remarks: list[str]
    ) -> Iterator[tuple[str, bytes]]:
        """Yield each file about the ticket: its name in the bundle, and its bytes."""
        yield "ticket.json", found.raw
        yield "events.jsonl", b"".join(line + b"\n" for line in lines.raw)
        if found.tombstone:
            yield "tombstone.json", found.tombstone.model_dump_json(indent=2).encode() + b"\n"
        yield from _order_files(found)
        yield from _version_files(found, lines.events, remarks)
        try:
            yield "packet.txt", as_text(packet_of(found.ticket)).encode()
        except RejectedError as error:
            remarks.append(f"There is no packet: {error.problem}")

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
            one = self._ticket(one.previous_ticket_id)
        after: list[str] = []
        number = ticket.superseded_by_number
        while number and len(after) < RELATED_MAX:
            found = self._owner_of(number)
            if found is None or found in (ticket.id, *after):
                break
            after.append(found)
            next_one = self._ticket(found)
            number = next_one.superseded_by_number if next_one else None
        return before, after

    def _owner_of(self, number: str) -> str | None:
        """Return the id of the ticket that has this number of the center, if one is here."""
        claim = content_of(self._store.numbers.path_of(number))
        owner = str(from_json(claim)["ticket_id"]) if claim else ""
        ticket = self._ticket(owner) if owner else None
        return owner if ticket and ticket.texas811_ticket_number == number else None

    def _ticket(self, ticket_id: str) -> Ticket | None:
        with suppress(NotFoundError):  # its archive: the bundle is that of another ticket
            found = ticket_files(self._store, ticket_id, is_alone=True)
            return found.ticket if found else None
        return None

    def _related_files(
        self, ticket_ids: Sequence[str], remarks: list[str]
    ) -> Iterator[tuple[str, bytes]]:
        for ticket_id in ticket_ids:
            try:
                if found := ticket_files(self._store, ticket_id, is_alone=True):
                    yield f"related/ticket_{ticket_id}.json", found.raw
            except NotFoundError as error:
                remarks.append(error.problem)


def _order_files(found: TicketFiles) -> Iterator[tuple[str, bytes]]:
    for name in (ORDER_FILE, EXTRACTION_FILE, CANCELLED_FILE):
        if content := found.of_order(name):
            yield f"work_order/{name}", content
    if document := found.of_order(DOCUMENT_FILE):
        yield f"work_order/{document_name(found.ticket.work_order_filename)}", document


def _version_files(
    found: TicketFiles, events: Sequence[AuditEvent], remarks: list[str]
) -> Iterator[tuple[str, bytes]]:
    """Yield every version of the ticket, made again from what was told of it."""
    content = found.of_order(EXTRACTION_FILE)
    read = Extraction.model_validate_json(content) if content else None
    try:
        for number, version in enumerate(every_version(events, read), start=1):
            made = version.model_dump_json(indent=2)
            yield f"versions/version_{number:04}.json", made.encode() + b"\n"
    except RejectedError as error:
        remarks.append(f"Not every version can be made again: {error.problem}")


def document_name(filename: str | None) -> str:
    """Return what a document is called in the bundle: nothing of its name can lead elsewhere."""
    plain = UNSAFE.sub("_", plain_filename(filename) or "").lstrip(".")[-NAME_CHARACTERS_MAX:]
    return f"document-{plain}" if plain else "document"


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


def _zipped(files: dict[str, bytes]) -> bytes:
    out = BytesIO()
    write_zip(out, files)
    return out.getvalue()
