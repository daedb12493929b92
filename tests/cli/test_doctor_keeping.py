"""`texas811 doctor` says where what is over is kept for less than it may be asked for."""

import pytest

from cli.doctor_settings import keeping
from config import Config


@pytest.mark.parametrize(
    ("days", "months", "states"), [(90, 12, ["note", "note"]), (730, 24, ["ok", "ok"])]
)
def test_what_is_kept_for_less_than_a_damage_claim_lives_is_noted(
    days: int, months: int, states: list[str]
) -> None:
    """The specification's own defaults are shorter; which variable, and to what, is said."""
    found = list(keeping(Config(data_retention_days=days, audit_retention_months=months)))

    assert [one.state for one in found] == states
    if states[0] == "note":
        assert "a damage claim lives two years" in found[0].seen
        assert "DATA_RETENTION_DAYS=730" in found[0].remedy
