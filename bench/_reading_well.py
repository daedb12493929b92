"""How well documents are read, how much a confidence is worth, and how fast it is.

    python bench/extraction.py [DIR ...] [--refit] [--misses] [--plot FILE]

DIR holds documents with answers (`<document>.expected.json`); without one: the real documents
beside the repository where they are, those in tests/extraction/made/, which rules were written
for, and those in tests/extraction/unseen/, which none was. The ten of Texas in
tests/extraction/texas/ are synthetic and are reported apart: neither rules nor table saw them.

"Leave one layout out" means that the confidence of a value, and so whether it is taken, comes
from a table fitted on all other layouts. --refit fits the table on all of them and writes it to
extraction/deciding/calibration.json. --misses names each value that was missed or wrong.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import median

from _calibrating import Reliability, fitted, reliability
from _readings import (
    MADE,
    ROOT,
    SAMPLES,
    TEXAS,
    UNSEEN,
    Reading,
    as_shipped,
    by_table,
    readings_in,
    total,
    unproved,
    warned,
)
from _reliability_plot import plotted

from domain.extraction import ACCEPT_CONFIDENCE
from domain.facts import REQUIRED_FIELDS
from extraction.deciding.confidence import calibration
from tests.extraction.scoring import Count, judged

TABLE = ROOT / "extraction" / "deciding" / "calibration.json"


def main() -> None:
    """Print the figures of every set of documents."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    options.add_argument("folders", nargs="*", type=Path)
    options.add_argument("--refit", action="store_true")
    options.add_argument("--misses", action="store_true")
    options.add_argument("--plot", type=Path, help="draw the reliability as SVG")
    told = options.parse_args()
    folders = told.folders or [folder for folder in (SAMPLES, MADE, UNSEEN) if folder.is_dir()]
    sets = {folder.name: readings_in(folder) for folder in folders}
    readings = [reading for found in sets.values() for reading in found]
    if told.refit:
        refit(readings)
        sets = {folder.name: readings_in(folder) for folder in folders}
        readings = [reading for found in sets.values() for reading in found]
    for name, found in sets.items():
        report(name, found)
    left_out = leave_one_layout_out(readings)
    print("\nleave one layout out")
    for name, found in sets.items():
        print(line(name, added(left_out[r.answer.document][0] for r in found)))
        pairs = [pair for r in found for pair in left_out[r.answer.document][1]]
        show_reliability(name, reliability(pairs, ACCEPT_CONFIDENCE))
    told_out = [pair for _count, pairs in left_out.values() for pair in pairs]
    show_reliability("out of layout", figures := reliability(told_out, ACCEPT_CONFIDENCE))
    if told.plot:
        told.plot.write_text(plotted(figures), encoding="utf-8")
    texas = readings_in(TEXAS) if not told.folders and TEXAS.is_dir() else []
    if texas:
        report("ten synthetic orders of Texas, kept apart", texas)
    if told.misses:
        for reading in [*readings, *texas]:
            show_misses(reading)


def refit(readings: Sequence[Reading]) -> None:
    """Fit the table on every value of these documents and write it where the reader finds it."""
    samples = [sample for reading in readings for sample in reading.samples()]
    table = fitted(samples)
    text = json.dumps(
        {"weights": table.weights, "sums": table.sums, "shares": table.shares}, indent=1
    )
    TABLE.write_text(text + "\n", encoding="utf-8")
    calibration.cache_clear()  # what is read from here on is weighed by the new table
    print(
        f"fitted on {len(samples)} values of {len(readings)} documents, {TABLE.name} written\n"
    )


def leave_one_layout_out(
    readings: Sequence[Reading],
) -> dict[str, tuple[Count, list[tuple[float, bool]]]]:
    """Return for each document its count, and the confidence and truth of its values.

    Both by a table that has not seen its layout.
    """
    samples = [sample for reading in readings for sample in reading.samples()]
    found = {}
    for layout in sorted({reading.answer.layout for reading in readings}):
        table = fitted([sample for sample in samples if sample.layout != layout])
        for reading in readings:
            if reading.answer.layout == layout:
                confidence = by_table(reading, table)
                counted = reading.counted(confidence, soft=reading.soft)
                found[reading.answer.document] = (counted, list(reading.told(confidence)))
    return found


def report(name: str, readings: Sequence[Reading]) -> None:
    """Print how a set was read, with the table that ships."""
    print(f"\n{name}: {len(readings)} documents")
    print(line("all", total(readings)))
    images = [reading for reading in readings if reading.answer.is_image]
    if images:
        print(line("images, soft match", total(images, soft=True)))
    for key, group in grouped(readings, lambda reading: reading.answer.medium):
        print(line(f"  {key}", total(group)))
    found, wanted = required(readings)
    print(f"required fields found: {found} of {wanted} = {found / max(1, wanted):.3f}")
    expected, hits, given = warned(readings)
    print(f"warnings: {hits} of {expected} expected, {given} given")
    lost = [f"{r.answer.document} {name}" for r in readings for name in unproved(r)]
    values = sum(len(reading.extraction.fields) for reading in readings)
    print(f"values whose quote gives them again: {values - len(lost)} of {values} {lost or ''}")
    told = [pair for reading in readings for pair in reading.told(as_shipped)]
    show_reliability("table that ships", reliability(told, ACCEPT_CONFIDENCE))
    for key, group in grouped(readings, lambda reading: reading.answer.medium):
        seconds = [reading.seconds for reading in group]
        print(
            f"  {key:10s} {1000 * median(seconds):8.1f} ms a document (median of {len(group)})"
        )


def line(name: str, counted: Count) -> str:
    """Return a count as a line of the report."""
    return (
        f"{name:32s} F1 {counted.f1:.3f}  P {counted.precision:.3f}  R {counted.recall:.3f}"
        f"  values {counted.right + counted.missed:4d}"
        f"  invented {counted.invented}/{counted.must_be_empty}"
    )


def added(counts: Iterable[Count]) -> Count:
    """Return several counts as one."""
    whole = Count()
    for one in counts:
        whole.add(one)
    return whole


def grouped(
    readings: Sequence[Reading], key: Callable[[Reading], str]
) -> list[tuple[str, list[Reading]]]:
    """Return the readings that have a key in common, in the order of keys."""
    groups: dict[str, list[Reading]] = defaultdict(list)
    for reading in readings:
        groups[key(reading)].append(reading)
    return sorted(groups.items())


def required(readings: Sequence[Reading]) -> tuple[int, int]:
    """Return how many values of required fields were read, and how many stand in the documents."""
    wanted = found = 0
    for reading in readings:
        missed = set(reading.counted(as_shipped, soft=reading.soft).misses)
        names = [name for name in REQUIRED_FIELDS if name in reading.answer.fields]
        wanted += len(names)
        found += sum(name not in missed for name in names)
    return found, wanted


def show_reliability(name: str, told: Reliability) -> None:
    """Print how far confidences can be believed."""
    print(
        f"confidence, {name}: ECE {told.expected_error:.3f}, at {ACCEPT_CONFIDENCE:.2f} and above"
        f" {told.accepted_right:.3f} right ({told.accepted:.0%} of the values), AUC {told.area:.3f}"
    )


def show_misses(reading: Reading) -> None:
    """Print each value of a document that was missed or is wrong."""
    answer = reading.answer
    missed = set(reading.counted(as_shipped, soft=reading.soft).misses)
    for name in sorted(missed):
        finding = reading.extraction.fields.get(name)
        got = f"{finding.value!r} at {finding.confidence}" if finding else "nothing"
        print(f"{answer.document}: {name} is {answer.fields[name]!r}, read {got}")
    for name, finding in reading.extraction.fields.items():
        verdict = judged(answer, name, finding.value, soft=reading.soft)
        if name not in missed and finding.is_taken and verdict in ("wrong", "invented"):
            print(
                f"{answer.document}: {name} is {verdict}: {finding.value!r} at {finding.confidence}"
            )
