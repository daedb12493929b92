"""Siblings: the leaves of one object, and what one of them is because of another."""

import re
from dataclasses import dataclass, field

from extraction.document import Line
from extraction.keys.splitting import words_of
from extraction.labels.concepts import Label, name_of
from extraction.values.addresses import SUFFIX
from extraction.values.coordinates import point_of

GROUP_LINES_MAX = 300  # siblings that a leaf is compared with
KIND_OF_STREET = re.compile(SUFFIX, re.IGNORECASE)
OF_ROADS = frozenset(["street", "address", "cross", "intersection", "road"])
AXIS = re.compile(
    r"(?:(?P<before>[a-z0-9 ]{0,30}) )?(?P<axis>[xy])(?: (?P<behind>[a-z ]{0,20}))?"
)
AXES = {"x": "longitude", "y": "latitude"}
OTHER_AXIS = {"x": "y", "y": "x"}


@dataclass(slots=True)
class Group:
    """What stands in one object: its leaves by the words of their keys."""

    lines: list[Line] = field(default_factory=list)
    _by_key: dict[str, Line] | None = None

    @property
    def by_key(self) -> dict[str, Line]:
        if self._by_key is None:
            self._by_key = {}
            for line in self.lines:
                self._by_key.setdefault(name_of(line.label or ""), line)
        return self._by_key


def of_axis(line: Line, group: Group) -> Label | None:
    """Return what `x` is beside `y`, and `centroid_x` beside `centroid_y`."""
    match = AXIS.fullmatch(name_of(line.label or ""))
    if match is None:
        return None
    words = (match["before"], OTHER_AXIS[match["axis"]], match["behind"])
    other = group.by_key.get(" ".join(word for word in words if word))
    if other is None:
        return None
    is_bare = not (match["before"] or match["behind"])
    north, east = (line, other) if match["axis"] == "y" else (other, line)
    is_point = is_bare or point_of(f"{north.text} {east.text}") is not None
    return Label(AXES[match["axis"]]) if is_point else None


def of_road(key: str, around: str, value: str) -> Label | None:
    """Return what the type of a road is: a part of its name."""
    is_kind = name_of(key) == "type" and KIND_OF_STREET.fullmatch(value) is not None
    is_road = is_kind and not OF_ROADS.isdisjoint(words_of(around).split())
    return Label("street_behind") if is_road else None
