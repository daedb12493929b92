"""Templates: a file says where values stand; it adds candidates and takes none away."""

import json
import pickle

import pytest

from domain.errors import RejectedError, TooLargeError
from extraction import read, reader
from extraction.reading.any import read_document
from extraction.templates import Template, load, shipped, template_candidates
from extraction.templates.loading import TEMPLATE_BYTES_MAX, in_order
from extraction.templates.model import BESIDE_THE_TICKET, FIELDS, Match
from extraction.templates.proving import failures_of, read_by
from extraction.templates.writing import to_toml
from tests.extraction.templates import HEAD, SHEET, a_document, a_template


def values(*lines: str, head: str = HEAD) -> dict:
    return read_by(a_document(), a_template(*lines, head=head)) or {}


@pytest.mark.parametrize(
    ("rule", "field", "value"),
    [
        ('label = "Baustelle"', "company", "Dry Creek Line Builders LLC"),
        ('label = "Rufnummer"', "phone", "979-555-0142"),
        ('label = "Land"', "state", "TX"),
        ('label = "Pfad"\nbelow = 1', "driving_directions", "left at the barn then right"),
        ('label = "Pfad"', "driving_directions", "left at the barn"),
        ('column = "Mast"', "pole_id", "88-1"),
        ("pattern = 'Gate: (\\d+)'", "meter_number", "7"),
        ("label = \"Baustelle\"\npattern = '^(?P<value>\\S+ \\S+)'", "company", "Dry Creek"),
        ('label = "Stadt"\ntransform = "upper"', "city", "BRENHAM"),
        ('label = "Rufnummer"\ntransform = "digits"', "meter_number", "9795550142"),
        ('label = "Gate"\ntransform = "yes"', "is_boring", True),
        ('column = "Mast"\neach = true\njoin = " / "', "additional_references", "88-1 / 88-2"),
        (
            'parts = [{ label = "Stadt" }, { label = "Land" }]\njoin = "{1}, {2}"',
            "city_state_zip",
            "Brenham, TX",
        ),
    ],
)
def test_a_rule_reads_the_value_to_which_it_points(
    rule: str, field: str, value: object
) -> None:
    """By label, column, pattern, piece, joined, and transformed."""
    assert values(f'[[fields]]\nfield = "{field}"\n{rule}') == {field: value}


def test_a_rule_reads_what_stands_at_a_path() -> None:
    """Of JSON and XML; an index may be left open, and the object around it named."""
    order = {"jobs": [{"mast": {"nr": "88-1"}}, {"mast": {"nr": "88-2"}}], "ort": "Brenham"}
    document = read_document(json.dumps(order).encode(), filename=None, media_type=None)
    template = a_template(
        '[[fields]]\nfield = "pole_id"\npath = "$.jobs[*].mast.nr"',
        '[[fields]]\nfield = "meter_number"\npath = "$.jobs[1].mast.nr"\nsection = "mast"',
        '[[fields]]\nfield = "city"\npath = "$.ort"\nsection = "mast"',
        '[sections.mast]\nbegins = "mast"',
        head='name = "jobs"\n[match]\npaths = ["$.jobs[*].mast.nr", "$.ort"]\n',
    )

    assert read_by(document, template) == {"pole_id": "88-1", "meter_number": "88-2"}


def test_a_section_tells_two_labels_of_the_same_name_apart() -> None:
    """From its heading to the next one that the template knows."""
    text = "SHEET\nDIGGER\nTel: 979-555-0101\nSITE\nTel: 979-555-0102\nEND\nTel: 979-555-0103\n"
    template = a_template(
        '[[fields]]\nfield = "phone"\nlabel = "Tel"\nsection = "digger"',
        '[[fields]]\nfield = "onsite_phone"\nlabel = "Tel"\nsection = "site"',
        '[sections.digger]\nbegins = "Digger"\n[sections.site]\nbegins = "Site"',
        'ends = ["End"]',
        head='name = "two"\n[match]\nall = ["sheet"]\n',
    )

    assert read_by(a_document(text), template) == {
        "phone": "979-555-0101",
        "onsite_phone": "979-555-0102",
    }


@pytest.mark.parametrize(
    "match",
    [
        'all = ["feeder  SHEET", "baustelle: dry"]',
        'any = ["invoice", "stadt"]',
        "regex = ['^Land +[A-Z]{2}$']",
        'all = ["feeder sheet"]\nmedia = ["pdf", "text"]',
    ],
)
def test_a_template_is_heard_where_all_is_true_that_it_says(match: str) -> None:
    """Words without regard to case and blanks, patterns, the kind of document."""
    assert read_by(a_document(), matching(match)) == {"city": "Brenham"}


@pytest.mark.parametrize(
    "match",
    [
        'all = ["feeder sheet", "invoice"]',
        'any = ["invoice"]',
        'all = ["feeder sheet"]\nnone = ["stadt"]',
        "regex = ['^Land$']",
        'all = ["feeder sheet"]\nmedia = ["pdf"]',
        'paths = ["$.jobs"]',
    ],
)
def test_a_template_is_silent_where_anything_is_not_so(match: str) -> None:
    """One word too many in another document is enough."""
    assert read_by(a_document(), matching(match)) is None


def matching(match: str) -> Template:
    rule = '[[fields]]\nfield = "city"\nlabel = "Stadt"'
    return a_template(rule, head=f'name = "x"\n[match]\n{match}\n')


def test_a_template_adds_to_what_is_read_and_takes_nothing_from_it() -> None:
    """Its value is normalised, has its quote and names the template; the others stay."""
    template = a_template('[[fields]]\nfield = "onsite_phone"\nlabel = "Rufnummer"')
    text = f"{SHEET}\nCounty: Washington\nCaller: Ray Tovar\n".encode()

    plain, taught = read(text), read(text, templates=[template])

    found = taught.fields["onsite_phone"]
    assert (found.value, found.producer, found.rule) == ("979-555-0142", "template", "feeder@1")
    assert [span.quote for span in found.spans] == ["(979) 555-0142"]
    assert taught.fields.keys() >= plain.fields.keys() | {"county", "contact_name"}
    assert read(text, templates=[template]) == taught


def test_a_form_that_has_changed_is_still_read_by_the_others() -> None:
    """One label is gone, and with it one candidate; the heading is gone, and with it all."""
    template = a_template(
        '[[fields]]\nfield = "city"\nlabel = "Stadt"',
        '[[fields]]\nfield = "county"\nlabel = "County"',
    )
    text = f"{SHEET}County: Washington\n"

    relabelled = read(text.replace("Stadt", "Ort").encode(), templates=[template])
    renamed = read(text.replace("FEEDER SHEET", "").encode(), templates=[template])

    assert relabelled.fields["county"].producer == "template"
    assert "city" not in relabelled.fields
    assert renamed.fields["county"].value == "Washington"
    assert renamed.fields["county"].producer == "label"


def test_a_constant_is_weaker_than_what_the_document_says() -> None:
    """The layout says it; the words by which that is known are its quote."""
    template = a_template('[constants]\nwork_for = "Pin Oak Power"\nstate = "TX"')
    constant, other = template_candidates(a_document(), [template])

    assert (constant.raw, constant.spans[0].quote) == ("Pin Oak Power", "FEEDER SHEET")
    assert other.field == "state"
    text = f"{SHEET}Work done for: Sam Example\nCounty: Washington\n".encode()
    assert read(text, templates=[template]).fields["work_for"].value == "Sam Example"


def test_of_two_templates_the_one_of_higher_priority_is_believed() -> None:
    """And of one name the customer's goes before the shipped one."""
    rule = '[[fields]]\nfield = "city"\n'
    low = a_template(
        f'{rule}label = "Baustelle"', head='name = "a"\n[match]\nall = ["feeder"]\n'
    )
    high = a_template(
        f'{rule}label = "Stadt"',
        head='name = "b"\npriority = 90\n[match]\nall = ["feeder"]\n',
    )

    found = template_candidates(a_document(), [low, high])

    assert [one.raw for one in found] == ["Brenham", "Dry Creek Line Builders LLC"]
    assert found[0].strength > found[1].strength
    own = low.model_copy(update={"name": shipped()[0].name})
    assert own in in_order([own])
    assert shipped()[0] not in in_order([own])


@pytest.mark.parametrize("template", shipped(), ids=lambda template: template.name)
def test_a_shipped_template_reads_what_its_own_tests_say(template: Template) -> None:
    """And is needed: without it the values are not found."""
    assert failures_of(template) == []
    assert template.tests
    elsewhere = template.model_copy(update={"match": Match(regex=("never",))})
    for case in template.tests:
        document = case.document.encode()
        taught = read(document).fields
        alone = read(document, templates=[elsewhere]).taken()
        assert {name: taught[name].value for name in case.expect} == case.expect
        assert not case.matches or case.expect.items() - alone.items()


def test_what_a_test_expects_and_is_not_read_is_told() -> None:
    """With the field, what was expected and what was found."""
    template = a_template(
        '[[fields]]\nfield = "city"\nlabel = "Stadt"',
        '[[tests]]\ndocument = "Feeder Sheet\\nStadt: Brenham"\nexpect = { city = "Austin" }',
        '[[tests]]\ndocument = "Stadt: Brenham"\nexpect = {}',
    )

    first, second = failures_of(template)

    assert (first.test, first.field, first.expected, first.found) == (
        1, "city", "Austin", "Brenham",
    )  # fmt: skip
    assert (second.test, second.field, second.found) == (2, "match", False)


RULE = '[[fields]]\nfield = "city"\n'


@pytest.mark.parametrize(
    ("text", "field", "said"),
    [
        ("name = ", "file", "not TOML"),
        ("[" * 5_000, "file", "not TOML"),
        ("name = 'x'\n", "match", "required"),
        (HEAD.replace("feeder", "Über"), "name", "pattern"),
        (HEAD.replace("all", "words"), "match.words", "not permitted"),
        ('name = "x"\n[match]\nmedia = ["text"]\n' + RULE, "match", "every document"),
        (HEAD, "template", "fills no field"),
        (
            'name = "x"\n[match]\nregex = ["a"]\n[constants]\nstate = "TX"',
            "template",
            "no words to be quoted",
        ),
        (HEAD + RULE, "fields.1", "where the value stands"),
        (HEAD + RULE + 'label = "a"\npath = "$.a"', "fields.1", "more than one"),
        (HEAD + RULE + 'path = "a.b"', "fields.1.path", "no path"),
        (HEAD + RULE + 'label = "::"', "fields.1.label", "neither letter"),
        (HEAD + RULE + "pattern = '(?=x)'", "fields.1.pattern", "cannot be used"),
        (HEAD + RULE + 'label = "a"\nsection = "b"', "template", "section 'b'"),
        (HEAD + RULE + 'label = "a"\ntransform = "rot13"', "fields.1.transform", "rot13"),
        (HEAD + RULE.replace("city", "citty"), "fields.1.field", "no field 'citty'"),
        (HEAD + '[constants]\nkaunty = "x"', "constants.kaunty", "no field 'kaunty'"),
        (
            HEAD + RULE + 'parts = [{ label = "a" }]\njoin = "{1} {2}"',
            "fields.1",
            "name each part once",
        ),
        (HEAD + (RULE + 'label = "a"\n') * 61, "fields", "at most 60"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_its_place_and_a_remedy(
    text: str, field: str, said: str
) -> None:
    """Whoever wrote it sees which line to mend, and how."""
    with pytest.raises(RejectedError, match=said) as refusal:
        load(text.encode())

    assert refusal.value.field == field
    assert refusal.value.remedy


def test_a_misspelt_field_is_answered_with_the_nearest() -> None:
    """There are fifty of them, and nobody knows them by heart."""
    with pytest.raises(RejectedError) as refusal:
        a_template(RULE.replace("city", "contact_nam") + 'label = "a"')

    assert "contact_name" in str(refusal.value.remedy)


def test_a_file_that_is_too_large_or_no_text_is_refused_at_once() -> None:
    """Before anything of it is parsed."""
    with pytest.raises(TooLargeError):
        load(b"#" * (TEMPLATE_BYTES_MAX + 1))
    with pytest.raises(RejectedError, match="not TOML"):
        load(b"\xff\xfe\x00n")


def test_what_is_written_is_read_back_the_same() -> None:
    """Also patterns with both quotes, brackets and marks of other languages."""
    template = a_template(
        '[[fields]]\nfield = "city"\nlabel = "Straße \\"x\\" \\u007f"',
        "pattern = '''^\\s*([^'\"]+)\\d?$'''",
        '[constants]\nstate = "TX"',
        '[[tests]]\ndocument = "a\\nb \\\\ c"\nexpect = { city = "x" }',
    )

    assert load(to_toml(template).encode()) == template
    assert pickle.loads(pickle.dumps(template)) == template  # noqa: S301 - as it goes to a child


def test_a_template_can_fill_what_the_reader_keeps() -> None:
    """Both lists are kept by hand, in two places."""
    assert BESIDE_THE_TICKET == reader.EXTRA
    assert len(FIELDS) == len(set(FIELDS))


def test_a_text_with_half_letters_is_matched_like_any_other() -> None:
    """JSON may hold lone surrogates, which no UTF-8 has."""
    found = values("[[fields]]\nfield = 'city'\npattern = 'Stadt: (\\w+)'")
    document = a_document(SHEET.replace("Stadt", "\ud800 Stadt"))
    template = a_template("[[fields]]\nfield = 'city'\npattern = 'Stadt: (\\w+)'")

    assert read_by(document, template) == found == {"city": "Brenham"}
