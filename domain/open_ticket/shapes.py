"""The shape of a site, read from the geometry of an Open Ticket: from its GeoJSON, else its WKT.

A shape that cannot be drawn is left out and said; a rectangle round the site is not the site.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pydantic import JsonValue, ValidationError
from pydantic_core import from_json

from domain.errors import RejectedError
from domain.geometry import checked
from domain.location import (
    CoordinateSource,
    Geometry,
    GeometrySource,
    GeometryType,
    GPSCoordinate,
)
from domain.open_ticket.format import SRID, Fault, Section
from domain.open_ticket.slots import Slots, first_in, items_of, slots_of, text_in
from domain.responses import code_key

WKT_CHARACTERS_MAX = 200_000
WKT = re.compile(
    r"\s*(POINT|LINESTRING|POLYGON|MULTIPOLYGON)\s{0,3}Z?\s*(\(.+\))\s*",
    re.IGNORECASE | re.DOTALL,
)
# Every repetition is limited, so that the time grows with the text and no faster.
NUMBER = r"[-+]?\d{1,20}(?:\.\d{0,20})?"
POSITION = re.compile(
    rf"(?<![\d.])({NUMBER})\s{{1,3}}({NUMBER})(?:\s{{1,3}}{NUMBER})?(?![\d.])"
)

GEOJSON_NAMES = {"POINT": "Point", "LINESTRING": "LineString", "POLYGON": "Polygon"}
GEOJSON_NAMES["MULTIPOLYGON"] = "MultiPolygon"
# A line alone says nothing of how wide the digging is.
OURS = {"Point": GeometryType.POINT, "LineString": GeometryType.LINE_BUFFER}

AREA_PATH = "geometry.workSiteArea"


@dataclass(frozen=True, slots=True)
class Site:
    """What an Open Ticket says about the place: a point, or a shape; and what was left out."""

    place: GPSCoordinate | None = None
    shape: Geometry | None = None
    faults: list[Fault] = field(default_factory=list)


def site_in(section: JsonValue, *, draws_points: bool = False) -> Site:
    """Return the site. A point is a place, or with `draws_points` a shape like any other."""
    slots = slots_of(section)
    faults: list[Fault] = []
    drawn = list(_from_geojson(slots)) or list(_from_wkt(slots, faults))
    chosen = _chosen(drawn or list(_from_corners(slots)), faults)
    if chosen is None:
        return Site(faults=faults)
    try:
        shape = _shape(chosen)
    except RejectedError as error:
        return Site(faults=[*faults, Fault("geometry", "INVALID_GEOJSON", error.problem)])
    except ValidationError:
        sentence = "The shape holds something else than numbers."
        return Site(faults=[*faults, Fault("geometry", "INVALID_GEOJSON", sentence)])
    if shape.geometry_type is GeometryType.POINT and not draws_points:
        return Site(place=_place(shape), faults=faults)
    return Site(shape=shape, faults=faults)


# Where a shape may stand.


def _from_geojson(slots: Slots) -> Iterator[Section]:
    """Yield the shapes of the excavation site; what the center made wider is not dug."""
    for feature in items_of(slots_of(slots.get("geojson")).get("features")):
        said = slots_of(feature)
        properties = slots_of(said.get("properties"))
        kind = text_in(properties, "objecttype") or text_in(properties, "layer")
        geometry = slots_of(said.get("geometry"))
        if code_key(kind) == "excavationsite" and geometry:
            yield {
                "type": text_in(geometry, "type"),
                "coordinates": geometry.get("coordinates"),
            }


def _from_wkt(slots: Slots, faults: list[Fault]) -> Iterator[Section]:
    texts = items_of(first_in(slots, "worksitearea", "worksitewkt"))
    if texts and not _is_in_degrees(slots):
        faults.append(Fault("geometry.srid", "INVALID_SRID", f"The SRID is not {SRID}."))
        return
    for text in filter(None, texts):
        shape = _well_known(text) if isinstance(text, str) else None
        if shape:
            yield shape
        else:
            sentence = "A shape of the site is not Well-Known Text of a kind that is read here."
            faults.append(Fault(AREA_PATH, "INVALID_WKT", sentence))


def _from_corners(slots: Slots) -> Iterator[Section]:
    """Yield the point of a site whose two corners are one and the same."""
    longitude, latitude = slots.get("longitude"), slots.get("latitude")
    others = slots.get("secondarylongitude"), slots.get("secondarylatitude")
    is_given = longitude is not None and latitude is not None
    if is_given and others == (longitude, latitude) and _is_in_degrees(slots):
        yield {"type": "Point", "coordinates": [longitude, latitude]}


def _is_in_degrees(slots: Slots) -> bool:
    return slots.get("srid") in (None, SRID)


def _well_known(text: str) -> Section | None:
    """Return Well-Known Text as GeoJSON: the same numbers, otherwise bracketed."""
    found = WKT.fullmatch(text) if len(text) <= WKT_CHARACTERS_MAX else None
    if found is None:
        return None
    kind, body = GEOJSON_NAMES[found[1].upper()], POSITION.sub(r"[\1,\2]", found[2])
    try:
        nested = from_json(body.replace("(", "[").replace(")", "]"), allow_inf_nan=False)
    except ValueError:
        return None
    is_point = kind == "Point" and isinstance(nested, list) and len(nested) == 1
    return {"type": kind, "coordinates": nested[0] if is_point else nested}


# Which shape it is.


def _chosen(drawn: list[Section], faults: list[Fault]) -> Section | None:
    """Return the one shape that all of these are together: areas, or a single point or line."""
    areas = [ring for shape in drawn for ring in _polygons(shape)]
    others = [shape for shape in drawn if shape["type"] not in {"Polygon", "MultiPolygon"}]
    if others and (areas or len(others) > 1):
        sentence = "Points and lines beside another shape of the site are left out."
        faults.append(Fault(AREA_PATH, "GEOMETRY_MISMATCH", sentence))
    if len(areas) > 1:
        return {"type": "MultiPolygon", "coordinates": areas}
    if areas:
        return {"type": "Polygon", "coordinates": areas[0]}
    return others[0] if len(others) == 1 else None


def _polygons(shape: Section) -> list[JsonValue]:
    if shape["type"] == "Polygon":
        return [shape["coordinates"]]
    # One without parts is kept as one that cannot be drawn, so that it is said.
    return (items_of(shape["coordinates"]) or [None]) if shape["type"] == "MultiPolygon" else []


def _shape(geojson: Section) -> Geometry:
    """Return the shape as it is stored. Raises RejectedError or ValidationError if it is none."""
    return checked(
        Geometry(
            geometry_type=OURS.get(text_in(geojson, "type"), GeometryType.POLYGON),
            geojson=geojson,
            confidence=1.0,
            geometry_source=GeometrySource.EXTRACTED,
        )
    )


def _place(shape: Geometry) -> GPSCoordinate:
    longitude, latitude = items_of(shape.geojson["coordinates"])
    return GPSCoordinate.model_validate(
        {"latitude": latitude, "longitude": longitude, "source": CoordinateSource.EXTRACTED}
    )
