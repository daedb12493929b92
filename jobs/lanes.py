"""The lanes: three queues, each named by how soon its jobs should begin.

A lane is a promise about latency and not a kind of work. Among the jobs that are due, the one
whose promise ends first goes first; so a job that has waited long enough overtakes every lane,
and nobody starves.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

Lane = Literal["within_1s", "within_30s", "whenever"]

LANES: tuple[Lane, ...] = ("within_1s", "within_30s", "whenever")
QUEUE_NAME = "texas811:queue"  # not arq's default: another arq application may share this Redis
# The first lane has the plain name: what a stock arq client hands in, somebody waits for.
QUEUES: Mapping[Lane, str] = MappingProxyType(
    {
        "within_1s": QUEUE_NAME,
        "within_30s": f"{QUEUE_NAME}:within_30s",
        "whenever": f"{QUEUE_NAME}:whenever",
    }
)
# How long a job of the lane may wait before it has the same right as one that just came to
# the first; for `whenever` long, and yet not for ever.
PATIENCE_SECONDS: Mapping[Lane, int] = MappingProxyType(
    {"within_1s": 1, "within_30s": 30, "whenever": 600}
)

WAKE_KEY = f"{QUEUE_NAME}:wake"  # a list of tokens: whoever takes one looks at the queues
RUNNING_KEY = f"{QUEUE_NAME}:running"  # a hash: job id -> worker, token, due (ms), queue
LEASES_KEY = f"{QUEUE_NAME}:leases"  # a sorted set: job id -> when its lease ends (ms)
POSTPONED_KEY = (
    f"{QUEUE_NAME}:postponed"  # a hash: job id -> due (ms), queue; see worker.claiming
)
GROUP_KEY = f"{QUEUE_NAME}:group:"  # + argument:value: a set of the ids that run and share it
FENCE_KEY = f"{QUEUE_NAME}:fence"  # the last fencing token
