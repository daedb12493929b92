"""The model of a disk: orders of writing that are known to be bad are found bad, the good one good."""

from collections.abc import Iterable, Sequence

import pytest

from tests.crash.disk import (
    ROOT,
    Disk,
    Name,
    Place,
    Remove,
    Stamp,
    Step,
    Sync,
    Tree,
    Truncate,
    Write,
    steps_to,
)
from tests.crash.states import crash_states

OLD, NEW = b"the old words", b"the new and longer words"
FINAL, TEMPORARY = Name(ROOT, "file"), Name(ROOT, "temporary")

# A file that is there, and its replacement by the recipe.
THERE: list[Step] = [Place(FINAL, 1, is_new=True), Write(1, 0, OLD), Sync()]
MADE = Place(TEMPORARY, 2, is_new=True)
WRITTEN = Write(2, 0, NEW)
FILE_SYNCED = Sync(2)
RENAMED = Place(FINAL, 2, source=TEMPORARY)
DIRECTORY_SYNCED = Sync(ROOT)
RECIPE: list[Step] = [MADE, WRITTEN, FILE_SYNCED, RENAMED, DIRECTORY_SYNCED]


def found_after(steps: Sequence[Step], *, first: int = 0) -> set[bytes | None]:
    """Return what a crash after `first` steps or more can leave of the file; None for nothing."""
    return {content_of(state.tree) for state in crash_states(steps, first=first)}


def content_of(tree: Tree, path: str = "file") -> bytes | None:
    file = tree.get(path)
    return file.content if file else None


def after_power_cut(steps: Sequence[Step]) -> list[Tree]:
    """Return what a power cut after the last of these steps can leave."""
    states = crash_states(steps, first=len(steps))
    return [state.tree for state in states if state.is_power_cut]


def test_the_recipe_leaves_the_old_file_or_the_new_at_every_moment() -> None:
    """Never less: that is what it is for."""
    assert found_after([*THERE, *RECIPE], first=len(THERE)) == {OLD, NEW}


def test_the_recipe_leaves_the_new_file_when_it_is_done() -> None:
    """An answer that is given then is a promise."""
    steps = [*THERE, *RECIPE]

    assert found_after(steps, first=len(steps)) == {NEW}


def test_without_the_sync_of_the_file_the_new_one_may_be_torn() -> None:
    """The rename is remembered and the bytes are not."""
    steps = [*THERE, MADE, WRITTEN, RENAMED, DIRECTORY_SYNCED]

    found = found_after(steps, first=len(steps))

    assert found == {b"", NEW[: len(NEW) // 2], NEW[:-1], bytes(len(NEW)), NEW}


def test_without_the_sync_of_the_directory_the_old_file_may_come_back() -> None:
    """The bytes are remembered and the rename is not."""
    steps = [*THERE, MADE, WRITTEN, FILE_SYNCED, RENAMED]

    assert found_after(steps, first=len(steps)) == {OLD, NEW}


def test_a_file_written_in_place_can_be_lost_between_old_and_new() -> None:
    """What was there is gone before the new is safe."""
    in_place: list[Step] = [Truncate(1, 0), Write(1, 0, NEW), Sync(1)]

    found = found_after([*THERE, *in_place], first=len(THERE))

    assert found == {OLD, b"", NEW[: len(NEW) // 2], NEW[:-1], bytes(len(NEW)), NEW}


def test_a_synced_file_is_lost_while_its_name_is_not_synced() -> None:
    """A sync of a file says nothing about its name."""
    steps: list[Step] = [MADE, WRITTEN, FILE_SYNCED]

    assert {content_of(tree, "temporary") for tree in after_power_cut(steps)} == {None, NEW}


def test_a_name_in_a_directory_that_is_lost_is_lost_with_it() -> None:
    """Each directory is remembered by its parent."""
    steps: list[Step] = [
        Place(Name(ROOT, "folder"), 5, is_new=True, is_directory=True),
        Place(Name(5, "file"), 6, is_new=True),
        Write(6, 0, NEW),
        Sync(6),
        Sync(5),
    ]

    left = after_power_cut(steps)

    assert {content_of(tree, "folder/file") for tree in left} == {None, NEW}
    assert {
        content_of(tree, "folder/file") for tree in after_power_cut([*steps, Sync(ROOT)])
    } == {NEW}


def test_names_that_were_not_synced_are_lost_in_any_order() -> None:
    """The later one may have reached the disk, and the earlier one not."""
    names = [Name(ROOT, name) for name in "abc"]
    steps = [Place(name, number + 1, is_new=True) for number, name in enumerate(names)]

    left = {frozenset(tree) for tree in after_power_cut(steps)}

    assert len(left) == 8


def test_a_rename_is_there_or_not_and_never_half() -> None:
    """Neither both names nor none."""
    steps: list[Step] = [*THERE, Place(TEMPORARY, 1, source=FINAL)]

    assert {frozenset(tree) for tree in after_power_cut(steps)} == {
        frozenset({"file"}),
        frozenset({"temporary"}),
    }


def test_a_removal_that_was_not_synced_may_be_undone() -> None:
    """What was forgotten comes back, unless the directory is synced."""
    steps: list[Step] = [*THERE, Remove(FINAL, 1)]

    assert found_after(steps, first=len(steps)) == {OLD, None}
    assert found_after([*steps, Sync(ROOT)], first=len(steps) + 1) == {None}


def test_a_rename_into_another_directory_takes_the_old_name_along() -> None:
    """Once the new directory is synced, whatever became of the making of the old name."""
    steps: list[Step] = [
        Place(Name(ROOT, "folder"), 5, is_new=True, is_directory=True),
        Sync(ROOT),
        MADE,
        WRITTEN,
        FILE_SYNCED,
        Place(Name(5, "file"), 2, source=TEMPORARY),
        Sync(5),
    ]

    assert {frozenset(tree) for tree in after_power_cut(steps)} == {
        frozenset({"folder", "folder/file"})
    }


def test_lines_that_were_not_synced_are_torn_anywhere_and_lost_in_any_order() -> None:
    """A later page may have reached the disk without the one before it."""
    steps: list[Step] = [*THERE, Write(1, 13, b"+1111\n"), Write(1, 19, b"+2222\n")]

    found = found_after(steps, first=len(steps))

    assert found == {
        OLD,
        OLD + b"+11",
        OLD + b"+1111",
        OLD + bytes(6),
        OLD + b"+1111\n",
        OLD + b"+1111\n+22",
        OLD + b"+1111\n+2222",
        OLD + b"+1111\n" + bytes(6),
        OLD + bytes(6) + b"+2222\n",
        OLD + b"+1111\n+2222\n",
    }


def test_a_sync_of_the_file_system_makes_everything_durable() -> None:
    """One sync for many files, names and all."""
    steps: list[Step] = [*THERE, MADE, WRITTEN, Stamp(2, 7), RENAMED, Sync()]

    (left,) = after_power_cut(steps)

    assert content_of(left) == NEW
    assert left["file"].mtime_ns == 7  # type: ignore[union-attr]  # it is a file


def test_a_killed_process_leaves_all_that_it_has_done() -> None:
    """The page cache survives it."""
    steps: list[Step] = [*THERE, MADE, WRITTEN, RENAMED]

    killed = [state for state in crash_states(steps, first=5) if not state.is_power_cut]

    assert [content_of(state.tree) for state in killed] == [OLD, NEW]


def test_too_many_pending_changes_are_sampled_and_the_extremes_are_always_there() -> None:
    """All, none, each alone, each alone missing."""
    steps = [Place(Name(ROOT, f"file-{n}"), n, is_new=True) for n in range(1, 13)]

    left = {frozenset(tree) for tree in after_power_cut(steps)}

    every = frozenset(f"file-{n}" for n in range(1, 13))
    assert left >= {
        frozenset(),
        every,
        *singles(every),
        *(every - one for one in singles(every)),
    }
    assert len(left) < 100


def singles(names: Iterable[str]) -> set[frozenset[str]]:
    return {frozenset({name}) for name in names}


@pytest.mark.parametrize("steps", [[], THERE, [*THERE, *RECIPE]])
def test_a_tree_can_be_made_again_from_itself(steps: Sequence[Step]) -> None:
    """So a run can begin on what a crash has left."""
    tree = Disk.after(steps).tree()

    again = Disk.after(steps_to(tree))

    assert again.tree([]) == tree
