"""`python -m tests.fuzz --cases 10000 --seed 1`: everything that the document admits, and more.

A whole service is started on an empty directory, with its own Redis and worker; keys of each
role, and none, ask what its OpenAPI document describes. The exit status tells whether an answer
was a 5xx or not as it is documented.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.flows.service import Service, free_port
from tests.fuzz.asking import SHARES, Asker, Told
from tests.fuzz.seeding import seed_service, seed_store


async def fuzz(data: Path, *, cases: int, seed: int) -> tuple[Told, list[str]]:
    """Return what a service of its own answered, and the accidents in its log."""
    seeds = await seed_store(data)
    service = await Service.up(data, port=free_port())
    try:
        await seed_service(service.client, seeds)
        asker = Asker(str(service.client.base_url).rstrip("/"), seeds, seed=seed)
        told = await asyncio.to_thread(asker.ask, cases)
        assert await service.is_healthy()
    finally:
        await service.stop()
    return told, [line for line in service.lines if "Traceback" in line]


def table_of(told: Told) -> Table:
    """Return a line for each operation and role: how many cases, and which statuses."""
    table = Table("operation", "key", "cases", "statuses", box=None)
    for (operation, role), counted in told.statuses.items():
        statuses = "  ".join(f"{status}: {counted[status]}" for status in sorted(counted))
        table.add_row(operation, role, str(counted.total()), statuses)
    return table


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        told, accidents = asyncio.run(
            fuzz(Path(place) / "data", cases=asked.cases, seed=asked.seed)
        )
    console = Console()
    console.print(table_of(told))
    for role in SHARES:
        total = sum(count.total() for (_, key), count in told.statuses.items() if key == role)
        console.print(f"{role}: {total} cases")
    console.print(f"{told.cases} cases, seed {asked.seed}, {len(told.faults)} kinds of fault")
    for (operation, kind), said in told.faults.items():
        console.print(f"\n{operation}: {kind}\n  {said}", markup=False)
    for line in accidents:
        console.print(line, markup=False)
    return 1 if told.faults or accidents else 0


if __name__ == "__main__":
    sys.exit(main())
