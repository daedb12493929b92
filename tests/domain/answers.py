"""Answers as a person says them, ten in the morning on a Sunday in Austin."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.answering import answer
from domain.asking import Asked
from domain.errors import RejectedError
from domain.spoken_days import Here
from domain.texas import zone_named

NOW = datetime(2026, 11, 29, 16, 0, tzinfo=UTC)
EARLIEST = datetime(2026, 12, 1, 16, 30, tzinfo=UTC)
AUSTIN = Here(NOW, zone_named("America/Chicago"), EARLIEST)
EL_PASO = Here(NOW, zone_named("America/Denver"))


def facts_of(field: str, said: object, place: Here = AUSTIN, **asked: Any) -> dict[str, Any]:
    """Return the facts that an answer states."""
    return dict(answer(Asked(field, **asked), said, place).facts)


def refusal_of(field: str, said: object, place: Here = AUSTIN, **asked: Any) -> RejectedError:
    """Return the refusal of an answer that states nothing."""
    with pytest.raises(RejectedError) as refused:
        answer(Asked(field, **asked), said, place)
    return refused.value
