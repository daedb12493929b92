"""Learning: from a document and its confirmed ticket to a template that holds no value of it."""

import json
import re
from pathlib import Path

import pytest

from extraction import read, read_with_lines
from extraction.document import Document
from extraction.intake import Medium
from extraction.reading.any import read_document
from extraction.templates import Template, load
from extraction.templates.layout_words import vocabulary, words_of
from extraction.templates.learning import ABSENT, CONTENT, NO_FIELD, Proposal, propose
from extraction.templates.proving import read_by
from extraction.templates.writing import to_toml

SAMPLE = Path(__file__).parents[2] / "samples" / "pole_replacement.txt"
FOREIGN = """\
FEEDER SHEET
Baustelle: Dry Creek Line Builders LLC      Rufnummer: (979) 555-0142
Bauleiter: Tovar, Raymond - Brenham - Washington
Stadt: Brenham
Land: TX
Plz: 77834
Bohren: nein

Tag     Mast     Hoehe
M       88-1     40
"""
FOREIGN_TICKET = {
    "company": "Dry Creek Line Builders LLC",
    "phone": "979-555-0142",
    "county": "Washington",
    "city_state_zip": "Brenham, TX 77834",
    "pole_id": "88-1",
}


def learned(text: str, confirmed: dict, medium: Medium = Medium.TEXT) -> Proposal:
    extraction, lines = read_with_lines(text.encode())
    hints = {name: finding.spans for name, finding in extraction.fields.items()}
    return propose(Document(medium, lines), confirmed, name="learned", hints=hints)


def template_of(proposal: Proposal) -> Template:
    assert proposal.template is not None
    return proposal.template


@pytest.fixture(scope="module")
def sample() -> tuple[str, dict, Proposal]:
    """The project's own sample, what a person would confirm of it, and what is learned."""
    text = SAMPLE.read_text(encoding="utf-8")
    confirmed = read(text.encode()).taken()
    return text, confirmed, learned(text, confirmed)


def test_what_is_learned_reads_every_confirmed_value_again(
    sample: tuple[str, dict, Proposal],
) -> None:
    """It is proven on the document itself, all rules together."""
    text, confirmed, proposal = sample

    document = read_document(text.encode(), filename=None, media_type=None)
    assert document is not None
    found = read_by(document, template_of(proposal)) or {}

    assert proposal.placed.keys() | proposal.unplaced.keys() == confirmed.keys()
    assert len(proposal.placed) > 20
    assert found.keys() == proposal.placed.keys()
    assert {"company", "phone", "city", "county", "contact_name"} <= found.keys()


def test_what_is_learned_holds_no_value_of_the_document(
    sample: tuple[str, dict, Proposal],
) -> None:
    """Every word of it is one of the trade, or was named to a person as doubtful."""
    text, confirmed, proposal = sample
    written = to_toml(template_of(proposal))
    grammar = (
        "name version learned match media text all sections part begins fields field label"
    )
    keywords = {
        *words_of(grammar),
        "section",
        "below",
        "true",
        "each",
        "join",
        "pattern",
        "paths",
    }
    fields = {word for name in confirmed for word in words_of(name)}

    words = {word for word in words_of(written) if word.isalpha()}

    strange = words - keywords - fields - vocabulary()
    assert strange <= set(proposal.doubtful)
    for private in ("Tovar", "Raymond", "Brenham", "Caney", "Dry Creek", "Sandy", "Hollis"):
        assert private in text
        assert private.lower() not in written.lower()
    assert "555" not in written
    assert "@" not in written
    assert not re.search(r"\d{3}", written)


def test_the_next_order_of_the_layout_is_read_by_it(
    sample: tuple[str, dict, Proposal],
) -> None:
    """Other people, another place, a blank label, and one label that has changed its name."""
    text, _confirmed, proposal = sample
    other = (
        text.replace("Dry Creek Line Builders LLC", "Lone Star Poles Inc")
        .replace("Raymond Tovar (Foreman)", "Ann Sample")
        .replace("Brenham", "Bastrop")
        .replace("County: Washington", "County: Bastrop")
        .replace("Transformer No: T-55208 (25 kVA, to be transferred)", "Transformer No:")
        .replace("Depth: 7 ft", "Hole depth: 6 ft")
    )

    fields = read(other.encode(), templates=[template_of(proposal)]).fields

    assert fields["company"].value == "Lone Star Poles Inc"
    assert fields["company"].producer == "template"
    assert (fields["city"].value, fields["county"].value) == ("Bastrop", "Bastrop")
    assert fields["contact_name"].value == "Ann Sample"
    assert "transformer_id" not in fields


def test_a_form_that_has_changed_too_much_is_read_without_it(
    sample: tuple[str, dict, Proposal],
) -> None:
    """As it was read before anything was learned."""
    text, _confirmed, proposal = sample
    changed = text.replace("Marking Instructions", "Mark").replace("Mailing", "Postal")

    taught = read(changed.encode(), templates=[template_of(proposal)])

    assert taught == read(changed.encode())
    assert taught.fields["company"].producer == "label"


def test_labels_of_another_language_are_learned_and_shown_to_a_person() -> None:
    """Pieces are joined, a piece is cut out, a column is found; what is strange is named."""
    proposal = learned(FOREIGN, FOREIGN_TICKET | {"contact_name": "Raymond Tovar"})
    template = template_of(proposal)
    document = read_document(FOREIGN.encode(), filename=None, media_type=None)
    assert document is not None

    assert read_by(document, template) == FOREIGN_TICKET
    assert proposal.unplaced == {"contact_name": ABSENT}
    assert {"baustelle", "rufnummer", "mast"} <= set(proposal.doubtful)
    assert load(to_toml(template).encode()) == template


def test_paths_of_json_are_learned_with_their_index_left_open() -> None:
    """The second order has its poles in other places."""
    order = {"ort": {"stadt": "Brenham"}, "masten": [{"nr": "88-1", "by": "x"}, {"nr": "88-2"}]}
    proposal = learned(
        json.dumps(order), {"city": "Brenham", "pole_id": "88-1"}, medium=Medium.JSON
    )

    assert proposal.placed == {"city": "$.ort.stadt", "pole_id": "$.masten[*].nr"}
    assert template_of(proposal).match.paths == ("$.ort.stadt", "$.masten[*].nr")


def test_a_label_that_may_be_somebodys_name_is_not_learned() -> None:
    """What stands before a colon is not always layout."""
    text = "WORK ORDER\nTovar: 979-555-0142\nCaller: Raymond Tovar\nCounty: Washington\n"

    proposal = learned(text, {"phone": "979-555-0142", "county": "Washington"})

    assert proposal.unplaced == {"phone": CONTENT}
    assert "tovar" not in to_toml(template_of(proposal)).lower()


def test_a_name_above_a_number_is_not_the_head_of_a_column() -> None:
    """A card of a person has two columns, too, and so has a list of people."""
    card = "WORK ORDER\nCounty: Washington\n\nRay Tovar     Foreman\n979-555-0142  Crew\n"
    people = "WORK ORDER\nCounty: Washington\n\nTovar   Hollis   Reyes\n88-1    88-2     88-3\n"

    for text, values in ((card, {"phone": "979-555-0142"}), (people, {"pole_id": "88-1"})):
        proposal = learned(text, values | {"county": "Washington"})
        assert proposal.placed.keys() == {"county"}
        assert "tovar" not in to_toml(template_of(proposal)).lower()


def test_what_no_rule_can_give_is_told_with_the_reason() -> None:
    """A person reads it before the template is added."""
    confirmed = {
        "county": "Washington",
        "company": "Not There Inc",
        "is_boring": False,
        "geometry": {"type": "Point"},
        "email": None,
    }

    proposal = learned(FOREIGN, confirmed)

    assert proposal.placed.keys() == {"county"}
    assert proposal.unplaced["company"] == ABSENT
    assert proposal.unplaced["geometry"] == NO_FIELD
    assert "too short" in proposal.unplaced["is_boring"]
    assert "email" not in proposal.unplaced


def test_a_document_without_any_of_the_values_teaches_nothing() -> None:
    """There is no template then, and not an empty one."""
    proposal = learned("Dear all,\nsee you on Monday.\n", {"company": "Dry Creek"})

    assert proposal.template is None
    assert proposal.unplaced == {"company": ABSENT}


def test_learning_twice_gives_the_same() -> None:
    """No order of a set, no clock."""
    first, second = (to_toml(template_of(learned(FOREIGN, FOREIGN_TICKET))) for _ in range(2))

    assert first == second
