# ruff: noqa: INP001 - it is evaluated where it lies, and imported by nobody
"""The Railway project as code: `railway config plan` shows what would change, `apply` does it.

One service owns the volume, and with it the API and all workers (docs/adr/0001); Redis keeps the
queue over its own restarts; a bucket takes the sealed backups off the volume; and what recurs is
rung for by services of cron, which see no volume and only ring. The schedule of the service itself
rings for the same runs, by the same dated ids, so each is run once, whoever is late.

`tests/test_railway.py` evaluates this file, because the helper drops a name that it does not know
without a word. docs/RUNBOOK.md says what comes before the first `apply`.
"""

from typing import Any

from railway_sdk import (
    Project,
    Service,
    bucket,
    define_railway,
    github,
    preserve,
    project,
    redis,
    service,
    volume,
)

# "owner/name" lets each push deploy; with None, `railway up --service NAME` sends this directory.
REPOSITORY: str | None = None
BUILD = {"builder": "DOCKERFILE", "dockerfilePath": "Dockerfile"}
VOLUME_AT = "/data"
VOLUME_MB = 5_000
QUEUE_AT = "/data"
QUEUE_MB = 1_000
BUCKET_REGION = "iad"  # it cannot be changed later

# The longest job that somebody waits for may take 600 s; others begin anew after a deploy.
JOB_DRAIN_SECONDS = 600
DRAINING_SECONDS = JOB_DRAIN_SECONDS + 30  # then the platform kills
HEALTHY_SECONDS_MAX = 300

# When each is rung for, in UTC: after the service's own clock has, in summer and in winter.
# At least five minutes apart, which is as often as the platform starts one.
CRON = {
    "nightly_backup": "15 8 * * *",
    "check_store": "45 8 * * *",
    "apply_retention": "30 9 * * *",
    "drill_restore": "30 0 * * 4",
}
# It ends by itself: the platform kills no run, and starts no second one beside it.
RING_SECONDS_MAX = 1_800

# The variables are read when it starts, and the password never stands in this file. The platform
# says where it has mounted the volume.
REDIS_START = (
    '/bin/sh -c \'exec redis-server --requirepass "$REDIS_PASSWORD" --appendonly yes '
    "--appendfsync everysec --maxmemory-policy noeviction --dir "
    f'"${{RAILWAY_VOLUME_MOUNT_PATH:-{QUEUE_AT}}}"\''
)


@define_railway
def main(_ctx: Any = None) -> Project:
    """Return the whole project, whatever the environment."""
    store, kept = volume("tickets", sizeMB=VOLUME_MB), volume("queue", sizeMB=QUEUE_MB)
    backups, queue = bucket("backups", region=BUCKET_REGION), _redis(kept)
    return project(
        "texas811",
        resources=[
            queue,
            kept,
            store,
            backups,
            _texas811(queue, store, backups),
            *_cron(queue),
        ],
    )


def _redis(kept: Service) -> Service:
    """Return the Redis whose queue outlives its restarts.

    `redis()` takes no volume, and names the mount path of another image: so both are said in the
    fields that a service has for them, and there is one path, whichever of them is heeded.
    """
    mounted = service("redis", volumeMounts={QUEUE_AT: kept}).to_graph()["volumeAttachments"]
    return redis("redis").with_fields(
        deploy={"startCommand": REDIS_START, "restartPolicyType": "ALWAYS"},
        defaultMountPath=QUEUE_AT,
        volumeAttachments=mounted,
    )


def _texas811(queue: Service, store: Service, backups: Service) -> Service:
    """Return the service that owns the disk."""
    return service(
        "texas811",
        source=_source(),
        build=BUILD,
        start="texas811 up",
        healthcheck="/healthz",
        healthcheckTimeout=HEALTHY_SECONDS_MAX,
        replicas=1,
        volumeMounts={VOLUME_AT: store},
        deploy={
            "drainingSeconds": DRAINING_SECONDS,
            "overlapSeconds": 0,  # two must not own one disk
            "restartPolicyType": "ALWAYS",
            "sleepApplication": False,
        },
        env={
            "REDIS_URL": queue.env.REDIS_URL,
            "RAILWAY_RUN_UID": "0",  # the volume belongs to root
            "RAILWAY_DEPLOYMENT_DRAINING_SECONDS": str(DRAINING_SECONDS),
            "JOB_DRAIN_SECONDS": str(JOB_DRAIN_SECONDS),
            "BACKUP_BUCKET_NAME": backups.env.BUCKET,
            "BACKUP_BUCKET_ENDPOINT": backups.env.ENDPOINT,
            "BACKUP_BUCKET_REGION": backups.env.REGION,
            "BACKUP_BUCKET_ACCESS_KEY_ID": backups.env.ACCESS_KEY_ID,
            "BACKUP_BUCKET_SECRET_ACCESS_KEY": backups.env.SECRET_ACCESS_KEY,
            # What only the owner has, and sets by hand: docs/RUNBOOK.md.
            "API_KEYS": preserve(),
            "BACKUP_RECIPIENTS": preserve(),
            # A language model, if one is to be asked: docs/SETTINGS.md.
            "LLM_BASE_URL": preserve(),
            "LLM_MODEL": preserve(),
            "LLM_API_KEY": preserve(),
        },
    )


def _cron(queue: Service) -> list[Service]:
    """Return the services that ring, each for one job."""
    return [
        service(
            f"ring-{job.replace('_', '-')}",
            source=_source(),
            build=BUILD,
            start=f"texas811 ring {job} --wait {RING_SECONDS_MAX}",
            env={"REDIS_URL": queue.env.REDIS_URL},
            deploy={"cronSchedule": when, "restartPolicyType": "NEVER"},
        )
        for job, when in CRON.items()
    ]


def _source() -> dict[str, Any] | None:
    return github(REPOSITORY) if REPOSITORY else None
