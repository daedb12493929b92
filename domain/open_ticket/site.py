"""The site of a ticket as the Open Ticket format draws it: areas, corners, GeoJSON and WKT."""

from collections.abc import Iterator

from pydantic import JsonValue

from domain.errors import RejectedError
from domain.geometry import bounding_box, buffered, checked, point_at, to_wkt
from domain.location import Geometry, GeometryType
from domain.open_ticket.format import SRID, Fault, OpenTicketError, Section
from domain.ticket import Ticket


def site_of(ticket: Ticket) -> tuple[Geometry | None, list[Fault]]:
    """Return the site, a circle or a strip as a polygon, or what is wrong with its shape.

    Neither for a ticket that says nothing about it.
    """
    place = ticket.gps_coordinates
    try:
        if ticket.geometry:
            return _outlined(ticket.geometry), []
        return (point_at(place) if place and place.is_whole else None), []
    except OpenTicketError as error:
        return None, list(error.errors)
    except RejectedError as error:
        return None, [Fault("geometry.geoJson", "INVALID_GEOJSON", error.problem)]


def _outlined(geometry: Geometry) -> Geometry:
    site = checked(geometry)
    is_wide = site.geometry_type in {GeometryType.CIRCLE, GeometryType.LINE_BUFFER}
    if not is_wide or site.geojson["type"] not in {"Point", "LineString"}:
        return site
    if site.buffer_distance_feet is None:
        sentence = f"How far the {site.geometry_type} reaches is not known."
        fault = Fault("geometry.workSiteArea", "GEOMETRY_MISMATCH", sentence)
        raise OpenTicketError("The site cannot be drawn.", [fault], remedy="State its buffer.")
    outline = buffered(site.geojson, site.buffer_distance_feet)
    return site.model_copy(update={"geojson": outline})


def geometry_section(site: Geometry) -> Section:
    """Return the section of a site that `site_of` has drawn: corners, WKT and GeoJSON agree."""
    west, south, east, north = bounding_box(site.geojson)
    areas = list(_parts(site.geojson))
    drawn: list[JsonValue] = [to_wkt(area) for area in areas]
    # The center widens the site itself and does not say by how much: no buffer is known here.
    objects = [(kind, area) for kind in ("excavationSite", "bufferedSite") for area in areas]
    return {
        "srid": SRID,
        "longitude": west,
        "latitude": north,
        "secondaryLongitude": east,
        "secondaryLatitude": south,
        "boundaryArea": [f"MULTIPOINT (({west} {south}), ({east} {north}))"],
        "workSiteArea": drawn,
        "bufferedArea": [*drawn],
        "geoJson": {
            "type": "FeatureCollection",
            "bbox": [west, south, east, north],
            "features": [
                {
                    "type": "Feature",
                    "id": at,
                    "properties": {"objectType": kind},
                    "geometry": area,
                }
                for at, (kind, area) in enumerate(objects)
            ],
        },
    }


def _parts(geojson: Section) -> Iterator[Section]:
    """Yield the polygons of a shape that has several, each as a shape of its own."""
    several = geojson["coordinates"] if geojson["type"] == "MultiPolygon" else None
    if not isinstance(several, list):
        yield geojson
        return
    for rings in several:
        yield {"type": "Polygon", "coordinates": rings}
