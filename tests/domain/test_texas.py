"""Texas and its counties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import RejectedError
from domain.texas import (
    counties,
    county_key,
    find_county,
    required_county,
    suggest_counties,
)

NAMES = sorted(county.name for county in counties().values())


def test_texas_has_its_254_counties() -> None:
    """FIPS gives the counties of a state odd numbers in the order of their names."""
    codes = sorted(county.fips for county in counties().values())

    assert codes == [f"48{number:03}" for number in range(1, 508, 2)]


def test_two_counties_keep_mountain_time() -> None:
    """A deadline at midnight is an hour later in El Paso."""
    mountain = [one.name for one in counties().values() if one.timezone == "America/Denver"]
    central = [one.name for one in counties().values() if one.timezone == "America/Chicago"]

    assert sorted(mountain) == ["El Paso", "Hudspeth"]
    assert len(central) == 252


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("Travis", "Travis"),
        ("TRAVIS COUNTY", "Travis"),
        ("travis", "Travis"),
        (" Travis ", "Travis"),
        ("De Witt", "DeWitt"),
        ("DEWITT county", "DeWitt"),
        ("LaSalle", "La Salle"),
        ("La Salle", "La Salle"),
        ("Mc Lennan", "McLennan"),
        ("MCLENNAN", "McLennan"),
        ("Deaf-Smith", "Deaf Smith"),
        ("Jim Hogg County", "Jim Hogg"),
        ("ElPaso", "El Paso"),
    ],
)
def test_a_county_is_found_in_the_spellings_of_work_orders(spelling: str, name: str) -> None:
    """A person who writes it another way has still said which county."""
    county = find_county(spelling)

    assert county is not None
    assert county.name == name


@given(st.sampled_from(NAMES), st.sampled_from([str.upper, str.lower, str.title, str.swapcase]))
def test_every_county_is_found_in_any_case(name: str, case: type[str]) -> None:
    """Utilities shout."""
    county = find_county(f"{case(name)} County")

    assert county is not None
    assert county.name == name


@pytest.mark.parametrize("name", ["", "County", "???", "Maricopa", "Harris & Travis", "TX"])
def test_what_is_no_county_is_not_found(name: str) -> None:
    """A wrong county sends the notice to the wrong operators."""
    assert find_county(name) is None


@given(st.text())
def test_any_text_can_be_looked_up_and_offered_for(name: str) -> None:
    """What a document calls a county may be anything."""
    offered = suggest_counties(name)

    assert len(offered) <= 3
    assert set(offered) <= set(NAMES)
    assert county_key(county_key(name)) in {county_key(name), county_key(name)[:-6]}


@pytest.mark.parametrize(
    ("misspelt", "meant"), [("Haris", "Harris"), ("Brasoria", "Brazoria"), ("Bexer", "Bexar")]
)
def test_a_misspelt_county_is_recognised_first(misspelt: str, meant: str) -> None:
    """The likeliest name stands where a person looks first."""
    assert suggest_counties(misspelt)[0] == meant


def test_nothing_is_offered_for_what_is_like_no_county() -> None:
    """A bad guess is worse than a question."""
    assert suggest_counties("Saskatchewan") == []
    assert suggest_counties("") == []


def test_a_county_that_is_needed_and_is_none_is_refused_with_the_likely_ones() -> None:
    """Without a county there is no zone, and without a zone no date."""
    with pytest.raises(RejectedError) as refused:
        required_county("Bexer")
    with pytest.raises(RejectedError, match="Saskatchewan") as unlike:
        required_county("Saskatchewan")

    assert required_county("bexar county").name == "Bexar"
    assert refused.value.suggested_values[0] == "Bexar"
    assert refused.value.remedy == "Did you mean Bexar or Bee?"
    assert (unlike.value.field, unlike.value.remedy) == ("county", "Name one of the 254.")
