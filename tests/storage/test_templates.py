"""The customer's templates: files that a person may put there by hand, and that are kept whole."""

import os
import tarfile

import pytest

from domain.errors import ConflictError, NotFoundError, RejectedError
from extraction.templates import loading
from storage import templates
from storage.backup import Backups
from storage.layout import Layout
from storage.store import Store
from storage.templates import TEMPLATE_BYTES_MAX, TEMPLATES_MAX, TemplateFiles, decode
from tests.builders import NOW
from tests.storage.damage import checked


async def test_a_template_is_seen_by_every_process_and_gone_when_it_is_removed(
    store: Store, layout: Layout
) -> None:
    """Who adds it is the command line; who reads by it are the workers."""
    reading, adding = TemplateFiles(layout), TemplateFiles(layout)
    nothing = await reading.shelf()

    await adding.put("a", b"one", seen=None)
    first = await reading.shelf()
    await adding.put("a", b"two", seen=b"one")
    second = await reading.shelf()
    again = await reading.shelf()
    await adding.remove("a", seen=b"two")

    assert (dict(nothing.contents), dict(first.contents)) == ({}, {"a": b"one"})
    assert dict(second.contents) == {"a": b"two"}
    assert again is second
    assert dict((await reading.shelf()).contents) == {}
    assert list(layout.templates.iterdir()) == []


async def test_who_was_slower_is_told_and_changes_nothing(store: Store) -> None:
    """Two people mend the same template."""
    await store.templates.put("a", b"one", seen=None)

    for attempt in (
        store.templates.put("a", b"two", seen=None),
        store.templates.put("a", b"two", seen=b"other"),
        store.templates.remove("a", seen=b"other"),
    ):
        with pytest.raises(ConflictError):
            await attempt

    assert dict((await store.templates.shelf()).contents) == {"a": b"one"}


@pytest.mark.parametrize("name", ["", "A", "../a", "a.b", "a" * 65, "\u00e4"])
async def test_a_name_that_is_no_name_reaches_no_file(store: Store, name: str) -> None:
    """Names come from files that anybody may have written."""
    with pytest.raises(RejectedError):
        await store.templates.put(name, b"x", seen=None)


async def test_a_mistyped_data_directory_does_not_become_a_new_one(layout: Layout) -> None:
    """It reads as empty, and takes nothing."""
    elsewhere = TemplateFiles(Layout(layout.root / "none"))

    assert dict((await elsewhere.shelf()).contents) == {}
    with pytest.raises(NotFoundError):
        await elsewhere.put("a", b"x", seen=None)
    assert not (layout.root / "none").exists()


async def test_what_was_put_there_by_hand_and_cannot_be_read_is_left_out_and_told(
    store: Store, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link, a file without end, one too many: the others are read."""
    monkeypatch.setattr(templates, "TEMPLATES_MAX", 2)
    (layout.templates / "a.toml").write_bytes(b"x")
    (layout.templates / "b.toml").write_bytes(b"#" * (TEMPLATE_BYTES_MAX + 1))
    (layout.templates / "c.toml").symlink_to("/etc/hostname")
    (layout.templates / "d.toml").write_bytes(b"x")
    (layout.templates / "e.toml").write_bytes(b"x")
    (layout.templates / "note.txt").write_bytes(b"x")

    shelf = await store.templates.shelf()

    assert list(shelf.contents) == ["a", "d"]
    assert list(shelf.left_out) == ["b", "c", "e"]
    assert shelf.beyond == 1
    with pytest.raises(RejectedError, match="2 templates already"):
        await store.templates.put("f", b"x", seen=None)


async def test_the_check_tells_of_a_template_that_is_no_toml(
    store: Store, layout: Layout
) -> None:
    """And of what does not belong there; a good one is no finding."""
    (layout.templates / "good.toml").write_bytes(b'name = "good"')
    (layout.templates / "bad.toml").write_bytes(b"name =")
    (layout.templates / "stray.txt").write_bytes(b"")

    report = await checked(store)

    assert {finding.file for finding in report.findings} == {
        "templates/bad.toml",
        "templates/stray.txt",
    }


async def test_the_check_tells_how_many_templates_are_one_too_many(
    store: Store, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the layouts at the end of the alphabet are not known, and nobody knows why."""
    monkeypatch.setattr(templates, "TEMPLATES_MAX", 2)
    for name in "abcd":
        (layout.templates / f"{name}.toml").write_bytes(f'name = "{name}"'.encode())

    [finding] = (await checked(store)).findings

    assert finding.file == "templates"
    assert finding.problem == "2 of the templates are left out: more than 2."
    assert "texas811 templates remove" in finding.remedy
    assert not finding.is_mendable


async def test_a_template_is_in_the_backup_with_all_else(store: Store, layout: Layout) -> None:
    """Whoever loses the volume does not teach the reader once more."""
    await store.templates.put("a", b"one", seen=None)
    backups = Backups(layout, clock=lambda: NOW)

    note = await backups.make("asked")

    with tarfile.open(backups.path_of(note.filename)) as archive:
        assert "templates/a.toml" in archive.getnames()


def test_brackets_without_end_are_no_toml() -> None:
    """They exhaust the parser, which says so in its own way."""
    with pytest.raises(ValueError, match=r"deep|Invalid|Expected"):
        decode(b"a = " + b"[" * 20_000)


def test_the_reader_and_the_store_have_the_same_limits() -> None:
    """Neither may know the other."""
    assert (TEMPLATE_BYTES_MAX, TEMPLATES_MAX) == (
        loading.TEMPLATE_BYTES_MAX,
        loading.TEMPLATES_MAX,
    )
    assert os.sep not in templates.TEMPLATE_FILE.pattern
