"""What can be seen of a data directory at one look: for a person who asks why something does not work.

Nothing is changed and no lock is kept. One probe file is written, read and removed, to know that
the disk takes what it is given.
"""

import fcntl
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pydantic_core

from storage.audit_reading import days_of
from storage.boot import boot_id
from storage.chain import BrokenLineError, Seal, fault_in_chain, parsed, seal_of
from storage.failures import unreadable
from storage.files import remove_file, temporary_beside, write_atomic
from storage.hosts import HOST_WATCH_SECONDS, Host
from storage.index_file import Snapshot, read_snapshot
from storage.layout import TICKET_FILE, Layout
from storage.lines import Lines
from storage.plain_files import read_identified

MOUNTS = Path("/proc/self/mountinfo")
PROBE_BYTES = 4096
TAIL_LINES_MAX = 200
FIRST_LINE_BYTES_MAX = 4 * 1024 * 1024
LOST_AT_A_DEPLOY = frozenset({"overlay", "tmpfs", "ramfs"})  # the disks of a container


@dataclass(frozen=True, slots=True)
class Mount:
    """The file system under a directory: its kind (`ext4`), and where it is mounted."""

    kind: str
    place: Path


@dataclass(frozen=True, slots=True)
class Probe:
    """A file written durably, read and removed: how long that took, or what went wrong."""

    seconds: float = 0.0
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """Who has said that it uses the data directory, and how long ago (seconds).

    `is_here` says that it is a process of this kernel, `is_alive` that it said so just now and,
    if it is here, that the process is there.
    """

    host: Host
    age_seconds: float
    is_here: bool
    is_alive: bool


@dataclass(frozen=True, slots=True)
class Volume:
    """The place of the data directory; of one that is missing, the nearest directory above it.

    What is reserved is neither used nor free for the service: file systems keep some for root.
    """

    directory: Path
    exists: bool
    is_store: bool
    can_be_made: bool
    free_bytes: int
    total_bytes: int
    free_files: int
    total_files: int
    mount: Mount | None
    probe: Probe | None
    reserved_bytes: int = 0
    reserved_files: int = 0


@dataclass(frozen=True, slots=True)
class Contents:
    """What lies in a data directory: tickets, the entries of the index, and the end of the log.

    `index_problem` and `log_problem` are None where nothing is wrong; `logged_at` is when the last
    event happened.
    """

    tickets: int
    entries: int
    index_problem: str | None
    log_lines: int
    log_problem: str | None
    logged_at: datetime | None


def volume_at(root: Path) -> Volume:
    """Return what is known of the place of a data directory. Blocks. Raises UnavailableError."""
    nearest = next(place for place in (root, *root.parents) if place.is_dir())
    with unreadable(nearest):
        space = os.statvfs(nearest)
    return Volume(
        directory=nearest,
        exists=nearest == root,
        is_store=Layout(root).tickets.is_dir(),
        can_be_made=os.access(nearest, os.W_OK | os.X_OK),
        free_bytes=space.f_bavail * space.f_frsize,
        total_bytes=space.f_blocks * space.f_frsize,
        free_files=space.f_favail,
        total_files=space.f_files,
        mount=mount_of(nearest),
        probe=probed(root) if nearest == root else None,
        reserved_bytes=(space.f_bfree - space.f_bavail) * space.f_frsize,
        reserved_files=space.f_ffree - space.f_favail,
    )


def mount_of(directory: Path) -> Mount | None:
    """Return the file system of a directory; None where the kernel does not tell. See proc(5)."""
    try:
        lines = MOUNTS.read_text("utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    found = Mount("", Path())
    for line in lines:
        ours, _dash, theirs = line.partition(" - ")
        place = Path(ours.split(" ")[4].replace("\\040", " "))
        # Of two at one place, the later one lies on top.
        is_nearer = len(place.parts) >= len(found.place.parts)
        if is_nearer and directory.is_relative_to(place):
            found = Mount(theirs.split(" ")[0], place)
    return found if found.kind else None


def probed(root: Path) -> Probe:
    """Write a file durably, read it, remove it. Blocks.

    What is left of it if this process is killed is swept by the next start.
    """
    path, content = Path(temporary_beside(root / "probe")), os.urandom(PROBE_BYTES)
    started = time.perf_counter()
    try:
        try:
            write_atomic(path, content)
            read, _identity = read_identified(path)
        finally:
            remove_file(path)
    except OSError as error:
        return Probe(problem=error.strerror or str(error))
    if read != content:
        return Probe(problem="what was read is not what was written")
    return Probe(seconds=time.perf_counter() - started)


def owner_of(root: Path, *, now: datetime) -> Owner | None:
    """Return who says that it uses this data directory; None if nobody does. Blocks."""
    try:
        host = Host.model_validate_json(Layout(root).host.read_bytes())
    except (OSError, ValueError):  # it is missing, or being taken over
        return None
    age = (now - host.beat).total_seconds()
    is_here = host.boot_id == boot_id()
    # Of a pid that has been given to somebody else since, the beat is old.
    is_alive = abs(age) <= HOST_WATCH_SECONDS and (
        not is_here or Path(f"/proc/{host.pid}").exists() or not MOUNTS.exists()
    )
    return Owner(host, age, is_here=is_here, is_alive=is_alive)


def living_workers(root: Path) -> list[str]:
    """Return the incarnations whose locks are held: those workers live, on this kernel. Blocks."""
    layout = Layout(root)
    start = layout.incarnation_lock("*").name.partition("*")[0]
    # Each ticket has a lock there, too: a path for each of 10,000 names would take 20 ms.
    try:
        names = sorted(os.listdir(layout.locks))  # noqa: PTH208 - names are enough
    except FileNotFoundError:
        return []
    paths = [layout.locks / name for name in names if name.startswith(start)]
    return [layout.incarnation_of(path) for path in paths if is_held(path)]


def is_held(lock: Path) -> bool:
    """Return whether a process on this kernel holds this lock. Blocks."""
    try:
        descriptor = os.open(lock, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def contents_of(root: Path) -> Contents:
    """Return what lies in a data directory. Blocks.

    Raises NotFoundError if it is none, and UnavailableError if it cannot be read.
    """
    layout = Layout(root)
    layout.existing(layout.tickets)
    with unreadable(root):
        names = os.listdir(layout.tickets)  # noqa: PTH208 - names are enough
        tickets = sum(TICKET_FILE.fullmatch(name) is not None for name in names)
        snapshot = read_snapshot(layout.index)
        is_unread = snapshot == Snapshot() and not _says_nothing(layout.index)
        lines, problem, logged_at = _end_of_log(layout)
    return Contents(
        tickets=tickets,
        entries=len(snapshot.entries),
        index_problem="it cannot be believed" if is_unread else None,
        log_lines=lines,
        log_problem=problem,
        logged_at=logged_at,
    )


def fault_in_log(root: Path) -> str | None:
    """Return what is wrong with the end of the audit log; None if nothing is. Blocks.

    Raises UnavailableError if it cannot be read.
    """
    with unreadable(root):
        return _end_of_log(Layout(root))[1]


def begun_at(root: Path) -> datetime | None:
    """Return when the first thing happened that the audit log tells of; None if nothing did.

    Blocks. Raises UnavailableError if it cannot be read.
    """
    layout = Layout(root)
    with unreadable(layout.audit):
        if not layout.audit.is_dir() or not (days := days_of(layout)):
            return None
        day, path = days[0]
        with path.open("rb") as file:
            line = file.readline(FIRST_LINE_BYTES_MAX)
    try:
        return parsed(line.rstrip(b"\n"), number=1).event.timestamp
    except BrokenLineError:  # then the day must do
        return datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC)


def _says_nothing(index: Path) -> bool:
    """Is the index missing, or was it saved when there was no ticket?"""
    try:
        said = pydantic_core.from_json(index.read_bytes())
    except FileNotFoundError:
        return True
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("entries") == []


def _end_of_log(layout: Layout) -> tuple[int, str | None, datetime | None]:
    """Return how many lines at the end of the log were proved, what is wrong, and its last time."""
    if not layout.audit.is_dir() or not (days := days_of(layout)):
        return 0, None, None
    _day, path = days[-1]
    with Lines(path, is_read_only=True) as file:
        last = _last_lines(file, path.stat().st_size)
    logged_at = None
    with suppress(BrokenLineError, IndexError):
        logged_at = parsed(last[-1], number=0).event.timestamp
    return len(last), _fault_in(path.name, last), logged_at


def _last_lines(file: Lines, size: int) -> list[bytes]:
    """Return the last lines of a file, the oldest first."""
    end = file.end_of_last_line(size)
    found: list[bytes] = []
    while end > 0 and len(found) < TAIL_LINES_MAX:
        found.append(file.line_before(end))
        end -= len(found[-1]) + 1
    return found[::-1]


def _fault_in(name: str, lines: list[bytes]) -> str | None:
    """Return what is wrong with the first of these lines that does not hang together."""
    before: Seal | None = None
    for line in lines:
        try:
            seal = seal_of(line, number=0)
        except BrokenLineError as error:
            return f"{name}: {error}"
        if before and (fault := fault_in_chain(seal, before.head)):
            return f"{name}: {fault}"
        before = seal
    return None
