"""What makes an emergency, and what only sounds like it."""

import pytest

from tests.domain.answers import facts_of, refusal_of


@pytest.mark.parametrize(
    "said",
    [
        *("not an emergency", "It's not really an emergency", "non-emergency", "not urgent"),
        *(
            "no gas leak",
            "there is no leak, just want it quick",
            "nothing really",
            "it isn't one",
        ),
        *("false alarm", "planned work", "just need it fast", "no danger", "no leak, no fire"),
        *("power is not out", "no gas here", "no power problem", "we don't want to hit a line"),
        *("the leak was fixed yesterday", "planned outage", "is there a leak?", "urgent"),
        *(
            "Replace the gas line down Main St",
            "fire hydrant replacement",
            "break ground Monday",
        ),
        *("to avoid a leak", "nothing is leaking", "ask the foreman"),
        *("no one is out of power", "we want to fix it before something breaks"),
    ],
)
def test_who_denies_the_emergency_or_names_no_danger_does_not_justify_it(said: str) -> None:
    """It would stand in the notice as the reason for one."""
    assert "Normal" in str(refusal_of("emergency_justification", said, is_required=True).remedy)


@pytest.mark.parametrize(
    "said",
    [
        *(
            "Gas leak, crew on site",
            "No power at the hospital",
            "no water",
            "no power",
            "gas out",
        ),
        *("no danger, but gas service is out", "Water main break, no risk to traffic"),
        *(
            "gas leak, no immediate danger to life but service is out",
            "customers without power",
        ),
        *(
            "Live wires hang over the street, the crew is on site",
            "sewer backed up into a house",
        ),
        *("the power is out at the school", "fiber cut", "water off at the school"),
        *("a pole was hit by a truck", "Sinkhole in the road", "Gas blows in the street"),
        *(
            "electric line down",
            "cable cut by a contractor",
            "no service",
            "carbon monoxide in a house",
        ),
    ],
)
def test_a_danger_or_an_outage_justifies_an_emergency(said: str) -> None:
    """Whatever it begins with."""
    assert facts_of("emergency_justification", said) == {"emergency_justification": said}
