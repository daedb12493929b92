"""Every document cut off and with bits turned over, read behind the service's own hard border.

    python -m tests.extraction.spoil [--documents DIR]... [--cuts 20] [--flips 100]
                                     [--scan-flips 100] [--seconds 20]

Uploads break off and disks lie. The reader must answer all the same: no crash, nothing raised
within, no read over its limit, no value that the ticket refuses or that its quote does not give
again, and no file touched, no program but tesseract started, nobody called.
"""

import argparse
import logging
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

import anyio
from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from domain.facts import TicketFacts
from extraction import unreadable
from jobs.reader import (
    READ_SECONDS_MAX,
    READERS_MAX,
    Readers,
    ReaderStoppedError,
    _seconds_for,
)
from tests.extraction.documents import SHARED, files_in, is_scan
from tests.extraction.quoting import is_reproduced
from tests.extraction.watched import Seen, misbehave, read_watched

HERE = Path(__file__).parent
FOLDERS = [SHARED, HERE / "made", HERE / "texas"]
NO_DOCUMENTS = (".expected.json", ".py", ".md")
SHOWN_MAX = 5  # of each kind of fault


def spoilt(document: bytes, name: str, *, cuts: int, flips: int) -> Iterator[bytes]:
    """Yield a document cut off at so many points, and with so many single bits turned over."""
    for at in range(cuts):
        yield document[: len(document) * at // cuts]
    dice = Random(name)  # noqa: S311 - the same faults in every run
    for _time in range(flips):
        flipped = bytearray(document)
        flipped[dice.randrange(len(flipped))] ^= 1 << dice.randrange(8)
        yield bytes(flipped)


@dataclass(slots=True)
class Tally:
    """What came of all that was made of one document."""

    reads: int = 0
    slowest: float = 0.0
    seconds: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)

    def add(self, seen: Seen, seconds_max: float) -> None:
        self.reads += 1
        self.seconds += seen.seconds
        self.slowest = max(self.slowest, seen.seconds)
        self.faults.update(faults_of(seen))
        self.faults["over the limit"] += seen.seconds > seconds_max

    @property
    def wrong(self) -> dict[str, int]:
        return {fault: count for fault, count in self.faults.items() if count}


def faults_of(seen: Seen) -> Iterator[str]:
    """Yield what is wrong with a reading, and what was done that no reading does."""
    reading = seen.reading
    yield from (f"did {deed}" for deed in seen.deeds)
    for warning in reading.warnings:
        if "could not be read (" in warning.message:
            yield f"raised within: {warning.message}"
    try:
        reading.model_dump_json()
    except PydanticSerializationError:
        yield "cannot be written down"
    try:
        TicketFacts.model_validate(reading.taken())
    except ValidationError as failure:
        yield f"does not fit the ticket: {failure.errors()[0]['loc']}"
    for name, finding in reading.fields.items():
        if not is_reproduced(name, finding):
            quotes = [span.quote for span in finding.spans]
            yield f"quote does not give it: {name} {finding.value!r} {quotes}"[:200]


class Watched(Readers):
    """The readers of the service; what a child did is told with each reading."""

    async def look(self, document: bytes, name: str) -> Seen:
        """Read behind the hard border."""
        begun = perf_counter()
        try:
            return await self._apart(
                read_watched, document, name, seconds_max=_seconds_for(document)
            )
        except ReaderStoppedError as stopped:
            stop = f"stopped: {stopped.problem}"
            reading = unreadable(stopped.problem, code=stopped.code)
            return Seen(reading, perf_counter() - begun, [stop])

    async def is_seen(self, folder: Path) -> bool:
        """Does the watch see what it must?"""
        deeds = await self._apart(misbehave, str(folder), seconds_max=READ_SECONDS_MAX)
        return {deed.partition(":")[0] for deed in deeds} >= {
            "open for writing",
            "os.remove",
            "socket.connect",
        }


class Deaths(logging.Handler):
    """Counts the children that died and were replaced."""

    count = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.count += "a reader died" in record.getMessage()


async def tally_of(
    readers: Watched, versions: Iterable[bytes], name: str, seconds_max: float
) -> Tally:
    """Read all versions of a document, as many at a time as the service does."""
    tally, waiting = Tally(), iter(versions)

    async def reader() -> None:
        for version in waiting:
            tally.add(await readers.look(version, name), seconds_max)

    async with anyio.create_task_group() as group:
        for _reader in range(READERS_MAX):
            group.start_soon(reader)
    return tally


async def run(told: argparse.Namespace, scratch: Path) -> int:
    """Spoil every document and print what came of it; return how many had a fault."""
    readers, deaths = Watched(), Deaths()
    logging.getLogger("jobs.reader").addHandler(deaths)
    if not await readers.is_seen(scratch):
        raise SystemExit("the watch is blind: it did not see a file written and a call made")
    total, bad, begun = Tally(), 0, perf_counter()
    for path in documents_in(told.documents or FOLDERS):
        document = path.read_bytes()
        flips = told.scan_flips if is_scan(path.name) else told.flips
        before = deaths.count
        versions = spoilt(document, path.name, cuts=told.cuts, flips=flips)
        tally = await tally_of(readers, versions, path.name, told.seconds)
        tally.faults["a child died"] += deaths.count - before
        tally.faults["the document itself was changed"] += path.read_bytes() != document
        bad += bool(tally.wrong)
        show(path.name, tally)
        total.reads, total.seconds = total.reads + tally.reads, total.seconds + tally.seconds
        total.slowest = max(total.slowest, tally.slowest)
        total.faults.update(tally.faults)
    left = left_in(scratch)
    total.faults["files left in the working or temporary folder"] += len(left)
    show("all", total)
    seconds = perf_counter() - begun
    print(f"{seconds:.0f} s by the clock, {READERS_MAX} at a time")  # noqa: T201 - run by hand
    return bad + bool(left)


def documents_in(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        if folder.is_dir():
            yield from (p for p in files_in(folder) if not p.name.endswith(NO_DOCUMENTS))


def left_in(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


def show(name: str, tally: Tally) -> None:
    per = 1000 * tally.seconds / max(1, tally.reads)
    wrong = tally.wrong
    print(  # noqa: T201 - it is run by hand
        f"{name:48s} {tally.reads:6d} reads  {per:7.1f} ms each  slowest {tally.slowest:5.2f} s"
        f"  {'FAULTS ' + str(sum(wrong.values())) if wrong else 'well'}",
        flush=True,
    )
    for fault, count in Counter(wrong).most_common(SHOWN_MAX if name != "all" else None):
        print(f"    {count:5d}  {fault}", flush=True)  # noqa: T201 - it is run by hand


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    options.add_argument("--documents", type=Path, action="append")
    options.add_argument("--cuts", type=int, default=20)
    options.add_argument("--flips", type=int, default=100)
    options.add_argument("--scan-flips", type=int, default=100, help="of pictures: 2 s each")
    options.add_argument("--seconds", type=float, default=20.0)
    told = options.parse_args()
    told.documents = [folder.resolve() for folder in told.documents or []]
    with TemporaryDirectory() as folder:
        # The children begin here: what native code leaves behind is found here too.
        os.environ |= {"TMPDIR": folder, "HOME": folder, "PYTHONDONTWRITEBYTECODE": "1"}
        sys.path[:] = [str(Path(entry).resolve()) for entry in sys.path]
        os.chdir(folder)
        sys.exit(anyio.run(run, told, Path(folder)) > 0)


if __name__ == "__main__":
    main()
