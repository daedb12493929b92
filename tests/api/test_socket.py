"""The socket that the API listens on."""

import socket

import pytest

from api.__main__ import listen
from config import EVERY_ADDRESS, LOOPBACK
from domain.errors import RejectedError


@pytest.mark.parametrize("host", [LOOPBACK, EVERY_ADDRESS])
def test_no_part_of_an_answer_waits_for_the_one_before_it(host: str) -> None:
    """Else each answer on a connection that is kept takes 40 ms: Nagle and delayed acknowledgement."""
    with listen(host, 0) as listening:
        address = (LOOPBACK, listening.getsockname()[1])
        with socket.create_connection(address), listening.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_port_that_is_taken_is_named() -> None:
    """It is the first thing that goes wrong on a desk."""
    with listen(LOOPBACK, 0) as taken, pytest.raises(RejectedError) as refused:
        listen(LOOPBACK, taken.getsockname()[1])
    assert refused.value.field == "PORT"
