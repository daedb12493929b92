"""What `texas811 doctor` thinks of the disk, of Redis and of the workers: from what was seen, no more."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cli.diagnosis import Diagnosis, Group
from domain.access import Role
from domain.errors import RejectedError, Texas811Error
from storage.examining import LOST_AT_A_DEPLOY

if TYPE_CHECKING:
    from jobs.examining import RedisSeen
    from jobs.queue_state import QueueState
    from storage.api_keys import ApiKey
    from storage.examining import Contents, Owner, Volume

VOLUME = Group("volume")
REDIS = Group("redis")
SERVICE = Group("service")
STORE = Group("store")
QUEUE = Group("queue")
KEYS = Group("keys")

MEBIBYTE = 1024 * 1024
FREE_BYTES_MIN = 100 * MEBIBYTE  # below it something is wrong: a day of a busy service
FREE_SHARE_NOTED = 0.15  # below it somebody should think of a larger volume
FREE_FILES_MIN = 1_000
SYNC_SECONDS_NOTED = 0.25  # a commit takes about as long
OF_A_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "ceph"})
LATENCY_SECONDS_NOTED = 0.02
CLOCK_SECONDS_MAX = 2.0  # by so much may two clocks differ
CLIENTS_SHARE_NOTED = 0.8
OLDEST_SECONDS_NOTED = 300.0
EXPIRES_SOON = timedelta(days=14)


def volume(
    seen: "Volume", volume_path: str | None, *, is_on_railway: bool
) -> Iterator[Diagnosis]:
    """Yield what is wrong with the place of the data; `volume_path` is where Railway has mounted one."""
    where = str(seen.directory)
    if not seen.exists:
        trouble = None if seen.can_be_made else f"It cannot be made: {where} is not writable."
        is_missing = "not there yet: the first start makes it"
        remedy = "Give the service the right to write there, or set DATA_DIR."
        yield VOLUME.unless(trouble, "data directory", is_missing, remedy)
    elif not seen.is_store:
        remedy = "The first start makes it one. If there was data, DATA_DIR is wrong."
        yield VOLUME.note("data directory", f"{where} holds no store", remedy)
    else:
        yield VOLUME.ok("data directory", where)
    if seen.probe:
        yield _probe(seen)
    yield from _space(seen)
    if seen.mount:
        yield _mount(seen, volume_path, is_on_railway=is_on_railway)


def _probe(seen: "Volume") -> Diagnosis:
    probe = seen.probe
    if probe is None or probe.problem:
        problem = f"A file cannot be written: {probe.problem if probe else 'unknown'}."
        remedy = "Free space, mount it writable, or give the service the right to write there."
        return VOLUME.wrong("writable", problem, remedy)
    took = f"written, synced, read and removed in {probe.seconds * 1000:.1f} ms"
    if probe.seconds > SYNC_SECONDS_NOTED:
        return VOLUME.note("writable", took, "The disk is slow: each commit waits as long.")
    return VOLUME.ok("writable", took)


def _space(seen: "Volume") -> Iterator[Diagnosis]:
    if not seen.total_bytes:
        yield VOLUME.ok("space", "this file system does not say how much it has")
        return
    share = seen.free_bytes / seen.total_bytes
    free = f"{_size(seen.free_bytes)} of {_size(seen.total_bytes)} free ({share:.0%})"
    larger = "Free space, or take a larger volume: without space nothing is accepted."
    if seen.free_bytes < FREE_BYTES_MIN:
        yield VOLUME.wrong("space", free, larger)
    elif share < FREE_SHARE_NOTED:
        yield VOLUME.note("space", free, larger)
    else:
        yield VOLUME.ok("space", free)
    if seen.total_files:  # some file systems have no such limit, and say 0
        files = f"room for {seen.free_files:,} more files"
        trouble = files if seen.free_files < FREE_FILES_MIN else None
        yield VOLUME.unless(trouble, "files", files, "Remove files, or take a larger volume.")


def _mount(seen: "Volume", volume_path: str | None, *, is_on_railway: bool) -> Diagnosis:
    kind, place = (seen.mount.kind, seen.mount.place) if seen.mount else ("", None)
    what = f"{kind} at {place}"
    is_on_volume = volume_path is not None and seen.directory.is_relative_to(volume_path)
    if is_on_railway and not is_on_volume and kind in LOST_AT_A_DEPLOY:
        remedy = "Attach a volume, and let DATA_DIR be below where it is mounted, or unset."
        return VOLUME.wrong("file system", f"{what}: it is gone at the next deploy.", remedy)
    if kind in LOST_AT_A_DEPLOY - {"overlay"}:
        return VOLUME.note("file system", f"{what}: it is gone at a restart.", "Set DATA_DIR.")
    if kind in OF_A_NETWORK:
        remedy = "Use a disk of this machine: locks and syncs over a network may not hold."
        return VOLUME.note("file system", what, remedy)
    return VOLUME.ok("file system", what)


def service(
    owner: "Owner | None", workers: Sequence[str], *, wanted: int, answers: bool | None
) -> Iterator[Diagnosis]:
    """Yield who is at work: the host, the supervisor, its workers, the API.

    `answers` says whether the API does; None for something else that answers in its place.
    """
    if owner and owner.is_alive and not owner.is_here:
        seen = f"The host {owner.host.hostname} is at work on this data directory."
        yield SERVICE.wrong(
            "host", seen, "Stop the service there: a data directory serves one."
        )
        return
    is_up = owner is not None and owner.is_alive
    start = "Start it with `texas811 up`."
    if is_up and owner:
        yield SERVICE.ok("supervisor", f"pid {owner.host.pid} on {owner.host.hostname}")
    elif workers:
        yield SERVICE.note("supervisor", "none; workers run without one", start)
    else:
        yield SERVICE.note("supervisor", "not running", start)
    alive = f"{len(workers)} of {wanted} alive"
    if len(workers) >= wanted or not (is_up or workers):
        yield SERVICE.ok("workers", alive if workers else "none, as nothing runs")
    else:
        yield SERVICE.wrong("workers", alive, "See the log of the service for why they died.")
    yield _api(answers, is_up=is_up)


def _api(answers: bool | None, *, is_up: bool) -> Diagnosis:  # noqa: FBT001 - what was seen
    if answers:
        return SERVICE.ok("API", "answers")
    if answers is None:
        remedy = "Set PORT to one that is free, or stop what listens there."
        return SERVICE.wrong("API", "Something else answers at its address.", remedy)
    if is_up:
        return SERVICE.wrong(
            "API", "It does not answer.", "See the log of the service for why."
        )
    return SERVICE.ok("API", "not running")


def no_redis(failure: Texas811Error) -> Diagnosis:
    """Return that Redis could not be looked at; of a URL that is none, no part is repeated."""
    if isinstance(failure, RejectedError):
        return REDIS.wrong("server", "This is not the URL of a Redis.", failure.remedy or "")
    return REDIS.failed("server", failure)


def redis(seen: "RedisSeen", *, is_our_own: bool) -> Iterator[Diagnosis]:
    """Yield what is wrong with a Redis; one of our own keeps nothing, and need not."""
    took = f"{seen.version}, answers in {seen.latency_seconds * 1000:.1f} ms"
    if seen.latency_seconds > LATENCY_SECONDS_NOTED:
        yield REDIS.note("server", took, "It is far away or busy: place it beside the service.")
    else:
        yield REDIS.ok("server", took)
    if seen.settings is None:
        remedy = "Make sure of appendonly yes and maxmemory-policy noeviction where it is run."
        yield REDIS.note("settings", "It does not let us ask for its settings.", remedy)
    else:
        yield from _persistence(seen.settings, is_our_own=is_our_own)
        yield _eviction(seen.settings)
    yield from _redis_health(seen.info)
    ahead = f"its clock is {seen.ahead_seconds:+.3f} s from ours"
    trouble = ahead if abs(seen.ahead_seconds) > CLOCK_SECONDS_MAX else None
    yield REDIS.unless(
        trouble, "clock", ahead, "Set both clocks by NTP: due times depend on it."
    )


def _persistence(settings: Mapping[str, str], *, is_our_own: bool) -> Iterator[Diagnosis]:
    kept = f"appendonly {settings.get('appendonly')}, fsync {settings.get('appendfsync')}"
    if settings.get("appendonly") == "yes" or is_our_own:
        yield REDIS.ok("persistence", "keeps nothing, and need not" if is_our_own else kept)
    else:
        remedy = "Set appendonly yes: after a restart nothing has then to be rung for again."
        yield REDIS.note("persistence", kept, remedy)


def _eviction(settings: Mapping[str, str]) -> Diagnosis:
    policy, limit = settings.get("maxmemory-policy", "?"), settings.get("maxmemory", "0")
    seen = f"{policy}, maxmemory {_size(int(limit)) if limit != '0' else 'without limit'}"
    if policy == "noeviction":
        return REDIS.ok("eviction", seen)
    remedy = "Set maxmemory-policy noeviction: what is evicted are jobs that wait."
    if limit == "0":
        return REDIS.note("eviction", seen, remedy)
    return REDIS.wrong("eviction", seen, remedy)


def _redis_health(info: Mapping[str, object]) -> Iterator[Diagnosis]:
    clients, most = _whole(info, "connected_clients"), _whole(info, "maxclients")
    seen = f"{clients} of {most or 'any number of'} clients"
    if most and clients > most * CLIENTS_SHARE_NOTED:
        yield REDIS.note("clients", seen, "Raise maxclients, or look who holds connections.")
    else:
        yield REDIS.ok("clients", seen)
    yield REDIS.ok("memory", f"{_size(_whole(info, 'used_memory'))} used")
    if info.get("role") not in (None, "master"):
        remedy = "Let REDIS_URL name the server that takes writes."
        yield REDIS.wrong("role", f"It is a {info['role']}, and takes no writes.", remedy)
    for name in ("aof_last_write_status", "rdb_last_bgsave_status"):
        if info.get(name, "ok") != "ok":
            remedy = "Look at the disk of Redis: it may refuse writes until it is mended."
            yield REDIS.wrong("its disk", f"{name} is {info[name]}", remedy)


def heartbeat(seconds: float | None, workers: Sequence[str]) -> Diagnosis:
    """Return whether a worker has given a sign of life in this Redis."""
    if seconds is not None:
        return SERVICE.ok("heartbeat", f"a worker told Redis of itself {seconds:.0f} s ago")
    if workers:
        remedy = "Let REDIS_URL be the same for the service and for this command."
        return SERVICE.wrong("heartbeat", "No living worker uses this Redis.", remedy)
    return SERVICE.ok("heartbeat", "none, as no worker lives")


def store(seen: "Contents", damaged: int) -> Iterator[Diagnosis]:
    """Yield what can be seen of the store without reading all of it."""
    whole = "Run `texas811 check`: it names each file and what mends it."
    yield STORE.ok("tickets", f"{seen.tickets:,}, {seen.entries:,} of them in the saved index")
    if seen.index_problem:
        remedy = "Remove tickets/index.json and restart the service: it is made again."
        yield STORE.note("index", seen.index_problem, remedy)
    told = f"the last {seen.log_lines} lines hang together" if seen.log_lines else "empty"
    yield STORE.unless(seen.log_problem, "audit log", told, whole)
    trouble = f"{damaged} files could not be believed and lie aside" if damaged else None
    yield STORE.unless(trouble, "damage", "no file is set aside", whole)


def queue(state: "QueueState") -> Iterator[Diagnosis]:
    """Yield how much work waits, what was given up, and what is paused."""
    if state.queue == "answers":
        seen = f"{state.waiting} wait, {state.deferred} later, {state.running} run"
        oldest = state.oldest_seconds or 0.0
        if oldest > OLDEST_SECONDS_NOTED:
            remedy = "See `texas811 queue`: more WORKERS, or a pause that was forgotten?"
            yield QUEUE.note("depth", f"{seen}; the oldest for {oldest:.0f} s", remedy)
        else:
            yield QUEUE.ok("depth", seen)
    if state.owed is not None:
        yield QUEUE.ok("owed", f"{state.owed} work orders have no ticket yet")
    if state.dead_letters:
        remedy = "See `texas811 dead-letters list --group`, then replay or drop them."
        yield QUEUE.note("dead letters", f"{state.dead_letters} were given up", remedy)
    elif state.dead_letters == 0:
        yield QUEUE.ok("dead letters", "none")
    for pause in state.paused or ():
        seen = f"{pause.name} is paused by {pause.by} since {pause.since:%Y-%m-%d %H:%M:%SZ}"
        yield QUEUE.note("paused", seen, f"End it with `texas811 queue resume {pause.name}`.")


def keys(found: Sequence["ApiKey"], now: datetime) -> Iterator[Diagnosis]:
    """Yield which keys open the API, and which of them soon will not."""
    good = [key for key in found if not key.has_ended(now)]
    counts = {role: sum(key.role is role for key in good) for role in Role}
    told = ", ".join(f"{count} {role}" for role, count in counts.items() if count)
    if not good:
        remedy = "Make one with `texas811 keys create --help`."
        yield KEYS.note("usable", "None: nobody can use the API.", remedy)
    else:
        yield KEYS.ok("usable", told)
    for key in good:
        if key.expires_at and key.expires_at - now < EXPIRES_SOON:
            seen = f"{key.name} ({key.id}) ends at {key.expires_at:%Y-%m-%d %H:%M:%SZ}"
            yield KEYS.note("ends soon", seen, "Make another and hand it out before.")


def _whole(info: Mapping[str, object], name: str) -> int:
    value = info.get(name)
    return value if isinstance(value, int) else 0


def _size(count: int) -> str:
    """Return a number of bytes as a person reads it."""
    size, unit = float(count), "B"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if size < 1024:  # noqa: PLR2004 - of each unit a larger one is made
            break
        size, unit = size / 1024, larger
    return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
