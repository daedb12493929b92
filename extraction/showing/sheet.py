"""What a shown document consists of; how it looks is the business of the templates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from domain.extraction import ACCEPT_CONFIDENCE, CONFIRM_CONFIDENCE, Extraction


class Tone(StrEnum):
    """How far a value can be trusted, the surest first; by it colour and pattern are chosen.

    `STATED` stands in the document only by chance: somebody has said it. `OTHER` is what an
    alternative or a warning points to.
    """

    STATED = "stated"
    TAKEN = "taken"
    CONFIRM = "confirm"
    SUGGESTION = "suggestion"
    OTHER = "other"

    @classmethod
    def of(cls, confidence: float) -> "Tone":
        if confidence >= ACCEPT_CONFIDENCE:
            return cls.TAKEN
        return cls.CONFIRM if confidence >= CONFIRM_CONFIDENCE else cls.SUGGESTION


@dataclass(frozen=True, slots=True)
class OnTicket:
    """What a ticket says in a field: in words, since whom, and whether that is what was read."""

    value: str
    origin: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A document that shall be shown, with what was read from it and what became of that.

    `on_ticket` has the fields that the ticket of the document says something in, or no longer.
    """

    document: bytes
    extraction: Extraction
    filename: str | None = None
    media_type: str | None = None
    on_ticket: Mapping[str, OnTicket] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ref:
    """What points to a place in the document: where it stands on the page, its name, its tone."""

    anchor: str
    label: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters of a line that the same values point to; none for plain text.

    `left_out` is how many characters are missing between `text` and `rest`.
    """

    text: str
    refs: tuple[Ref, ...] = ()
    anchor: str = ""
    left_out: int = 0
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the document; `skipped` lines before it are not shown."""

    anchor: str
    number: int
    name: str
    pieces: tuple[Piece, ...]
    refs: tuple[Ref, ...]
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """A page as a picture: its width and height in the points that boxes count in."""

    part: str
    page: int
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Outline:
    """A box on the picture of a page: left, top, width, height in points, and what points to it."""

    left: float
    top: float
    width: float
    height: float
    refs: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class PageShown:
    """A page of a part: its picture, if it has one, and its lines."""

    number: int
    frame: Frame | None
    outlines: tuple[Outline, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class PartShown:
    """A part of a mail, or the whole of another document."""

    name: str
    pages: tuple[PageShown, ...]
    is_structured: bool


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the document and where they stand; `link` is empty where they were not found."""

    words: str
    where: str
    link: str


@dataclass(frozen=True, slots=True)
class AlternativeShown:
    """Another value that the document would support."""

    anchor: str
    value: str
    percent: int
    word: str
    tone: Tone
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class FieldShown:
    """A field: its value, how sure and by what it was read, its quotes and alternatives."""

    anchor: str
    label: str
    value: str
    percent: int
    word: str
    tone: Tone
    origin: str
    quotes: tuple[Quote, ...]
    alternatives: tuple[AlternativeShown, ...]
    on_ticket: OnTicket | None = None


@dataclass(frozen=True, slots=True)
class WarningShown:
    """What should be known before anything is trusted, with the field it is about."""

    anchor: str
    message: str
    field_link: str
    field_label: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document with all that was read from it; `notes` say what of it is not shown, and why."""

    title: str
    medium: str
    kind: str
    reader_version: str
    percent: int
    fields: tuple[FieldShown, ...]
    extra: tuple[FieldShown, ...]
    unread: tuple[tuple[str, OnTicket], ...]
    warnings: tuple[WarningShown, ...]
    parts: tuple[PartShown, ...]
    notes: tuple[str, ...]
