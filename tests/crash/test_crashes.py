"""Every workload, crashed: a part of what `python -m tests.crash --all` does."""

import pytest

from tests.crash.proving import QUICK, proved
from tests.crash.workloads import WORKLOADS

SHORT = [name for name, workload in WORKLOADS.items() if not workload.has_aftermath]
LONG = [name for name, workload in WORKLOADS.items() if workload.has_aftermath]


@pytest.mark.parametrize("name", SHORT)
def test_no_promise_is_broken_by_a_crash(name: str) -> None:
    """The states of a sample; the program checks all of them."""
    proof = proved(WORKLOADS[name], thoroughness=QUICK)

    assert [failure.faults for failure in proof.failures] == []
    assert len(proof.digests) >= 3


@pytest.mark.slow
@pytest.mark.parametrize("name", LONG)
def test_no_promise_is_broken_by_a_second_crash(name: str) -> None:
    """After a kill, or in the middle of the recovery from the first."""
    proof = proved(WORKLOADS[name], thoroughness=QUICK)

    assert [failure.faults for failure in proof.failures] == []
    assert len(proof.digests) >= 3
