"""Celery: `python with_celery.py ask`, and `celery --app with_celery worker`."""

from _shared import SOCKET, answer, note
from celery import Celery, group

app = Celery("with_celery", broker=f"redis+socket://{SOCKET}")
app.conf.task_ignore_result = True


@app.task(name="append")
def append(number: int) -> None:
    """Note that this job runs."""
    del number
    note()


def batch(count: int) -> None:
    """Enqueue a group."""
    group(append.s(number) for number in range(count)).apply_async()


if __name__ == "__main__":
    answer(append.delay, batch)
