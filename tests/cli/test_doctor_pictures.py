"""What `texas811 doctor` says of the program that reads pictures."""

from pathlib import Path

import pytest

from cli.diagnosis import Diagnosis, State
from cli.doctor_machine import pictures
from extraction.ocr.tesseract import Tesseract
from tests.extraction.scanned import needs_tesseract


def told_of(engine: Tesseract) -> Diagnosis:
    [found] = pictures(engine)
    return found


@needs_tesseract
def test_tesseract_is_told_with_its_version_and_its_languages() -> None:
    """Whoever asks why a scan was read badly asks for these first."""
    found = told_of(Tesseract())

    assert found.state is State.OK
    assert found.seen[0].isdigit()
    assert "eng" in found.seen


def test_a_machine_without_it_works_and_is_told_what_it_lacks() -> None:
    """Text is read all the same."""
    found = told_of(Tesseract("no-such-engine"))

    assert found.state is State.NOTE
    assert "tesseract-ocr" in found.remedy


@pytest.mark.parametrize(
    ("does", "remedy"),
    [
        ("exit 1", "reinstall tesseract-ocr"),
        ('[ "$1" = --version ] && echo tesseract 5 || printf "List:\\nosd\\n"', "ocr-eng"),
    ],
)
def test_one_that_cannot_read_is_wrong(tmp_path: Path, does: str, remedy: str) -> None:
    """Each picture would become a draft, and nobody would know why."""
    path = tmp_path / "engine"
    path.write_text(f"#!/bin/sh\n{does}\n")
    path.chmod(0o755)

    found = told_of(Tesseract(str(path)))

    assert found.state is State.WRONG
    assert remedy in found.remedy
