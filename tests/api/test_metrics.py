"""The metrics, read as Prometheus reads them."""

from datetime import timedelta

import httpx2
from prometheus_client import Metric
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as open_families,
)
from prometheus_client.parser import text_string_to_metric_families

from api.metrics import JobCounters
from config import Config
from domain.access import Role
from jobs.job import Env
from storage.pauses import Pause
from storage.telemetry_records import AttemptEnding, AttemptRecord
from tests.conftest import serving
from tests.jobs.orders import accepted, bury


async def scraped(client: httpx2.AsyncClient) -> dict[str, Metric]:
    answer = await client.get("/metrics")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return {one.name: one for one in text_string_to_metric_families(answer.text)}


def values(metric: Metric) -> dict[tuple[str, ...], float]:
    """Return the values by those of their labels, in the order of the names of these."""
    return {
        tuple(value for _name, value in sorted(one.labels.items())): one.value
        for one in metric.samples
    }


def an_attempt(env: Env, token: int, ending: AttemptEnding) -> AttemptRecord:
    now = env.clock()
    return AttemptRecord(
        token=token,
        job_id=f"extract_ticket:{token}",
        kind="extract_ticket",
        lane="within_1s",
        number=1,
        worker="worker-1.0",
        enqueued_at=now,
        due_at=now - timedelta(seconds=2),
        started_at=now - timedelta(seconds=1),
        ended_at=now,
        ending=ending,
    )


async def test_what_is_known_is_told_as_prometheus_reads_it(
    client: httpx2.AsyncClient, env: Env
) -> None:
    """The verdict as a number, the lanes, what was given up, the disk, who has asked for what."""
    buried = await accepted(env)
    await bury(env, buried)
    await env.store.pauses.pause(
        Pause(what="lane", name="whenever", reason="night", by="Ana", since=env.clock())
    )
    await client.get("/tickets/one/history")
    await client.get("/not/there/at/all")

    told = await scraped(client)

    assert all(name.startswith("texas811_") for name in told)
    assert all(metric.documentation.endswith(".") for metric in told.values())
    assert values(told["texas811_verdict"]) == {(): 2}, "no worker is alive"
    assert values(told["texas811_workers_alive"]) == {(): 0}
    assert values(told["texas811_dead_letters"]) == {(): 1}
    assert values(told["texas811_redis_up"]) == {(): 1}
    assert values(told["texas811_paused"]) == {("whenever", "lane"): 1}
    assert values(told["texas811_queue_jobs"])[("within_1s", "dead")] == 1
    assert values(told["texas811_disk_free_bytes"])[()] > 0
    routes = {
        one.labels["route"] for one in told["texas811_http_request_duration_seconds"].samples
    }
    assert routes >= {"/tickets/{ticket_id}/history", "none"}
    assert not any("not" in route for route in routes)


async def test_histograms_count_up_to_their_end(client: httpx2.AsyncClient) -> None:
    """Each bucket holds those below it, and the last all: else each quantile is wrong."""
    await client.get("/livez")

    told = await scraped(client)

    syncs = told["texas811_store_sync_seconds"].samples
    buckets = [one.value for one in syncs if one.name.endswith("_bucket")]
    [count] = [one.value for one in syncs if one.name.endswith("_count")]
    assert buckets == sorted(buckets)
    assert buckets[-1] == count > 0, "the directories of the store were made durable"
    answered = {
        one.labels["route"]: one.value
        for one in told["texas811_http_request_duration_seconds"].samples
        if one.name.endswith("_count")
    }
    assert answered["/livez"] == 1


async def test_what_ended_before_the_first_scrape_counts(
    client: httpx2.AsyncClient, env: Env
) -> None:
    """A service that is scraped once a minute loses no minute at each start."""
    ended = [an_attempt(env, token, AttemptEnding.DONE) for token in range(1, 6)]
    await env.store.telemetry.record_attempts(ended)

    told = await scraped(client)

    assert values(told["texas811_jobs"]) == {("done", "extract_ticket"): 5}
    waited = {one.name: one.value for one in told["texas811_job_wait_seconds"].samples}
    assert waited["texas811_job_wait_seconds_count"] == 5


async def test_jobs_are_counted_by_kind_and_ending_and_timed_by_lane(
    client: httpx2.AsyncClient, env: Env
) -> None:
    """From one scrape to the next; the counters never fall."""
    await scraped(client)
    await env.store.telemetry.record_attempts(
        [
            an_attempt(env, 1, AttemptEnding.DONE),
            an_attempt(env, 2, AttemptEnding.DONE),
            an_attempt(env, 3, AttemptEnding.RETRY),
        ]
    )

    told = await scraped(client)

    assert {
        (one.labels["kind"], one.labels["ending"]): one.value
        for one in told["texas811_jobs"].samples
    } == {("extract_ticket", "done"): 2, ("extract_ticket", "retry"): 1}
    waited = {one.name: one.value for one in told["texas811_job_wait_seconds"].samples}
    assert waited["texas811_job_wait_seconds_count"] == 3
    assert waited["texas811_job_wait_seconds_sum"] == 3


async def test_a_counter_does_not_fall_when_the_telemetry_begins_anew(env: Env) -> None:
    """It may be removed at any time; a rate that is negative would alarm somebody."""
    counters = JobCounters(env)
    await counters.count()
    await env.store.telemetry.record_attempts([an_attempt(env, 1, AttemptEnding.DONE)])
    before = await counters.count()
    env.store.telemetry.path.unlink()

    after = await counters.count()

    assert before == after == {("extract_ticket", AttemptEnding.DONE): 1}


async def test_a_scraper_that_knows_openmetrics_gets_that(client: httpx2.AsyncClient) -> None:
    """Its parser is strict about names, units and the end."""
    accept = {"Accept": "application/openmetrics-text; version=1.0.0"}

    answer = await client.get("/metrics", headers=accept)

    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert "texas811_build" in {one.name for one in open_families(answer.text)}


async def test_metrics_are_for_who_may_read(config: Config, env: Env) -> None:
    """They tell how busy somebody is."""
    async with serving(config, env, key=Role.VIEWER) as viewer:
        assert (await viewer.get("/metrics")).status_code == 200
        stranger = httpx2.AsyncClient(base_url=viewer.base_url, trust_env=False)
        async with stranger:
            assert (await stranger.get("/metrics")).status_code == 401
