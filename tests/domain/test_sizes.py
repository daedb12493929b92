"""How large a site is, as work orders write it."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.sizes import SIDE_FEET_MAX, SIDE_FEET_MIN, TEXT_CHARS_MAX, described_size

RADII = [
    ("50 ft radius", 50),
    ("50-foot radius", 50),
    ("50' radius", 50),
    ("a radius of 50 feet", 50),
    ("Radius: 50 ft.", 50),
    ("within a 25 ft radius of the meter", 25),
    ("Within 10 feet of the pole", 10),
    ("within about 10 ft around the pole", 10),
    ("10' around the pedestal", 10),
    ("10 ft in all directions", 10),
    ("mark 20 feet on each side", 20),
    ("ten (10) feet radius", 10),
    ("10 m radius", 32.808),
    ("10 metres in radius", 32.808),
    ("5 yd radius", 15),
    ("120 inches around", 10),
    ("6' 6\" radius", 6.5),
]
RECTANGLES = [
    ("100 x 40 ft", 100, 40),
    ("100x40ft", 100, 40),
    ("20' by 30'", 20, 30),
    ("20\u2019 \u00d7 30\u2032", 20, 30),
    ("20' x 30", 20, 30),
    ("60 feet wide and 100 feet long", 60, 100),
    ("100 feet long and 60 feet wide", 60, 100),
    ("100 ft long x 40 ft wide", 40, 100),
    ("100 ft long by 40 ft", 40, 100),
    ("100 ft by 40 ft wide", 40, 100),
    ("20' L x 30' W", 30, 20),
    ("20'6\" x 30''", 20.5, 2.5),
    ("10 x 12 x 4 ft deep", 10, 12),
    ("4' x 4' x 5' deep", 4, 4),
    ("40 ft square", 40, 40),
    ("1,200 x 40.5 ft", 1200, 40.5),
    ("5 yards by 10 yards", 15, 30),
    ("36 in. by 48 in.", 3, 4),
]
NO_SIZES = [
    "",
    "Replace the pole",
    "2x4 lumber",
    "100 ft north of the pole",
    "within 10 days of",
    "within 10 ft",
    "4 ft wide x 6 ft deep",
    "dig 6 ft deep",
    "6 in x 6 in post",
    "400 square feet",
    "10 ft square feet",
    "radius 50",
    "40 square",
    "0.4 ft radius",
    "9,999 ft radius",
    "1234567 ft radius",
    "60 ft wide and 4 ft",
    "NW 1/4 x 20",
]


@pytest.mark.parametrize(("text", "radius_feet"), RADII)
def test_a_circle_is_read_from_its_radius(text: str, radius_feet: float) -> None:
    """The ways in which dispatchers write it."""
    size = described_size(f"Dig at the pole, {text} please.")

    assert size is not None
    assert size.is_round
    assert size.radius_feet == pytest.approx(radius_feet, abs=0.001)
    assert size.assumptions == ()


@pytest.mark.parametrize(("text", "width_feet", "length_feet"), RECTANGLES)
def test_a_rectangle_is_read_from_its_sides(
    text: str, width_feet: float, length_feet: float
) -> None:
    """The width is what is called wide; if nothing is, what comes first."""
    size = described_size(f"Area: {text}")

    assert size is not None
    assert (size.width_feet, size.length_feet) == pytest.approx((width_feet, length_feet))
    assert not size.is_round
    assert size.assumptions == ()


@pytest.mark.parametrize("text", NO_SIZES)
def test_a_text_without_the_size_of_a_site_gives_none(text: str) -> None:
    """A size that was read into a text moves the paint."""
    assert described_size(text) is None


def test_of_several_sizes_the_largest_is_taken_and_the_choice_is_told() -> None:
    """A mark too many costs paint, one too few costs a line."""
    size = described_size("within 10 ft of the pole; work area 100 x 40 ft")

    assert size is not None
    assert (size.width_feet, size.length_feet) == (100, 40)
    assert size.square_feet == 4_000
    assert size.assumptions == (
        'Several sizes are described; the largest was taken: "100 x 40 ft".',
    )


def test_a_size_that_is_said_twice_is_one_size() -> None:
    """Nothing was chosen, so that there is nothing to tell."""
    size = described_size("50 ft radius. Mark a 50 ft radius.")

    assert size is not None
    assert size.assumptions == ()
    assert size.square_feet == pytest.approx(7_853.98, abs=0.01)


@pytest.mark.parametrize(
    "text",
    [
        "1" * TEXT_CHARS_MAX,
        "1," * TEXT_CHARS_MAX,
        "10 x " * TEXT_CHARS_MAX,
        "10'10\" x " * TEXT_CHARS_MAX,
        "1 ft" + " " * TEXT_CHARS_MAX,
        "(" * TEXT_CHARS_MAX,
        "within a " * TEXT_CHARS_MAX,
        "1 ft long and " * TEXT_CHARS_MAX,
    ],
    ids=lambda text: text[:9],
)
def test_no_text_keeps_the_reader_busy(text: str) -> None:
    """It takes some milliseconds; the limit is for slow machines."""
    began = perf_counter()

    described_size(text)

    assert perf_counter() - began < 2


@given(st.text(alphabet="0123456789.,'\"xby ftradiusquwonlgmep\u0663\u00b2-()/", max_size=60))
def test_every_size_that_is_read_could_be_a_site(text: str) -> None:
    """Whatever is written, nothing is raised, and the limits hold."""
    size = described_size(text)

    assert size is None or SIDE_FEET_MIN <= size.width_feet <= SIDE_FEET_MAX
    assert size is None or SIDE_FEET_MIN <= size.length_feet <= SIDE_FEET_MAX
