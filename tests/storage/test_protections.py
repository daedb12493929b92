"""The list of protective lines speaks of lines that are there."""

import pytest

from tests.storage.protections import ROOT
from tests.storage.protective_lines import PROTECTIONS, Protection


@pytest.mark.parametrize("protection", PROTECTIONS, ids=lambda protection: protection.name)
def test_a_protective_line_stands_once_where_the_list_says(protection: Protection) -> None:
    """Or taking it out would change nothing, and prove nothing."""
    assert (ROOT / protection.file).read_text().count(protection.line) == 1
