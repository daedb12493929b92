"""A short round of what `python -m tests.fuzz` does at length."""

from pathlib import Path

import pytest

from domain.access import Role
from tests.fuzz.__main__ import fuzz
from tests.fuzz.seeding import NOBODY

CASES, SEED = 150, 811
OPEN_TO_ALL = {"GET /healthz", "GET /livez", "GET /readyz"}


@pytest.mark.slow
async def test_every_operation_answers_as_it_is_documented(tmp_path: Path) -> None:
    """A generated client believes the document; and no client may cause a 5xx."""
    told, accidents = await fuzz(tmp_path / "data", cases=CASES, seed=SEED)

    assert told.cases >= CASES
    assert {role for _operation, role in told.statuses} == {*Role, NOBODY}
    assert told.faults == {}
    assert accidents == []
    assert not any(
        status // 100 == 2
        for (operation, role), counted in told.statuses.items()
        for status in counted
        if role == NOBODY and operation not in OPEN_TO_ALL
    )
