"""What labels mean: a party and a thing, several things at once, and what the value tells."""

import pytest

from extraction.labels.concepts import find_label
from extraction.roles import Role
from tests.extraction.documents import order
from tests.extraction.quoting import is_reproduced
from tests.extraction.test_layouts import said


@pytest.mark.parametrize(
    ("line", "inches"),
    [("Depth (ft): 4", 48), ("Max depth in inches = 30", 30), ("DEPTH_FT=3", 36)],
)
def test_a_bare_number_has_the_unit_of_its_label(line: str, inches: int) -> None:
    """Both are quoted: without the label the number says nothing."""
    finding = order(line).fields["depth_inches"]

    assert finding.value == inches
    assert is_reproduced("depth_inches", finding)


def test_a_label_that_asks_for_several_things_gives_each_its_own() -> None:
    """As many pieces in the value as in the label."""
    found = said(
        "City / County / ZIP: Kyle / Hays / 78640\nContact name/phone: Ana / 512-555-0142"
    )

    assert (found["city"], found["county"], found["zip"]) == ("Kyle", "Hays", "78640")
    assert (found["contact"], found["phone"]) == ("Ana", "512-555-0142")


def test_a_person_is_parted_from_the_number_and_the_company() -> None:
    """One slot, three things."""
    found = said("Caller: Ramiro Escoto w/ Lost Ridge Fence, cell 512-555-0139")

    assert found["caller"] == "Ramiro Escoto"
    assert found["company"] == "Lost Ridge Fence"
    assert found["phone"] == "512-555-0139"


@pytest.mark.parametrize(
    ("label", "concept", "role"),
    [
        ("Contractor contact name", "name", Role.CALLER),
        ("Excavator's address", "address", Role.EXCAVATOR),
        ("Phone of caller", "phone", Role.CALLER),
        ("Crew foreman cell #", "mobile", Role.ONSITE),
        ("Vendor phone", "phone", Role.EXCAVATOR),
        ("Alt. phone", "alt_phone", None),
        ("Dig site address", "address", Role.SITE),
        ("W.O. No.", "work_order", None),
    ],
)
def test_a_party_and_a_thing_make_a_label(label: str, concept: str, role: Role | None) -> None:
    """The two are known apart, so that every combination of them is."""
    found = find_label(label)
    assert found is not None
    assert (found.concept, found.role) == (concept, role)


@pytest.mark.parametrize("label", ["Nearest Intersecton", "Nearest lntersection", "Ce11"])
def test_a_label_with_errors_is_guessed(label: str) -> None:
    """By likeness, or by the digits that recognition puts for letters."""
    found = find_label(label, is_fuzzy=True)
    assert found is not None
    assert found.is_guessed
    assert find_label(label) is None


@pytest.mark.parametrize("label", ["Cite", "Note 5 below", "Phane", "Countess"])
def test_short_words_are_not_guessed(label: str) -> None:
    """They differ too little from each other."""
    assert find_label(label, is_fuzzy=True) is None


@pytest.mark.parametrize(
    ("line", "concept"),
    [
        ("ST: TX", "state"),
        ("Street: Main", "street"),
        ("Location: 410 Oak Ln", "address"),
        ("Location: rear of lot", "extent"),
        ("Requested by: Opal Renfro (resident)", "work_for"),
        ("Extent of work: 20 ft x 40 ft", "size"),
    ],
)
def test_the_value_tells_which_of_two_things_a_label_means(line: str, concept: str) -> None:
    """A label alone leaves it open."""
    assert concept in said(line)


def test_who_stays_unnamed_is_nobody() -> None:
    """Dispatchers write something into every slot."""
    for value in ("PASSERBY", "anonymous", "REFUSED"):
        assert "caller" not in said(f"Caller: {value}")


def test_the_equipment_is_read() -> None:
    """A ticket has a field for it; yes and no are no machines."""
    assert order("Means of excavation: mini-ex, dump truck").taken()["equipment_type"] == (
        "mini-ex, dump truck"
    )
    assert "equipment_type" not in order("Equipment: Y").fields
