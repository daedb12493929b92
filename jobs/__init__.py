"""The work: one file per job, named by a verb. A job never imports a job.

`JOBS` is the whole list; a worker knows no other. The jobs are imported when it is first asked
for: who only rings for one by its name must not wait for all that they need.
"""

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING

from jobs.lanes import Lane

if TYPE_CHECKING:
    from jobs.job import Job

# The lane of each job by its name, for whoever has not imported the jobs.
LANE_OF: Mapping[str, Lane] = {
    "receive_work_order": "within_1s",
    "extract_ticket": "within_1s",
    "validate_ticket": "within_1s",
    "recompute_timestamps": "within_30s",
    "recover_work": "within_1s",
    "expire_sessions": "within_30s",
    "check_store": "whenever",
    "nightly_backup": "whenever",
    "copy_backups": "whenever",
    "apply_retention": "whenever",
    "drill_restore": "whenever",
}
# The key that each job has without arguments, if it needs none: by that it is the same job,
# whoever rings for it.
KEY_OF: Mapping[str, str] = {
    "recompute_timestamps": "all",
    "recover_work": "owed",
    "expire_sessions": "all",
    "check_store": "now",
    "nightly_backup": "now",
    "copy_backups": "all",
    "apply_retention": "now",
    "drill_restore": "now",
}


def __getattr__(name: str) -> "tuple[type[Job], ...]":
    if name != "JOBS":
        raise AttributeError(f"module 'jobs' has no attribute {name!r}")
    return _jobs()


@functools.cache
def _jobs() -> "tuple[type[Job], ...]":
    from jobs.apply_retention import ApplyRetention
    from jobs.check_store import CheckStore
    from jobs.copy_backups import CopyBackups
    from jobs.drill_restore import DrillRestore
    from jobs.expire_sessions import ExpireSessions
    from jobs.extract_ticket import ExtractTicket
    from jobs.nightly_backup import NightlyBackup
    from jobs.receive_work_order import ReceiveWorkOrder
    from jobs.recompute_timestamps import RecomputeTimestamps
    from jobs.recover_work import RecoverWork
    from jobs.validate_ticket import ValidateTicket

    return (
        ReceiveWorkOrder,
        ExtractTicket,
        ValidateTicket,
        RecomputeTimestamps,
        RecoverWork,
        ExpireSessions,
        CheckStore,
        NightlyBackup,
        CopyBackups,
        ApplyRetention,
        DrillRestore,
    )
