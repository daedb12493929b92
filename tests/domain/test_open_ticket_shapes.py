"""The site of an Open Ticket: from its GeoJSON, its text, or its corners, and never guessed."""

from typing import Any

import pytest

from domain.open_ticket.reading import facts_of_open_ticket
from domain.open_ticket.shapes import WKT_CHARACTERS_MAX, site_in
from domain.open_ticket.writing import open_ticket_of
from tests.domain.stated import SQUARE, make_submitted, polygon

RING = "(-97.75 30.25, -97.74 30.25, -97.74 30.26, -97.75 30.26, -97.75 30.25)"
FARTHER = [[longitude + 0.1, latitude] for longitude, latitude in SQUARE]
POINT = "POINT (-97.75 30.25)"


def feature(shape: Any, *, kind: str = "excavationSite", name: str = "objectType") -> Any:
    return {"type": "Feature", "properties": {name: kind}, "geometry": shape}


def drawn(coordinates: Any, kind: str = "Polygon") -> dict[str, Any]:
    return {"type": kind, "coordinates": coordinates}


@pytest.mark.parametrize(
    ("text", "kind", "first"),
    [
        (f"POLYGON({RING})", "Polygon", SQUARE),
        (f" polygon  ({RING}) ", "Polygon", SQUARE),
        (f"MULTIPOLYGON (({RING}))", "Polygon", SQUARE),
        ("POLYGON Z ((-97.75 30.25 1, -97.74 30.25 1, -97.74 30.26 1, -97.75 30.26 1))",
         "Polygon", SQUARE),
        ("LINESTRING (-97.75 30.25, -97.74 30.25)", "LineString", SQUARE[0]),
    ],
)  # fmt: skip
def test_a_shape_is_read_from_well_known_text(text: str, kind: str, first: Any) -> None:
    """Older tickets have nothing else."""
    site = site_in({"srid": 4326, "workSiteArea": [text, ""]})

    assert site.faults == []
    assert site.shape is not None
    assert site.shape.geojson["type"] == kind
    assert site.shape.geojson["coordinates"][0] == first  # type: ignore[index,call-overload]  # JSON


def test_a_point_is_a_place_or_a_shape() -> None:
    """A place that is known already leaves the point to be what was drawn."""
    place, shape = (
        site_in({"workSiteWkt": [POINT]}),
        site_in({"workSiteWkt": [POINT]}, draws_points=True),
    )

    assert place.place is not None
    assert (place.place.latitude, place.place.longitude, place.shape) == (30.25, -97.75, None)
    assert shape.place is None
    assert shape.shape is not None


def test_geojson_goes_before_text_and_the_dug_before_the_widened() -> None:
    """What the center made wider is not where somebody digs."""
    features = [
        feature(drawn([FARTHER]), kind="bufferedSite"),
        feature(drawn([SQUARE]), name="layer"),
        feature(None),
        7,
    ]

    site = site_in({"geoJson": {"features": features}, "workSiteArea": [POINT]})

    assert site.shape is not None
    assert site.shape.geojson == drawn([SQUARE])


def test_several_areas_are_one_site() -> None:
    """One ticket may have a pole here and a pole there."""
    features = [feature(drawn([SQUARE])), feature(drawn([[FARTHER]], "MultiPolygon"))]

    site = site_in({"geoJson": {"features": features}})

    assert site.shape is not None
    assert site.shape.geojson == drawn([[SQUARE], [FARTHER]], "MultiPolygon")


@pytest.mark.parametrize(
    ("geometry", "codes", "is_drawn"),
    [
        ({"workSiteArea": [f"POLYGON({RING})", POINT]}, ["GEOMETRY_MISMATCH"], True),
        ({"workSiteArea": [POINT, POINT]}, ["GEOMETRY_MISMATCH"], False),
        ({"workSiteArea": ["POLYGON((…))"]}, ["INVALID_WKT"], False),
        ({"workSiteArea": [f"POLYGON({RING}"]}, ["INVALID_WKT"], False),
        ({"workSiteArea": [7, "CURVEPOLYGON EMPTY"]}, ["INVALID_WKT"] * 2, False),
        ({"workSiteArea": [f"POINT ({'1' * WKT_CHARACTERS_MAX})"]}, ["INVALID_WKT"], False),
        ({"workSiteArea": ["POINT (1, 2)"]}, ["INVALID_GEOJSON"], False),
        ({"workSiteArea": ["POINT (2.35 48.85)"]}, ["INVALID_GEOJSON"], False),
        ({"workSiteArea": [POINT], "srid": 4269}, ["INVALID_SRID"], False),
        ({"geoJson": {"features": [feature(drawn([float("nan")]))]}}, ["INVALID_GEOJSON"], False),
        ({"geoJson": {"features": [feature({"type": "MultiPolygon"})]}}, ["INVALID_GEOJSON"], False),
        ({"geoJson": {"features": [feature({"type": "Circle"})]}}, ["INVALID_GEOJSON"], False),
        ("POINT", [], False),
        (None, [], False),
    ],
)  # fmt: skip
def test_a_shape_that_is_none_is_left_out_and_said(
    geometry: Any, codes: list[str], *, is_drawn: bool
) -> None:
    """A site in another place is worse than a question."""
    site = site_in(geometry)

    assert [fault.code for fault in site.faults] == codes
    assert (site.shape is not None, site.place) == (is_drawn, None)


@pytest.mark.parametrize(
    ("corners", "srid", "is_place"),
    [
        ((-97.75, 30.25, -97.75, 30.25), None, True),
        ((-97.75, 30.25, -97.74, 30.26), 4326, False),
        ((-97.75, 30.25, -97.75, 30.25), 4269, False),
        ((None, None, None, None), 4326, False),
    ],
)
def test_corners_that_are_one_are_a_place(
    corners: tuple[float | None, ...], srid: int | None, *, is_place: bool
) -> None:
    """A rectangle round the site is not the site."""
    names = ("longitude", "latitude", "secondaryLongitude", "secondaryLatitude")

    site = site_in({**dict(zip(names, corners, strict=True)), "srid": srid})

    assert (site.place is not None) is is_place
    assert (site.shape, site.faults) == (None, [])


def test_a_point_comes_back_as_the_place_and_beside_a_place_as_a_shape() -> None:
    """Both say where; a ticket that has both keeps both."""
    shape = {"geometry_type": "Point", "geojson": {"type": "Point", "coordinates": SQUARE[0]}}
    alone = facts_of_open_ticket(
        open_ticket_of(make_submitted(geometry=shape, gps_coordinates=None))
    )
    beside = facts_of_open_ticket(open_ticket_of(make_submitted(geometry=shape)))

    assert (alone.geometry, alone.gps_coordinates is not None) == (None, True)
    assert beside.geometry is not None
    assert beside.gps_coordinates is not None
    assert beside.gps_coordinates.latitude == 30.2672


def test_a_polygon_is_written_and_read_as_the_same_area() -> None:
    """The center widens it; nobody may make it smaller on the way."""
    facts = facts_of_open_ticket(open_ticket_of(make_submitted(geometry=polygon([SQUARE]))))

    assert facts.geometry is not None
    assert facts.geometry.geojson == {"type": "Polygon", "coordinates": [SQUARE]}
