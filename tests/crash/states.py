"""Which states a crash can leave behind: for each step of a recorded run, all that may be found.

What is pending at a stop falls into units: each change of a name, the bytes of each file, and
what lies under locks/ (derived, never synced) as one. Every unit has alternatives, from lost
to kept, torn ones between. All combinations are taken if they are few; else none, all, the
beginnings, each alternative alone, each alone missing, and a sample that is always the same.
"""

import hashlib
import itertools
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tests.crash.disk import ROOT, Change, Disk, Name, NameChange, Place, Step, Tree, Write

COMBINATIONS_MAX = 96
SAMPLE_COUNT = 24
TORN_CHANGES_MAX = 5  # of one file: the oldest and the newest are torn, those between are not
DERIVED = "locks"

Kept = tuple[tuple[int, Change], ...]  # changes and where they stand among the pending ones
Alternatives = list[Kept]  # the first: lost; the second: kept
# One after another, with the serial of its writer: what is left of two runs is the same.
TEMPORARY = re.compile(r"\.[0-9]+\.[0-9]+\.tmp")


@dataclass
class State:
    """A tree that a crash can leave, and after how many steps it can.

    A killed process leaves what it has done, to a successor under the same kernel; a power
    cut leaves less, to a kernel that has a new boot id.
    """

    tree: Tree
    is_power_cut: bool
    stops: list[int] = field(default_factory=list)

    def digest(self) -> str:
        """Return what makes the tree another one than all others, in any run."""
        digest = hashlib.sha256()
        for path in sorted(self.tree):
            file = self.tree[path]
            digest.update(f"{TEMPORARY.sub('.tmp', path)}\0".encode())
            digest.update(hashlib.sha256(file.content).digest() if file else b"/")
        return digest.hexdigest()


def crash_states(steps: Sequence[Step], *, first: int = 0) -> list[State]:
    """Return the distinct states that a crash can leave after `first` steps or more."""
    found: dict[tuple[bool, frozenset[object]], State] = {}
    disk = Disk()
    for stop in range(len(steps) + 1):
        if stop:
            disk.do(steps[stop - 1])
        if stop < first:
            continue
        for is_power_cut, tree in itertools.chain(
            [(False, disk.tree())], ((True, tree) for tree in power_cuts(disk))
        ):
            key = (is_power_cut, frozenset(tree.items()))
            state = found.setdefault(key, State(tree, is_power_cut))
            if stop not in state.stops[-1:]:
                state.stops.append(stop)
    return list(found.values())


def power_cuts(disk: Disk) -> Iterator[Tree]:
    """Yield what may be found on this disk when the power comes back."""
    # As a file system with an ordered journal leaves it: all up to some moment.
    for count in range(len(disk.pending)):
        yield disk.tree(disk.pending[:count])
    for choice in combinations(list(units(disk)), seed=len(disk.pending)):
        kept = sorted(itertools.chain.from_iterable(choice), key=lambda one: one[0])
        yield disk.tree(change for _position, change in kept)


def units(disk: Disk) -> Iterator[Alternatives]:
    """Yield what is pending in parts that are kept or lost each by itself."""
    names: list[Alternatives] = []
    data: dict[int, list[tuple[int, Change]]] = {}
    derived = _derived_inodes(disk)
    for position, change in enumerate(disk.pending):
        subject = change.name.directory if isinstance(change, NameChange) else change.inode
        if subject in derived:
            data.setdefault(-1, []).append((position, change))
        elif isinstance(change, NameChange):
            names.append([(), ((position, change),)])
        else:
            data.setdefault(subject, []).append((position, change))
    yield from names
    for inode, changes in data.items():
        yield [(), tuple(changes)] if inode < 0 else data_alternatives(changes)


def data_alternatives(changes: Sequence[tuple[int, Change]]) -> Alternatives:
    """Return what may be there of changes of one file: lost, kept, up to one, torn in one."""
    found: dict[Kept, None] = {(): None, tuple(changes): None}
    middle = range(2, len(changes) - TORN_CHANGES_MAX + 2)
    for index, (position, change) in enumerate(changes):
        if index in middle:
            continue
        before, after = tuple(changes[:index]), tuple(changes[index + 1 :])
        found[before] = None
        if isinstance(change, Write):
            found.update(dict.fromkeys((*before, (position, torn)) for torn in change.torn()))
            found[before + after] = None  # the later page reached the disk, the earlier did not
    return list(found)


def combinations(parts: list[Alternatives], *, seed: int) -> Iterator[Iterable[Kept]]:
    """Yield one alternative of each unit, in all ways or in those that matter most."""
    total = 1
    for part in parts:
        total *= len(part)
    if total <= COMBINATIONS_MAX:
        yield from itertools.product(*parts)
        return
    none, everything = [part[0] for part in parts], [part[1] for part in parts]
    for base in (none, everything):
        yield base
        for index, part in enumerate(parts):
            for alternative in part:
                yield [*base[:index], alternative, *base[index + 1 :]]
    for count in range(len(parts)):
        yield everything[:count] + none[count:]
    chance = random.Random(seed)  # noqa: S311 - a sample that is always the same
    for _number in range(SAMPLE_COUNT):
        yield [chance.choice(part) for part in parts]


def _derived_inodes(disk: Disk) -> set[int]:
    """Return the directory of what nobody needs after a power cut, and all that is in it."""
    names = {**disk.names, **{c.name: c.inode for c in disk.pending if isinstance(c, Place)}}
    directory = names.get(Name(ROOT, DERIVED), -1)
    return {directory} | {inode for name, inode in names.items() if name.directory == directory}
