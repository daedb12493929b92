"""The work: one file per job, named by a verb. A job never imports a job.

`JOBS` is the whole list; a worker knows no other.
"""

from jobs.extract_ticket import ExtractTicket
from jobs.job import Job
from jobs.recompute_timestamps import RecomputeTimestamps
from jobs.recover_work import RecoverWork
from jobs.validate_ticket import ValidateTicket

JOBS: tuple[type[Job], ...] = (
    ExtractTicket,
    ValidateTicket,
    RecomputeTimestamps,
    RecoverWork,
)
