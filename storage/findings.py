"""A finding: something in the store that is not as it should be, and what mends it."""

from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict


class Finding(BaseModel):
    """What is wrong with which file, and the remedy; `file` is a path below the data directory."""

    model_config = ConfigDict(frozen=True)

    file: str
    problem: str
    remedy: str

    @classmethod
    def at(cls, path: Path, root: Path, problem: str, remedy: str) -> Self:
        return cls(file=path.relative_to(root).as_posix(), problem=problem, remedy=remedy)
