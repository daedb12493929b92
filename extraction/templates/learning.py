"""Learning: a template proposed from one document and the ticket that a person confirmed for it.

For each confirmed value the spots are sought at which it stands; the words of the layout there
become the rule. What is proposed holds words of the layout alone and no value (see
`layout_words`), and every rule has been tried: it reads the confirmed value from the document.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue, ValidationError

from extraction.document import Document
from extraction.lines.columns import columns_of
from extraction.templates.layout_words import LayoutWords, is_known, strange_in
from extraction.templates.model import (
    FIELDS,
    SECTIONS_MAX,
    STRING_CHARACTERS_MAX,
    FieldRule,
    Match,
    Section,
    Template,
)
from extraction.templates.proving import is_same, read_by
from extraction.templates.spots import spots_in
from extraction.templates.trying import Hints, Trying, how, is_telling

FINGERPRINT_WORDS = 6  # of the layout, by which the next document is known

ABSENT = "it does not stand in the document as it was confirmed"
UNTELLING = "it is too short to tell where it comes from, and no label there speaks of it"
CONTENT = "the words beside it may be content and not layout"
UNPROVEN = "no rule that was tried reads it back"
NO_FIELD = "no template can fill it"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A template that was proven on its document, and what it leaves out.

    `placed` says by what each field is found, `unplaced` why a confirmed value has no rule.
    `doubtful` are words in it that are not known as layout: a person should look at them.
    """

    template: Template | None
    placed: dict[str, str] = field(default_factory=dict)
    unplaced: dict[str, str] = field(default_factory=dict)
    doubtful: tuple[str, ...] = ()


def propose(
    document: Document,
    confirmed: Mapping[str, JsonValue],
    *,
    name: str,
    hints: Hints | None = None,
) -> Proposal:
    """Return the template that this document and its confirmed values suggest.

    `hints` are the places where the reader has found values: of several spots with the same
    value the one that was read is taken. There is no template if no value could be placed.
    """
    learner = _Learner(document, confirmed, hints or {})
    for field_name, value in confirmed.items():
        if value is not None and value not in ("", {}, []):
            learner.learn(field_name, value)
    return learner.proposal(name)


class _Learner:
    def __init__(
        self, document: Document, confirmed: Mapping[str, JsonValue], hints: Hints
    ) -> None:
        self._document = document
        spots = spots_in(document)
        headings = dict.fromkeys(
            spot.heading
            for spot in spots
            if spot.heading and len(spot.heading) <= STRING_CHARACTERS_MAX
        )
        # Where one section begins, the one before it ends: so all headings are told.
        self._sections = {
            heading: f"part_{number}"
            for number, heading in enumerate(list(headings)[:SECTIONS_MAX], start=1)
        }
        labelled = {spot.line for spot in spots if spot.label or spot.path}
        prose = [
            line.text
            for number, line in enumerate(document.lines)
            if number not in labelled and not is_known(line.text) and not line.label
        ]
        values = [_text(value) for value in confirmed.values()]
        heads = {spot.column for spot in spots if spot.column}
        told = [(document.lines[spot.line].text, spot.text) for spot in spots]
        told += [(text, text) for text in prose]
        contents = [text for line, text in told if not _is_head(line, heads)]
        self._layout = LayoutWords([*values, *contents])
        self._trying = Trying(spots, self._sections, hints)
        self._rules: dict[str, FieldRule] = {}
        self._values: dict[str, JsonValue] = {}
        self._unplaced: dict[str, str] = {}

    def learn(self, name: str, value: JsonValue) -> None:
        """Find a rule for one field, or note why there is none."""
        if name not in FIELDS:
            self._unplaced[name] = NO_FIELD
            return
        reason = ABSENT if is_telling(value) else UNTELLING
        for rule, words in self._trying.offers(name, value):
            if not all(self._layout.admits(one) for one in words):
                reason = CONTENT
            elif name in self._read_back({name: rule}, {name: value}):
                self._rules[name] = rule
                self._values[name] = value
                return
            else:
                reason = UNPROVEN
        self._unplaced[name] = reason

    def _read_back(
        self, rules: Mapping[str, FieldRule], values: Mapping[str, JsonValue]
    ) -> set[str]:
        """Return the fields whose values a template of these rules reads from the document."""
        template = self._template("proof", rules)
        found = (read_by(self._document, template) if template else None) or {}
        return {name for name, value in values.items() if is_same(found.get(name), value)}

    def _template(self, name: str, rules: Mapping[str, FieldRule]) -> Template | None:
        """Return the template of these rules; None if they are beyond what one may hold."""
        places = [place for rule in rules.values() for place in rule.places]
        is_parted = any(place.section for place in places)
        sections = {
            section: Section(begins=heading)
            for heading, section in self._sections.items()
            if is_parted
        }
        try:
            match = self._match(rules)
            fields = tuple(rules.values())
            return Template(name=name, match=match, sections=sections, fields=fields)
        except ValidationError:
            return None

    def _match(self, rules: Mapping[str, FieldRule]) -> Match:
        """Return by what the layout is known: headings and labels in words of the trade first."""
        places = [place for rule in rules.values() for place in rule.places]
        paths = dict.fromkeys(place.path for place in places if place.path)
        words = dict.fromkeys(w for place in places if (w := place.label or place.column))
        known = [word for word in (*self._sections, *words) if is_known(word)]
        ranked = sorted(known, key=lambda word: (-len(word), word)) or list(words)
        return Match.model_validate(
            {
                "media": [self._document.medium],
                "all": ranked[:FINGERPRINT_WORDS],
                "paths": list(paths)[:FINGERPRINT_WORDS],
            }
        )

    def proposal(self, name: str) -> Proposal:
        """Return the template of all rules; one that fails among the others is left out."""
        proven = self._read_back(self._rules, self._values)
        rules = {field: rule for field, rule in self._rules.items() if field in proven}
        template = self._template(name, rules) if rules else None
        words = [word for rule in rules.values() for word in _words(rule)]
        doubtful = {strange for word in words for strange in strange_in(word)}
        return Proposal(
            template=template,
            placed={field: how(rule) for field, rule in rules.items()},
            unplaced=self._unplaced
            | {field: UNPROVEN for field in self._rules if field not in proven},
            doubtful=tuple(sorted(doubtful)),
        )


def _words(rule: FieldRule) -> list[str]:
    """Return the words of the layout that a rule holds."""
    return [
        word
        for place in rule.places
        for word in (place.label, place.path, place.column)
        if word
    ]


def _is_head(text: str, heads: set[str]) -> bool:
    """Is this the row of labels of a table?"""
    cells = {text[slice(*cell)] for cell in columns_of(text)}
    return bool(cells) and cells <= heads


def _text(value: JsonValue) -> str:
    if isinstance(value, dict):
        return " ".join(_text(one) for one in value.values())
    return str(value)
