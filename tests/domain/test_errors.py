"""Failures: named for what the caller should do next."""

import pytest

from domain import errors

FOUR = (
    errors.NotFoundError,
    errors.RejectedError,
    errors.ConflictError,
    errors.UnavailableError,
)


@pytest.mark.parametrize("kind", FOUR)
def test_a_failure_carries_its_field_its_remedy_and_what_would_do(
    kind: type[errors.Texas811Error],
) -> None:
    """A person is told what is wrong and what mends it."""
    failure = kind(
        "Bexer is no county.", field="county", remedy="Correct it.", suggested_values=["Bexar"]
    )

    assert str(failure) == failure.problem == "Bexer is no county."
    assert (failure.field, failure.remedy) == ("county", "Correct it.")
    assert failure.suggested_values == ("Bexar",)


def test_a_failure_needs_no_more_than_a_sentence() -> None:
    """Not every failure has a field or a remedy."""
    failure = errors.ConflictError("Somebody was faster.")

    assert (failure.field, failure.remedy, failure.suggested_values) == (None, None, ())


@pytest.mark.parametrize("kind", [errors.TooLargeError, errors.WrongKindError])
def test_what_is_too_large_or_of_another_kind_is_rejected(kind: type[Exception]) -> None:
    """A caller that knows only the four names must still do the right thing."""
    assert issubclass(kind, errors.RejectedError)


@pytest.mark.parametrize("kind", FOUR)
def test_no_failure_is_a_kind_of_another(kind: type[Exception]) -> None:
    """To wait, to stop, to mend and to read again are four different things to do."""
    assert [other for other in FOUR if issubclass(kind, other)] == [kind]
