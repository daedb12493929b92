"""Where the digging is, as somebody says it: a coordinate, a shape (WGS-84, degrees).

What is computed from a shape is in `domain.geometry`.
"""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, JsonValue

# How a value came to be known, not what it says: two points that differ here are one place.
PROVENANCE_FIELDS = frozenset({"source", "geometry_source", "confidence"})


class CoordinateSource(StrEnum):
    """How a coordinate came to be known."""

    GEOCODED = "geocoded"
    MANUAL = "manual"
    EXTRACTED = "extracted"


class GeometryType(StrEnum):
    """The shapes that a work site may have."""

    POINT = "Point"
    POLYGON = "Polygon"
    LINE_BUFFER = "LineBuffer"
    CIRCLE = "Circle"


class GeometrySource(StrEnum):
    """How a shape came to be known."""

    EXTRACTED = "extracted"
    GEOCODED = "geocoded"
    MANUAL = "manual"
    GPS = "GPS"


class GPSCoordinate(BaseModel):
    """A point in degrees, WGS-84; one of the two numbers may still be missing in a draft."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    source: CoordinateSource | None = None
    confidence: float | None = Field(default=None, ge=0.0, le=1.0)

    @property
    def is_whole(self) -> bool:
        """Are both numbers known? An empty coordinate says nothing about a place."""
        return self.latitude is not None and self.longitude is not None


class Geometry(BaseModel):
    """The shape of the work site as GeoJSON, with what was assumed to draw it."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    geometry_type: GeometryType
    geojson: dict[str, JsonValue]
    confidence: float = Field(default=0.0, ge=0.0, le=1.0)
    geometry_source: GeometrySource | None = None
    assumptions: list[str] = Field(default_factory=list)
    warnings: list[str] = Field(default_factory=list)
    area_square_feet: float | None = None
    buffer_distance_feet: float | None = None
