"""How deep, as people say it."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import RejectedError
from domain.spoken_sizes import depth_said
from tests.domain.answers import facts_of, refusal_of


@pytest.mark.parametrize(
    ("said", "inches"),
    [
        ("4 ft", 48),
        ("4'", 48),
        ("about 4 feet deep", 48),
        ("four feet", 48),
        ("3'6\"", 42),
        ("3\u2032 6\u2033", 42),
        ("3 ft 6 in", 42),
        ("3 feet and 6 inches", 42),
        ("48 inches", 48),
        ("48in", 48),
        ("2.5 ft", 30),
        ("two and a half feet", 30),
        ("1 1/2 ft", 18),
        ("half a foot", 6),
        ("no more than 4 ft", 48),
        ('up to 36"', 36),
        ("1.2 m", 48),
        ("10 yards", 360),
        ("1,000 ft", 12_000),
        ("thirty-six inches", 36),
        ("twenty-four inches", 24),
        ("forty two inches", 42),
        ("2-1/2 ft", 30),
        ("1-1/2 ft", 18),
        ("2 3/4 ft", 33),
        ('2-3/4"', 3),
        ("1/2 ft", 6),
        ("4 ft please", 48),
        ("yes 4 ft", 48),
        ("ok 4 ft", 48),
        ("it should be 5 ft", 60),
        ("8 ft bore pits", 96),
        ("10 ft for bore", 120),
        ("one hundred feet", 1_200),
        ("four feet and a half", 54),
        ("a foot and a half", 18),
        ("an inch and a half", 2),
        ("five feet, four inches", 64),
        ("2 ft., 6 in.", 30),
        ("4', 6\"", 54),
        ("4 ft - 6 in", 54),
        (".5 ft", 6),
        ("4 ft max.", 48),
        ("at most 4 ft below grade", 48),
        ("we'll dig 4 ft", 48),
        ("4-foot-deep", 48),
        ("four (4) feet", 48),
    ],
)
def test_a_depth_is_read_in_feet_and_inches(said: str, inches: int) -> None:
    """In whole inches, and never too few."""
    assert facts_of("depth_inches", said) == {"depth_inches": inches}


@pytest.mark.parametrize(
    ("said", "inches"),
    [
        ("18-24 in", 24),
        ("18 to 24 inches", 24),
        ("18\u201324\u2033", 24),
        ("4-5'", 60),
        ("2 or 3 feet", 36),
        ("7 ft for the pole, 5 ft for the anchor", 84),
        ("from 4 to 6 ft", 72),
        ("between 4 and 6 ft", 72),
        ("18 in to 2 ft", 24),
        ("4'-8'", 96),
        ('18"-24"', 24),
    ],
)
def test_of_several_depths_the_deeper_is_meant_and_the_words_are_kept(
    said: str, inches: int
) -> None:
    """A notice that promises less than is dug is no notice."""
    assert facts_of("depth_inches", said) == {
        "depth_inches": inches,
        "depth_description": said,
    }


@pytest.mark.parametrize(
    "said",
    [
        *("greater than 4 ft", "in excess of 10 ft", "> 4 ft", ">4 ft", "beyond 6 feet"),
        *("below 4 ft", "exceeds 4 ft", "exceeding 4 ft", "\u2265 4 ft", "4 ft +", "4+ ft"),
        *("4 ft or greater", "4 ft or more", "4 ft and deeper", "4 ft but could go deeper"),
        *("starts at 4 ft", "4 ft average", "more than 4 ft", "at least 3 feet", "over 4 ft"),
        *("probably 6 ft", "probably six feet", "4 ft minimum"),
    ],
)
def test_a_depth_without_a_bound_is_asked_for_its_greatest(said: str) -> None:
    """A promise of less than is dug is none."""
    assert str(refusal_of("depth_inches", said).remedy).startswith("How deep at most?")


@pytest.mark.parametrize(
    "said",
    [
        *("4", "deep", "-3 ft", "3 poles 4 ft", "2,000 ft", "9" * 400, "0 ft", "0 in"),
        *("not 4 ft", "not less than 4 ft", "no less than 4 ft", "minus 4 ft", "\u22124 ft"),
        *("6 inch pipe", "100 ft from the road", "2 ft wide, 4 ft deep", "2x4 ft", "4 - 6"),
        *("24-18 in", "6 to 4 ft", "4 ft to 6 in", "12-5/2 ft", "3'18\"", "4 ft, 48 in"),
        *(
            "4/5 ft",
            "5/6 feet",
            "2/3 ft",
            "4-5/6 ft",
            "3-4/5 ft",
            "3/4 ft",
            "2-3/4 ft",
            "5/8 ft",
        ),
        *("1 2/3 ft", "7/8 in", "18 inches of cover", "8'-4'", "1/2-3/4 ft"),
        *("a hundred and twenty inches", "two dozen inches", "4 ft?", "4 ft 6 in 7"),
    ],
)
def test_a_depth_without_unit_or_bound_is_refused_with_an_example(said: str) -> None:
    """Nobody is taken to have meant feet."""
    assert refusal_of("depth_inches", said).remedy


UNITS = {"in": 1, "inches": 1, '"': 1, "ft": 12, "feet": 12, "'": 12, "yards": 36}
BETWEEN = st.sampled_from(
    [
        " ",
        ", ",
        " and ",
        " or ",
        " - ",
        "-",
        " to ",
        " for the pole, ",
        " deep ",
        " not ",
        " + ",
        "; ",
    ]
)


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.sampled_from(sorted(UNITS)), BETWEEN),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(["", "about ", "up to ", "over ", "from ", "between ", "twenty-"]),
)
def test_a_depth_is_never_less_than_any_measure_in_its_text(
    parts: list[tuple[int, str, str]], lead: str
) -> None:
    """Whatever joins them, and whatever stands before."""
    text = lead + "".join(f"{number} {unit}{between}" for number, unit, between in parts)
    with suppress(RejectedError):
        assert depth_said(text)["depth_inches"] >= max(
            number * UNITS[unit] for number, unit, _between in parts
        )


@given(st.integers(1, 9), st.sampled_from([2, 4]), st.sampled_from(["ft", "inches", "yards"]))
def test_a_mixed_number_is_more_than_its_whole(whole: int, under: int, unit: str) -> None:
    """However it is joined."""
    told = {
        depth_said(f"{whole}{joint}1/{under} {unit}")["depth_inches"]
        for joint in (" ", "-", " and ")
    }

    [inches] = told
    assert UNITS.get(unit, 1) * whole < inches <= UNITS.get(unit, 1) * (whole + 1)


@given(
    st.sampled_from(["4 ft", "48 in", "3'6\""]),
    st.text(alphabet="bcdfghjklmquvxz+><=?", min_size=2, max_size=9),
)
def test_what_is_not_understood_beside_a_depth_refuses_it(said: str, word: str) -> None:
    """It may be the word that makes it deeper."""
    for text in (f"{word} {said}", f"{said} {word}"):
        with pytest.raises(RejectedError):
            depth_said(text)
