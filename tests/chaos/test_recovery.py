"""What the chaos draws and measures, and the one release that no supervisor makes."""

from config import Config
from jobs.job import Env
from jobs.lanes import LEASES_KEY, QUEUE_NAME, RUNNING_KEY
from jobs.queue import connect, disconnect
from storage.incarnations import new_incarnation
from storage.layout import Layout
from tests.chaos.faults import SHARES, drawn
from tests.chaos.recovery import KILLED, STOPPED, Interruption, Recovery, recoveries
from tests.chaos.service_log import Run
from tests.conftest import working
from tests.jobs.orders import accepted
from tests.worker.errands import until


def test_the_same_seed_draws_the_same_faults_again() -> None:
    """A run that broke a promise must be one that can be run again."""
    assert list(drawn(3, 60)) == list(drawn(3, 60))
    assert list(drawn(3, 60)) != list(drawn(4, 60))
    assert {fault.kind for fault in drawn(1, 300)} == set(SHARES)


def test_a_job_has_recovered_when_it_begins_anew_after_the_fault() -> None:
    """The run that was interrupted is not the one that counts; nor is a job that had ended."""
    broken = [Interruption(KILLED, "worker-1", job, 100.0) for job in ("a", "b", "ended")]
    runs = [
        Run("a", 99.0),
        Run("a", 100.5),
        Run("a", 103.0),
        Run("b", 102.0),
        Run("ended", 99.5),
    ]

    found = recoveries(broken, runs, faults=[100.0, 101.0])

    assert found == [
        Recovery(KILLED, 0.5, is_disturbed=False),
        Recovery(KILLED, 2.0, is_disturbed=True),
    ]


def test_a_job_that_another_worker_was_seen_to_hold_has_begun_anew() -> None:
    """It may have been interrupted there as well, and have told nothing."""
    broken = [
        Interruption(STOPPED, "worker-1", "a", 100.0),
        Interruption(KILLED, "worker-1", "a", 101.0),
        Interruption(KILLED, "worker-2", "a", 104.0),
    ]

    found = recoveries(broken, [Run("a", 110.0)], faults=[])

    assert [one.seconds for one in found] == [4.0, 3.0, 6.0]


async def test_a_worker_lets_go_of_what_the_dead_held(config: Config, env: Env) -> None:
    """Worker and supervisor may die together; then nobody is there to release its jobs."""
    order = await accepted(env)
    redis = connect(config.redis_address)
    job, dead = f"extract_ticket:{order.id}", new_incarnation("worker-7")
    # As a claim leaves it, with a lease that is not going to end today.
    await redis.zadd(QUEUE_NAME, {job: 1e15})
    await redis.hset(RUNNING_KEY, mapping={job: f"{dead} 1 1 {QUEUE_NAME}"})
    await redis.zadd(LEASES_KEY, {job: 1e15})
    await redis.set(f"arq:in-progress:{job}", f"{dead} 1".encode(), ex=3_600)
    lock = Layout(config.root).incarnation_lock(dead)
    lock.touch()  # as whoever is killed leaves it

    async with working(config):
        await until(lambda: env.store.tickets.find(order.ticket_id))

    await disconnect(redis)
    assert not lock.exists()
