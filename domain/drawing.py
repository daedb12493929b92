"""The shape of a site, drawn from what was said of it: a point, and a size in feet.

A shape that a person stated, or that the document gave, is never drawn over. One that was drawn
here says so among its assumptions, and is drawn anew when the point or the size changes.
"""

from contextlib import suppress
from datetime import datetime

from domain.errors import RejectedError
from domain.geometry import site_at
from domain.location import Geometry
from domain.sizes import described_size
from domain.ticket import Ticket

DRAWN = "Drawn from the point and the described size of the work area."


def drawn(ticket: Ticket, *, now: datetime) -> Ticket:
    """Return the ticket with the shape that follows from its point and its described size.

    It has none where the point is missing or not in Texas, or no size is said.
    """
    stated = ticket.geometry
    if "geometry" in ticket.confirmed_fields or (stated and DRAWN not in stated.assumptions):
        return ticket
    shape = _shape_of(ticket)
    return ticket if shape == stated else ticket.revised(now=now, geometry=shape)


def _shape_of(ticket: Ticket) -> Geometry | None:
    point = ticket.gps_coordinates
    size = described_size(ticket.work_area_size_description or "") or described_size(
        ticket.work_area_description or ""
    )
    if point is None or not point.is_whole or size is None:
        return None
    with suppress(RejectedError):  # a point that is nowhere in Texas is a gap of its own
        shape = site_at(point, size)
        return shape.model_copy(update={"assumptions": [DRAWN, *shape.assumptions]})
    return None
