"""The timetable of this service, and the names that go without the jobs."""

from contextlib import suppress
from datetime import timedelta

from pydantic import ValidationError

from jobs import JOBS, KEY_OF, LANE_OF
from jobs.recompute_timestamps import SWEEP_EVERY_SECONDS
from jobs.timetable import SWEEP_EVERY, TIMETABLE
from storage.schedule_state import NOTE_BYTES_MAX
from tests.builders import NOW

KINDS = {kind.name: kind for kind in JOBS}


def test_the_lane_of_each_job_is_known_without_the_job() -> None:
    """Who rings from outside puts it where the queue would."""
    assert {name: kind.lane for name, kind in KINDS.items()} == dict(LANE_OF)


def test_the_key_of_each_job_that_needs_no_arguments_is_known_without_the_job() -> None:
    """Who rings from outside rings for the same job as the schedule."""
    keys = {}
    for name, kind in KINDS.items():
        with suppress(ValidationError):
            keys[name] = kind.model_validate({}).key

    assert keys == dict(KEY_OF)


def test_every_entry_rings_for_a_job_that_there_is_once() -> None:
    """What an entry has been run for is remembered under the name of its job."""
    names = [entry.job for entry in TIMETABLE]

    assert set(names) <= set(KINDS)
    assert len(set(names)) == len(names)


def test_every_dated_entry_rings_for_a_job_under_the_id_of_its_run() -> None:
    """Its job takes the date; what it is called decides whether it is run once."""
    for entry in TIMETABLE:
        if entry.is_dated:
            job = KINDS[entry.job].model_validate({"due_at": NOW})
            assert job.id == entry.job_id(NOW)
        else:
            assert KINDS[entry.job].model_validate({}).id


def test_the_entries_that_are_promised_are_there() -> None:
    """Work is recovered, conversations end and time moves tickets, each in its time."""
    told = {entry.job: str(entry.when) for entry in TIMETABLE}

    assert told["recover_work"] == "every 5 s"
    assert told["expire_sessions"] == "every 1 min"
    assert told["recompute_timestamps"] == "every 5 min"
    assert told["check_store"] == "daily at 02:30 America/Chicago"
    assert timedelta(seconds=SWEEP_EVERY_SECONDS) == SWEEP_EVERY


def test_the_timetable_fits_into_the_note_that_remembers_it() -> None:
    """Of each entry a name and two numbers."""
    assert sum(len(entry.job) + 60 for entry in TIMETABLE) < NOTE_BYTES_MAX
