"""What `texas811 doctor` says of one thing: fine, worth knowing, or wrong, and how to mend it."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from domain.errors import Texas811Error


class State(StrEnum):
    """Ok: as it should be. Note: it works, and somebody may want it otherwise. Wrong: mend it."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was looked at, how it is, what was seen, and what mends it ("" if nothing need be)."""

    group: str
    name: str
    state: State
    seen: str
    remedy: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Group:
    """Things that are looked at together."""

    name: str

    def ok(self, name: str, seen: str) -> Diagnosis:
        return Diagnosis(self.name, name, State.OK, seen)

    def note(self, name: str, seen: str, remedy: str) -> Diagnosis:
        return Diagnosis(self.name, name, State.NOTE, seen, remedy)

    def wrong(self, name: str, seen: str, remedy: str) -> Diagnosis:
        return Diagnosis(self.name, name, State.WRONG, seen, remedy)

    def failed(self, name: str, failure: Texas811Error) -> Diagnosis:
        """Return that something could not even be looked at."""
        return self.wrong(name, failure.problem, failure.remedy or "")

    def unless(self, trouble: str | None, name: str, seen: str, remedy: str) -> Diagnosis:
        """Return that it is wrong, for this trouble; or that it is as it was seen."""
        return self.wrong(name, trouble, remedy) if trouble else self.ok(name, seen)
