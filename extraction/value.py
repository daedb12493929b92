"""Values: records that never change, of which one document makes thousands.

A frozen dataclass sets each field by a call, which takes three times as long as setting it. So
that nothing is set later is proved by the type checker here, and not tried at run time.
"""

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

Record = TypeVar("Record")


@dataclass_transform(frozen_default=True)
def value(record: type[Record]) -> type[Record]:
    """Make a class a dataclass that is frozen for the type checker, with slots and a hash."""
    return dataclass(slots=True, unsafe_hash=True)(record)
