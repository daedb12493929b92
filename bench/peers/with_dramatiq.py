"""dramatiq: `python with_dramatiq.py ask`, and `dramatiq with_dramatiq`."""

import dramatiq
from _shared import URL, answer, note
from dramatiq.brokers.redis import RedisBroker

dramatiq.set_broker(RedisBroker(url=URL))


@dramatiq.actor
def append(number: int) -> None:
    """Note that this job runs."""
    del number
    note()


def batch(count: int) -> None:
    """Enqueue a group."""
    dramatiq.group([append.message(number) for number in range(count)]).run()


if __name__ == "__main__":
    answer(append.send, batch)
