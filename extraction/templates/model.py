"""A template: how to know one layout, and where its values stand. A data file, never code.

`match` says by which words a document of the layout is known, `sections` where its parts
begin, `fields` where each value stands, `constants` what is true of every such document
although none says it. `tests` are documents of the layout with what must be read from them.
"""

import re
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    field_validator,
    model_validator,
)

from domain.facts import TicketFacts
from extraction.intake import Medium
from extraction.templates.patterns import compiled, refused
from extraction.templates.transforms import TRANSFORMS

FIELDS_MAX = 60
PARTS_MAX = 6
STRINGS_MAX = 20  # of one list of `match`
STRING_CHARACTERS_MAX = 80
SECTIONS_MAX = 20
CONSTANTS_MAX = 20
CONSTANT_CHARACTERS_MAX = 200
BELOW_LINES_MAX = 40
TESTS_MAX = 20
TEST_CHARACTERS_MAX = 20_000
JOIN_CHARACTERS_MAX = 60
PRIORITY_MAX = 100

NAME = r"^[a-z0-9][a-z0-9_-]{0,63}$"
PATH = re.compile(r"\$(?:[.@][\w-]{1,80}|\[(?:\d{1,5}|\*)\]){1,40}")
SLOT = re.compile(r"\{(\d)\}")

# What the reader keeps beside the ticket's fields.
BESIDE_THE_TICKET = frozenset(
    (
        "source_ticket_number",
        "work_start_at",
        "expires_at",
        "document_created_at",
        "state",
        "member_name",
    )
)
# No words of a document make these by themselves.
NOT_FROM_WORDS = frozenset({"geometry", "planned_start_at", "expected_completion_on"})
FIELDS = tuple(name for name in TicketFacts.model_fields if name not in NOT_FROM_WORDS) + tuple(
    sorted(BESIDE_THE_TICKET)
)


def _known_field(name: str) -> str:
    if name not in FIELDS:
        raise refused(f"there is no field {name[:STRING_CHARACTERS_MAX]!r}", _nearest(name))
    return name


def _nearest(name: str) -> str:
    from rapidfuzz import process  # only a mistake pays for it

    near = [found[0] for found in process.extract(name, FIELDS, limit=3)]
    return f"Name a field of the ticket, such as {', '.join(near)}."


def _pattern(pattern: str) -> str:
    compiled(pattern)
    return pattern


def _path(path: str) -> str:
    if not PATH.fullmatch(path):
        raise refused(
            f"{path[:STRING_CHARACTERS_MAX]!r} is no path",
            "Write it as $.site.county, $.poles[0].id or $.poles[*].id.",
        )
    return path


def _worded(text: str) -> str:
    if not any(map(str.isalnum, text)):
        raise refused("it has neither letter nor digit", "Write words of the layout.")
    return text


FieldName = Annotated[str, AfterValidator(_known_field)]
PatternText = Annotated[str, Field(min_length=1), AfterValidator(_pattern)]
PathText = Annotated[str, AfterValidator(_path)]
Words = Annotated[
    str, Field(min_length=1, max_length=STRING_CHARACTERS_MAX), AfterValidator(_worded)
]
SectionName = Annotated[str, Field(pattern=NAME)]
WordList = Annotated[tuple[Words, ...], Field(max_length=STRINGS_MAX)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Match(_Part):
    """By what a document of the layout is known. All that is said must be true of it.

    Words are compared without regard to case and to how many blanks stand between them, within
    one line, labels of tables, of JSON and of XML included.
    """

    media: tuple[Medium, ...] = ()
    every: WordList = Field(default=(), alias="all")
    some: WordList = Field(default=(), alias="any")
    none: WordList = ()
    regex: tuple[PatternText, ...] = Field(default=(), max_length=STRINGS_MAX)
    paths: tuple[PathText, ...] = Field(default=(), max_length=STRINGS_MAX)

    @model_validator(mode="after")
    def _know_something(self) -> Self:
        if not (self.every or self.some or self.regex or self.paths):
            raise refused(
                "it would match every document",
                "Give words of the layout under `all` or `any`, a `regex`, or `paths`.",
            )
        return self


class Section(_Part):
    """A part of the document: from the line, or in the object, of this name to the next part."""

    begins: Words
    ends: WordList = ()


class Place(_Part):
    """Where a value stands: behind a label, at a path, in a column; or what a pattern finds.

    A pattern beside one of these takes a piece of the value: its group `value`, else its first
    group, else all. `below` is how many lines below the label belong to the value at most.
    `each` takes every value that is found, not the first alone.
    """

    label: Words | None = None
    path: PathText | None = None
    column: Words | None = None
    pattern: PatternText | None = None
    section: SectionName | None = None
    below: int = Field(default=0, ge=0, le=BELOW_LINES_MAX)
    each: bool = False

    @property
    def ways(self) -> int:
        """How many ways to the value are given."""
        return sum(way is not None for way in (self.label, self.path, self.column))

    @property
    def is_given(self) -> bool:
        return bool(self.ways or self.pattern)

    @model_validator(mode="after")
    def _be_one_place(self) -> Self:
        if self.ways > 1:
            raise refused(
                "it names more than one of label, path and column",
                "Keep one of them; write `parts` for a value that stands in pieces.",
            )
        if self.below and self.label is None:
            raise refused("`below` is for a label alone", "Add the label, or remove `below`.")
        return self


class FieldRule(Place):
    """How one field is filled: from one place, or from several `parts` that are joined.

    `join` is what stands between the pieces, or where each of them goes: `{1}, {2} {3}`.
    """

    field: FieldName
    parts: tuple[Place, ...] = Field(default=(), max_length=PARTS_MAX)
    join: str = Field(default=" ", max_length=JOIN_CHARACTERS_MAX)
    transform: str | None = None

    @property
    def places(self) -> tuple[Place, ...]:
        return self.parts or (self,)

    @field_validator("transform")
    @classmethod
    def _be_known(cls, name: str | None) -> str | None:
        if name is not None and name not in TRANSFORMS:
            raise refused(
                f"there is no transform {name[:STRING_CHARACTERS_MAX]!r}",
                f"Name one of {', '.join(TRANSFORMS)}.",
            )
        return name

    @model_validator(mode="after")
    def _have_places(self) -> Self:
        if self.is_given == bool(self.parts) or not all(one.is_given for one in self.places):
            raise refused(
                "it does not say where the value stands",
                "Give a label, path, column or pattern; or `parts` that each give one.",
            )
        slots = [int(found) for found in SLOT.findall(self.join)]
        if "{" in SLOT.sub("", self.join) or (
            slots and sorted(slots) != list(range(1, len(self.parts) + 1))
        ):
            raise refused(
                f"`join` is {self.join!r}, which does not name each part once",
                "Write text between the parts, or {1}, {2} ... once for each of them.",
            )
        return self

    def joined(self, pieces: list[str]) -> str:
        """Return the pieces as one text."""
        if not SLOT.search(self.join):
            return self.join.join(pieces)
        return SLOT.sub(lambda slot: pieces[int(slot[1]) - 1], self.join)


class Case(_Part):
    """A document of the layout, or of another that is like it, and what must be read from it."""

    document: str = Field(min_length=1, max_length=TEST_CHARACTERS_MAX)
    matches: bool = True
    expect: dict[FieldName, JsonValue] = Field(default_factory=dict)


class Template(_Part):
    """One layout, as a data file tells it. `priority`: of two that match, the higher is believed."""

    name: str = Field(pattern=NAME)
    version: int = Field(default=1, ge=1, le=1_000_000)
    about: str = Field(default="", max_length=500)
    priority: int = Field(default=50, ge=0, le=PRIORITY_MAX)
    match: Match
    sections: dict[SectionName, Section] = Field(default_factory=dict, max_length=SECTIONS_MAX)
    fields: tuple[FieldRule, ...] = Field(default=(), max_length=FIELDS_MAX)
    constants: dict[FieldName, Annotated[Words, Field(max_length=CONSTANT_CHARACTERS_MAX)]] = (
        Field(default_factory=dict, max_length=CONSTANTS_MAX)
    )
    tests: tuple[Case, ...] = Field(default=(), max_length=TESTS_MAX)
    format: Literal[1] = 1

    @model_validator(mode="after")
    def _be_whole(self) -> Self:
        if not (self.fields or self.constants):
            raise refused("it fills no field", "Add a [[fields]] or a constant.")
        if self.constants and not (self.match.every or self.match.some):
            raise refused(
                "its constants have no words to be quoted for them",
                "Give words of the layout under `all` or `any` of [match].",
            )
        for rule in self.fields:
            for place in (rule, *rule.parts):
                if place.section is not None and place.section not in self.sections:
                    raise refused(
                        f"{rule.field} stands in a section {place.section!r} that there is not",
                        "Add it under [sections], or take its name out.",
                    )
        return self

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label that the template names."""
        places = [place for rule in self.fields for place in rule.places]
        return tuple(dict.fromkeys(place.label for place in places if place.label))
