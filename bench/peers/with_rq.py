"""RQ: `python with_rq.py ask`, and `rq worker` with its classes."""

from _shared import URL, answer, note
from redis import Redis
from rq import Queue

queue = Queue(connection=Redis.from_url(URL))


def append(number: int) -> None:
    """Note that this job runs."""
    del number
    note()


def one(number: int) -> None:
    """Enqueue a job of which nothing is kept."""
    queue.enqueue("with_rq.append", number, result_ttl=0)


def batch(count: int) -> None:
    """Enqueue many in one pipeline."""
    queue.enqueue_many(
        Queue.prepare_data("with_rq.append", (number,), result_ttl=0) for number in range(count)
    )


if __name__ == "__main__":
    answer(one, batch)
