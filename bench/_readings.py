"""Documents with answers, read once: what each value is, and how it counts."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter

from _calibrating import Sample

from domain.extraction import CONFIRM_CONFIDENCE, Extraction, Finding, WarningCode
from extraction.deciding.confidence import Calibration, Evidence, calibration
from extraction.reader import weighed
from extraction.reading.any import read_document
from tests.extraction.quoting import is_reproduced
from tests.extraction.scoring import Answer, Count, Verdict, answers_in, count, judged

ROOT = Path(__file__).parents[1]
SAMPLES = (
    ROOT.parent / "shared" / "samples"
)  # real documents; beside the repository on some machines
MADE = ROOT / "tests" / "extraction" / "made"
UNSEEN = ROOT / "tests" / "extraction" / "unseen"
# Where rules were written for a layout, values are righter than a customer's will be.
UNSEEN_WEIGHT = 2.0
TEXAS = ROOT / "tests" / "extraction" / "texas"


@dataclass(frozen=True, slots=True)
class Reading:
    """One document with its answer and what was read from it."""

    answer: Answer
    extraction: Extraction
    evidence: dict[str, Evidence]
    seconds: float
    weight: float = 1.0  # of its values when the table is fitted

    def samples(self) -> Iterator[Sample]:
        """Yield each value that is right or wrong, with its evidence."""
        for name, evidence in self.evidence.items():
            verdict = judged(
                self.answer, name, self.extraction.fields[name].value, soft=self.soft
            )
            if verdict is not Verdict.NEUTRAL:
                yield Sample(
                    evidence,
                    verdict is Verdict.RIGHT,
                    self.answer.layout,
                    self.answer.document,
                    self.weight,
                )

    @property
    def soft(self) -> bool:
        return self.answer.is_image

    def told(self, confidence: Callable[[str, Finding], float]) -> Iterator[tuple[float, bool]]:
        """Yield confidence and truth of each value that counts."""
        for name, finding in self.extraction.fields.items():
            verdict = judged(self.answer, name, finding.value, soft=self.soft)
            if verdict is not Verdict.NEUTRAL:
                yield confidence(name, finding), verdict is Verdict.RIGHT

    def counted(
        self, confidence: Callable[[str, Finding], float], *, soft: bool = False
    ) -> Count:
        """Return how the values count that are sure enough to be taken."""
        taken = {
            name: finding.value
            for name, finding in self.extraction.fields.items()
            if confidence(name, finding) >= CONFIRM_CONFIDENCE
        }
        return count(self.answer, taken, soft=soft)

    def by(self, table: Calibration, name: str, finding: Finding) -> float:
        """Return the confidence that another table gives; a value cut down stays cut down."""
        evidence = self.evidence.get(name)
        if evidence is None:
            return finding.confidence
        is_cut = finding.confidence < calibration().confidence(evidence)
        return (
            min(finding.confidence, table.confidence(evidence))
            if is_cut
            else table.confidence(evidence)
        )


def readings_in(folder: Path) -> list[Reading]:
    """Return what is read from every document of a folder that has an answer.

    Raises SystemExit if there is none.
    """
    found = []
    weight = UNSEEN_WEIGHT if folder == UNSEEN else 1.0
    for answer, document in answers_in(folder):
        begun = perf_counter()
        lines = read_document(document, filename=answer.document, media_type=None)
        if lines is None:
            raise SystemExit(f"{answer.document} is of no kind that is read")
        extraction, evidence = weighed(lines)
        seconds = perf_counter() - begun
        found.append(Reading(answer, extraction, evidence, seconds, weight))
    if not found:
        raise SystemExit(f"{folder} holds no document with an answer (DOCUMENT.expected.json)")
    return found


def as_shipped(_name: str, finding: Finding) -> float:
    """Return the confidence by the table that ships."""
    return finding.confidence


def total(readings: Sequence[Reading], *, soft: bool = False) -> Count:
    """Return the count over several documents, with the table that ships."""
    whole = Count()
    for reading in readings:
        whole.add(reading.counted(as_shipped, soft=soft))
    return whole


def by_table(reading: Reading, table: Calibration) -> Callable[[str, Finding], float]:
    """Return what gives the confidences of this reading by another table."""
    return partial(reading.by, table)


def warned(readings: Sequence[Reading]) -> tuple[int, int, int]:
    """Return how many warnings were expected, found of these, and given in all."""
    expected = found = given = 0
    for reading in readings:
        codes = {warning.code for warning in reading.extraction.warnings}
        named = {WarningCode(code) for code in reading.answer.warnings}
        expected += len(named)
        found += len(named & codes)
        given += len(codes)
    return expected, found, given


def unproved(reading: Reading) -> list[str]:
    """Return the fields whose value no quote gives again: there must be none."""
    return [
        name
        for name, finding in reading.extraction.fields.items()
        if not is_reproduced(name, finding)
    ]
