"""The customer's templates: added by somebody, audited, and given to the readers."""

import logging
from hashlib import sha256

import pytest

from domain.audit import Actor, AuditEvent, Author
from domain.errors import NotFoundError, RejectedError
from jobs.job import Env
from jobs.reader import Readers
from jobs.templating import GoodTemplates, add, faults_in, remove, usable
from storage.clock import system_clock

DANA = Author(actor=Actor.USER, name="Dana Ruiz", ip_address="192.0.2.7", user_agent="tests")
GOOD = b"""\
name = "feeder"
[match]
all = ["feeder sheet"]
[[fields]]
field = "city"
label = "Stadt"
[[tests]]
document = "FEEDER SHEET\\nStadt: Brenham"
expect = { city = "Brenham" }
"""
DOCUMENT = b"FEEDER SHEET\nWork order: WO-1\nStadt: Brenham\nCounty: Washington\n"


async def audited(env: Env) -> list[AuditEvent]:
    history = await env.store.audit.on(system_clock().date())
    return [event for event in history.events if event.action.startswith("template_")]


async def test_what_was_done_to_a_template_is_audited_with_who_and_the_digests(
    env: Env,
) -> None:
    """Months later somebody asks why orders were read otherwise that week."""
    better = GOOD.replace(b"[match]", b"version = 2\n[match]")

    added = await add(env, GOOD, by=DANA)
    again = await add(env, GOOD, by=DANA)
    replaced = await add(env, better, by=DANA)
    await remove(env, "feeder", by=DANA)

    first, second, third = await audited(env)
    assert (added[0].name, added[1], again[1]) == ("feeder", True, False)
    assert replaced[0].version == 2
    assert [event.action for event in (first, second, third)] == [
        "template_added",
        "template_replaced",
        "template_removed",
    ]
    assert first.notes == "Dana Ruiz added the template feeder."
    assert first.ip_address == "192.0.2.7"
    digests = {"sha256": sha256(GOOD).hexdigest()}, {"sha256": sha256(better).hexdigest()}
    assert second.field_changes == {"template": {"before": digests[0], "after": digests[1]}}
    assert third.field_changes == {"template": {"before": digests[1], "after": None}}
    assert dict((await env.store.templates.shelf()).contents) == {}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"name = ", "not TOML"),
        (GOOD.replace(b'= "Brenham" }', b'= "Austin" }'), "city is 'Brenham', and 'Austin'"),
        (GOOD.replace(b'["feeder', b'["order'), "the document does not match"),
    ],
)
async def test_a_template_that_will_not_do_is_refused_and_nothing_is_written(
    env: Env, content: bytes, said: str
) -> None:
    """Not even an event: nothing has changed."""
    with pytest.raises(RejectedError, match=said):
        await add(env, content, by=DANA)

    assert await audited(env) == []
    assert dict((await env.store.templates.shelf()).contents) == {}


async def test_what_is_not_there_is_not_removed(env: Env) -> None:
    """Nor is one that comes with the program."""
    with pytest.raises(NotFoundError, match="staking_sheet"):
        await remove(env, "staking_sheet", by=DANA)

    assert await audited(env) == []


async def test_a_faulty_file_keeps_no_document_from_being_read(
    env: Env, caplog: pytest.LogCaptureFixture
) -> None:
    """It is left out, and told once; it can be removed."""
    folder = env.store.quarantine.layout.templates
    (folder / "bad.toml").write_bytes(b"name =")
    (folder / "other.toml").write_bytes(GOOD)
    (folder / "feeder.toml").write_bytes(GOOD)
    good = GoodTemplates(env.store.templates)

    with caplog.at_level(logging.WARNING, logger="jobs.templating"):
        contents = [await good.contents(), await good.contents()]

    assert contents == [(GOOD,), (GOOD,)]
    [told] = [record.getMessage() for record in caplog.records]
    assert told.startswith("templates left out: 2 (bad: ")
    assert "; other: It calls itself feeder" in told
    await remove(env, "bad", by=DANA)
    shelf = await env.store.templates.shelf()
    assert list(faults_in(shelf)) == ["other"]
    assert [template.name for template in usable(shelf)] == ["feeder"]


@pytest.mark.slow
async def test_a_reader_in_its_child_reads_by_the_templates_that_there_are_now(
    env: Env,
) -> None:
    """Added while the child is warm: the next document is read by it."""
    read = Readers(GoodTemplates(env.store.templates).contents).read

    before = await read(DOCUMENT, "a.txt", None)
    await add(env, GOOD, by=DANA)
    after = await read(DOCUMENT, "a.txt", None)
    as_wired = await env.read(DOCUMENT, "a.txt", None)

    assert "city" not in before.fields
    assert (after.fields["city"].value, after.fields["city"].producer) == (
        "Brenham",
        "template",
    )
    assert as_wired == after
