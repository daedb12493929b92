"""How well it reads: measured where the documents with hand-made answers are at hand."""

import json
import re
from pathlib import Path
from subprocess import run
from sys import executable

from tests.extraction.documents import SHARED, readings, shared_documents

F1_MIN = 0.60
INVENTED_MAX = 0.03  # of the fields that must stay empty


def test_documents_with_hand_made_answers_are_read_well_enough(tmp_path: Path) -> None:
    """The bar is low on purpose: it catches what breaks, it does not chase points."""
    for name in shared_documents().keys() & readings().keys():
        (tmp_path / f"{name}.json").write_text(json.dumps(readings()[name].taken()))
    lines = scores(tmp_path)

    for line in lines:
        score = re.search(r"F1 (\d\.\d+) .* invented (\d+)/(\d+)", line)
        assert score is not None
        assert float(score[1]) >= F1_MIN
        assert int(score[2]) <= INVENTED_MAX * int(score[3])


def scores(predictions: Path) -> list[str]:
    """Return the scorer's line over all documents; none where there is no scorer."""
    scorer = SHARED / "score.py"
    if not scorer.is_file():
        return []
    command = [executable, scorer, "--answers", SHARED, "--predictions", predictions]
    done = run(command, capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if line.startswith("all ")]
