"""What holds for every document: our own, those in samples/, and those beside the repository."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.extraction import Extraction
from domain.facts import TicketFacts
from extraction import read
from extraction.deciding.confidence import HIGHEST, LOWEST
from tests.extraction.documents import (
    ROOT,
    is_scan,
    own_documents,
    readings,
    shared_documents,
)
from tests.extraction.quoting import is_reproduced
from tests.extraction.spoil import spoilt

SOME, HEAVY = 6, 3  # how often a document is cut and damaged; a PDF takes its time


def test_every_value_that_is_taken_fits_the_ticket() -> None:
    """A value that the ticket refuses would be lost after it was found."""
    for name, reading in readings().items():
        facts = TicketFacts.model_validate(reading.taken())
        assert facts.stated().keys() == reading.taken().keys(), name


def test_every_value_can_be_found_again_where_it_is_said_to_stand() -> None:
    """The quote, read again, gives the value; pieces are all in it."""
    lost = {
        (name, field): (finding.value, [span.quote for span in finding.spans])
        for name, reading in readings().items()
        for field, finding in reading.fields.items()
        if not is_reproduced(field, finding)
    }

    assert lost == {}


def test_every_confidence_is_between_nothing_and_certain() -> None:
    """No machine is sure; none of its guesses is worthless."""
    for name, reading in readings().items():
        for field, finding in (reading.fields | reading.extra).items():
            shown = [finding.confidence, *(other.confidence for other in finding.alternatives)]
            assert all(LOWEST <= confidence <= HIGHEST for confidence in shown), (name, field)


def test_the_same_bytes_give_the_same_result() -> None:
    """A second attempt must not make another ticket."""
    for name, document in own_documents().items():
        assert read(document, filename=name) == readings()[name]


@pytest.mark.slow
def test_another_process_with_another_hash_seed_gives_the_same_result() -> None:
    """Workers come and go; what was read must not depend on which one it was."""
    code = (
        "from hashlib import sha256; from tests.extraction.documents import readings;"
        " print(sha256(''.join(r.model_dump_json() for r in readings().values()).encode())"
        ".hexdigest())"
    )
    results = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()[-1]
        for seed in ("1", "2")
    }

    assert len(results) == 1


@pytest.mark.slow
def test_a_document_cut_off_or_damaged_is_still_read_without_a_crash() -> None:
    """Uploads break off and disks lie. `python -m tests.extraction.spoil` does much more of it."""
    for name, document in (own_documents() | shared_documents()).items():
        if is_scan(name):
            continue
        some = HEAVY if name.endswith(".pdf") else SOME
        for version in spoilt(document, name, cuts=some, flips=some):
            assert not has_crashed(read(version, filename=name)), (name, version)


def has_crashed(reading: Extraction) -> bool:
    """Was something raised within, which only the outermost border has caught?"""
    return any("could not be read" in warning.message for warning in reading.warnings)


@given(st.binary(max_size=2_000))
@settings(deadline=None, max_examples=200)
def test_no_bytes_can_make_it_crash(document: bytes) -> None:
    """Whatever is sent is answered."""
    assert not has_crashed(read(document))


LABELS = [
    "Company: ",
    "Phone: ",
    "County = ",
    "GPS: ",
    "WO # ",
    "Depth: ",
    '{"a": ',
    "<b>",
    "\n",
    "  ",
]


@given(st.lists(st.sampled_from(LABELS) | st.text(max_size=30), max_size=60).map("".join))
@settings(deadline=None, max_examples=200)
def test_no_text_can_make_it_crash_or_give_a_value_that_does_not_fit(text: str) -> None:
    """Labels in any order, with anything for a value."""
    reading = read(text.encode())

    assert not has_crashed(reading)
    TicketFacts.model_validate(reading.taken())
    assert all(is_reproduced(field, finding) for field, finding in reading.fields.items())
