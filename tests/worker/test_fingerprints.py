"""Fingerprints: errors of the same cause have the same, whatever they name."""

import asyncio
import errno

import pytest
from pydantic import ValidationError

from domain.errors import NotFoundError
from jobs.validate_ticket import ValidateTicket
from storage.layout import checked_name
from storage.store import Store
from worker.fingerprints import fingerprint


async def caught_looking_for(store: Store, ticket_id: str) -> Exception:
    with pytest.raises(NotFoundError) as caught:
        await store.tickets.get(ticket_id)
    return caught.value


async def test_the_same_failure_of_two_tickets_is_one_group(tmp_path) -> None:
    """A hundred letters with one cause are one thing to mend."""
    store = Store(tmp_path)
    await store.open()

    one, other = [fingerprint(await caught_looking_for(store, name)) for name in ("a", "b9")]

    assert one == other
    assert one.error == "NotFoundError"
    assert one.place
    assert one.place.startswith("storage.tickets:")
    assert one.trace[-1].startswith(one.place)


def test_the_same_type_from_two_places_is_two_groups() -> None:
    """A type says little; where it came from says what to mend."""
    with pytest.raises(ValidationError) as first:
        ValidateTicket.model_validate({})
    with pytest.raises(Exception, match="cannot be") as second:
        checked_name("key", "a/b")

    one, other = fingerprint(first.value, home="tests"), fingerprint(second.value, home="tests")

    assert one.group != other.group
    assert other.place == "storage.layout:checked_name"


def test_what_a_disk_did_wrong_tells_one_failure_from_another() -> None:
    """A full disk and a broken one come through the same call."""
    full, broken = (OSError(code, "text") for code in (errno.ENOSPC, errno.EIO))

    assert fingerprint(full).error == "OSError ENOSPC"
    assert fingerprint(full).group != fingerprint(broken).group


def test_arguments_that_are_wrong_in_the_same_way_are_one_group() -> None:
    """A client that sends the wrong thing sends it often."""

    def refused(**arguments: object) -> ValidationError:
        with pytest.raises(ValidationError) as caught:
            ValidateTicket.model_validate(arguments)
        return caught.value

    one, other = fingerprint(refused(ticket_id=1)), fingerprint(refused(ticket_id=2.5))
    another = fingerprint(refused(tickets="a"))

    assert one.group == other.group != another.group
    assert one.error == "ValidationError (ticket_id string_type)"


async def test_the_place_of_a_failure_is_where_it_began() -> None:
    """An error that was named anew on its way up still came from below."""

    async def fail_below() -> None:
        checked_name("key", "a/b")

    async def fail() -> None:
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(fail_below())
        except ExceptionGroup as error:
            raise RuntimeError("it went wrong") from error

    with pytest.raises(RuntimeError) as caught:
        await fail()

    found = fingerprint(caught.value, home="tests")
    assert found.place == "storage.layout:checked_name"
    assert found.error == "RuntimeError from ExceptionGroup from RejectedError"


def test_an_error_that_comes_from_nowhere_of_ours_is_told_by_its_text() -> None:
    """There is nothing better; numbers in it still make no difference."""
    one, other = ValueError("line 3: bad"), ValueError("line 4: bad")

    assert fingerprint(one).place is None
    assert fingerprint(one).group == fingerprint(other).group
    assert fingerprint(one).group != fingerprint(ValueError("good")).group
