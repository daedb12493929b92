"""Where the states lie: a box around each, half a degree wide of its borders.

The boxes only show that a coordinate is far from the state that an address names.
"""

MARGIN = 0.5  # degrees, about 50 km: boxes are coarse and nobody should be warned in vain

# state: south, north, west, east
BOXES = {
    code: tuple(float(number) for number in numbers)
    for code, *numbers in (
        line.split()
        for line in """\
AL 30.2 35.0 -88.5 -84.9
AR 33.0 36.5 -94.6 -89.6
AZ 31.3 37.0 -114.8 -109.0
CA 32.5 42.0 -124.4 -114.1
CO 37.0 41.0 -109.1 -102.0
CT 41.0 42.1 -73.7 -71.8
DE 38.4 39.8 -75.8 -75.0
FL 24.5 31.0 -87.6 -80.0
GA 30.4 35.0 -85.6 -80.8
IA 40.4 43.5 -96.6 -90.1
ID 42.0 49.0 -117.2 -111.0
IL 37.0 42.5 -91.5 -87.0
IN 37.8 41.8 -88.1 -84.8
KS 37.0 40.0 -102.1 -94.6
KY 36.5 39.1 -89.6 -82.0
LA 28.9 33.0 -94.0 -88.8
MA 41.2 42.9 -73.5 -69.9
MD 37.9 39.7 -79.5 -75.0
ME 43.0 47.5 -71.1 -66.9
MI 41.7 48.3 -90.4 -82.4
MN 43.5 49.4 -97.2 -89.5
MO 36.0 40.6 -95.8 -89.1
MS 30.2 35.0 -91.7 -88.1
MT 44.4 49.0 -116.1 -104.0
NC 33.8 36.6 -84.3 -75.4
ND 45.9 49.0 -104.1 -96.6
NE 40.0 43.0 -104.1 -95.3
NH 42.7 45.3 -72.6 -70.6
NJ 38.9 41.4 -75.6 -73.9
NM 31.3 37.0 -109.1 -103.0
NV 35.0 42.0 -120.0 -114.0
NY 40.5 45.0 -79.8 -71.9
OH 38.4 42.0 -84.8 -80.5
OK 33.6 37.0 -103.0 -94.4
OR 42.0 46.3 -124.6 -116.5
PA 39.7 42.3 -80.5 -74.7
RI 41.1 42.0 -71.9 -71.1
SC 32.0 35.2 -83.4 -78.5
SD 42.5 45.9 -104.1 -96.4
TN 35.0 36.7 -90.3 -81.6
TX 25.8 36.5 -106.7 -93.5
UT 37.0 42.0 -114.1 -109.0
VA 36.5 39.5 -83.7 -75.2
VT 42.7 45.0 -73.4 -71.5
WA 45.5 49.0 -124.8 -116.9
WI 42.5 47.1 -92.9 -86.8
WV 37.2 40.6 -82.6 -77.7
WY 41.0 45.0 -111.1 -104.0""".splitlines()
    )
}


def is_in_state(point: tuple[float, float], state: str) -> bool:
    """Is the point in or near this state? A state without a box has every point."""
    box = BOXES.get(state)
    if box is None:
        return True
    south, north, west, east = box
    is_level = south - MARGIN <= point[0] <= north + MARGIN
    return is_level and west - MARGIN <= point[1] <= east + MARGIN
