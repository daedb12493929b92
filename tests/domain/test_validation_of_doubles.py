"""Nobody is asked twice for one thing."""

from typing import Any

import pytest

from domain.drawing import drawn
from domain.extraction import Extraction, ExtractionWarning, WarningCode
from tests.builders import NOW, make_extraction, make_finding, make_ticket
from tests.domain.troubles import gaps_of

BEXAR = {"latitude": 29.42, "longitude": -98.49, "source": "extracted"}
CONFLICT, SEVERAL = WarningCode.CONFLICTING_VALUES, WarningCode.MULTIPLE_COUNTIES
SITES, ABROAD = WarningCode.MULTIPLE_LOCATIONS, WarningCode.OUT_OF_STATE


def problems(
    warned: list[tuple[WarningCode, str]], read: dict[str, Any], **edit: Any
) -> list[tuple[str, str]]:
    """Return field and problem of every open gap of a ticket that was read so."""
    warnings = [
        ExtractionWarning(code=code, message="The order is not clear.", field=field)
        for code, field in warned
    ]
    extraction: Extraction = make_extraction(**{**edit, **read})
    extraction = extraction.model_copy(update={"warnings": warnings})
    gaps = gaps_of(make_ticket(**edit), extraction)
    return [(gap.field, gap.problem) for gap in gaps]


def between(first: str, second: str) -> Any:
    """Return a value that was read beside another."""
    return make_finding(first, 0.95, alternatives=[make_finding(second, 0.9).as_alternative()])


@pytest.mark.parametrize(
    ("warned", "read", "edit", "asked"),
    [
        (
            [(CONFLICT, "county")],
            {"county": between("Tyler", "Smith")},
            {"county": "Tyler", "city": "Tyler"},
            ("county", "city_in_other_county"),
        ),
        (
            [(SITES, "address"), (CONFLICT, "address")],
            {"address": between("410 Bluebonnet Ln", "12 Elm St")},
            {"address": None},
            ("address", "several_locations"),
        ),
        (
            [(SEVERAL, "county"), (CONFLICT, "county")],
            {"county": between("Travis", "Bexar")},
            {"gps_coordinates": BEXAR},
            ("gps_coordinates", "point_in_other_county"),
        ),
        (
            [(ABROAD, "county"), (SEVERAL, "county")],
            {"county": between("Travis", "Bexar")},
            {"gps_coordinates": BEXAR},
            ("county", "out_of_state"),
        ),
        (
            [],
            {"county": make_finding("Hays / Caldwell", 0.7)},
            {"county": "Hays / Caldwell"},
            ("county", "one_county_only"),
        ),
        (
            [],
            {"county": make_finding("Clarke", 0.7)},
            {"county": "Clarke"},
            ("county", "unknown_county"),
        ),
        (
            [],
            {
                "gps_coordinates": make_finding(BEXAR, 0.7),
                "county": make_finding("Travis", 0.7),
            },
            {"gps_coordinates": BEXAR},
            ("gps_coordinates", "point_in_other_county"),
        ),
        (
            [(CONFLICT, "county")],
            {"county": between("Hays", "Travis")},
            {"county": None},
            ("county", "field_missing"),
        ),
        (
            [(CONFLICT, "city")],
            {"city": between("Austin", "Manor")},
            {"city": None},
            ("city", "conflicting_values"),
        ),
        (
            [(CONFLICT, "email")],
            {"email": between("a@example.com", "b@example.com")},
            {"email": None},
            ("email", "field_missing"),
        ),
        (
            [(CONFLICT, "phone")],
            {"phone": between("111-111-1111", "512-555-0142")},
            {"phone": "111-111-1111"},
            ("phone", None),
        ),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else None,
)
def test_of_two_questions_on_one_thing_the_more_telling_stays(
    warned: list[tuple[WarningCode, str]],
    read: dict[str, Any],
    edit: dict[str, Any],
    asked: tuple[str, str | None],
) -> None:
    """Two answers could differ, and the second question sounds as if nobody had listened."""
    found = problems(warned, read, **edit)

    about = [one for one in found if one[0] not in ELSEWHERE]
    assert [one[0] for one in about] == [asked[0]]
    assert "conflicting_values" not in {one[1] for one in about} - {asked[1]}
    assert asked[1] in (None, about[0][1])


# What an address that is missing leaves open beside.
ELSEWHERE = {"driving_directions", "nearest_intersection", "white_lines_painted"}


def test_what_only_may_be_answered_does_not_hide_what_must() -> None:
    """A start that is not lawful is another matter than that the order names two."""
    start = "2026-03-03T14:00:00Z"
    found = problems(
        [(CONFLICT, "planned_start_at")],
        {"planned_start_at": between(start, "2026-03-09T14:00:00Z")},
        planned_start_at=start,
    )

    assert found == [
        ("planned_start_at", "before_lawful_start"),
        ("planned_start_at", "conflicting_values"),
    ]


@pytest.mark.parametrize(
    ("county", "place", "asked"),
    [
        ("Travis", BEXAR, "point_in_other_county"),
        ("Lubbock", {"latitude": 33.6, "longitude": -102.08474}, "point_near_border"),
    ],
)
def test_a_shape_that_was_drawn_from_a_point_is_not_asked_about_beside_it(
    county: str, place: dict[str, Any], asked: str
) -> None:
    """It goes where the point goes."""
    ticket = make_ticket(
        county=county,
        gps_coordinates=place,
        work_area_size_description="20 ft radius",
    )
    ticket = drawn(ticket, now=NOW)

    assert ticket.geometry
    assert [gap.problem for gap in gaps_of(ticket)] == [asked]


def test_a_shape_in_two_counties_is_asked_about_whatever_else_is() -> None:
    """No name of a county mends it: it has to be drawn anew."""
    corners = [[-102.083, 33.6], [-102.08, 33.6], [-102.08, 33.603], [-102.083, 33.6]]
    shape = {
        "geometry_type": "Polygon",
        "geojson": {"type": "Polygon", "coordinates": [corners]},
    }
    found = problems([], {}, county="Atlantis", geometry=shape)

    assert {one[1] for one in found} >= {"geometry_in_two_counties", "unknown_county"}
