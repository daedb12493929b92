"""How well it reads: a floor under the documents with answers, so that no change breaks it unseen.

How well layouts are read that no rule has seen is measured by `bench/extraction.py`.
"""

import json
import re
from pathlib import Path
from subprocess import run
from sys import executable

from extraction import read
from tests.extraction.documents import SHARED, readings, shared_documents
from tests.extraction.scoring import Count, answers_in, count

MADE = Path(__file__).parent / "made"
F1_MIN = 0.95
PRECISION_MIN = 0.97
SHARED_F1_MIN = 0.92
INVENTED_MAX = 0.01  # of the fields that must stay empty


def test_the_documents_of_our_own_making_are_read_well() -> None:
    """Scans are left out: each takes a second, and `test_ocr_pages.py` reads some."""
    total = Count()
    for answer, document in answers_in(MADE):
        if not answer.is_image:
            taken = read(document, filename=answer.document).taken()
            total.add(count(answer, taken, soft=False))

    assert total.f1 >= F1_MIN
    assert total.precision >= PRECISION_MIN
    assert total.invented <= INVENTED_MAX * total.must_be_empty


def test_the_documents_beside_the_repository_are_read_well(tmp_path: Path) -> None:
    """By their own scorer, where they are."""
    for name in shared_documents().keys() & readings().keys():
        (tmp_path / f"{name}.json").write_text(json.dumps(readings()[name].taken()))
    lines = scores(tmp_path)

    for line in lines:
        score = re.search(r"F1 (\d\.\d+) .* invented (\d+)/(\d+)", line)
        assert score is not None
        assert float(score[1]) >= SHARED_F1_MIN
        assert int(score[2]) <= INVENTED_MAX * int(score[3])


def scores(predictions: Path) -> list[str]:
    """Return the scorer's line over all documents; none where there is no scorer."""
    scorer = SHARED / "score.py"
    if not scorer.is_file():
        return []
    command = [executable, scorer, "--answers", SHARED, "--predictions", predictions]
    done = run(command, capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if line.startswith("all ")]
