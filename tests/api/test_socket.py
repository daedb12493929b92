"""The socket that the API listens on."""

import socket

import pytest

from config import LOOPBACK
from domain.errors import RejectedError
from jobs.listening import listen


@pytest.mark.parametrize("address", [LOOPBACK, None])
def test_no_part_of_an_answer_waits_for_the_one_before_it(address: str | None) -> None:
    """Else each answer on a connection that is kept takes 40 ms: Nagle and delayed acknowledgement."""
    with listen(address, 0) as listening:
        reached = (LOOPBACK, listening.getsockname()[1])
        with socket.create_connection(reached), listening.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_port_that_is_taken_is_named() -> None:
    """It is the first thing that goes wrong on a desk."""
    with listen(LOOPBACK, 0) as taken, pytest.raises(RejectedError) as refused:
        listen(LOOPBACK, taken.getsockname()[1])
    assert refused.value.field == "PORT"


@pytest.mark.parametrize("address", ["ünï", "192.0.2.1", "x" * 64])
def test_an_address_that_is_none_of_this_machine_is_named_and_not_the_port(
    address: str,
) -> None:
    """Whoever is told of the port looks for another service that is not there."""
    with pytest.raises(RejectedError, match="Cannot listen at ") as refused:
        listen(address, 0)
    assert refused.value.field == "HOST"
    assert address in refused.value.problem
