"""The oldest days of the log go as a whole, and what is left is proved from the anchor on."""

import errno
import json
from datetime import datetime, timedelta

import pytest

from domain.audit import Actor, AuditEvent
from domain.errors import UnavailableError
from domain.keeping import Keeping
from storage.archive_reading import verify
from storage.layout import Layout
from storage.retention_plan import Kind, RetentionPlan, Why
from storage.store import Store
from tests.builders import NOW, make_change, make_ticket
from tests.storage.retention import ANN, findings, lived, over, retiring
from tests.storage.test_legal_holds import told
from tests.storage.trouble import fail, path_of

YEARS = NOW + timedelta(days=800)
KEEPING = Keeping(data_days=90, audit_months=12)


async def days_told(store: Store, count: int, *, until: datetime = NOW) -> list[str]:
    """Write a line on each of so many days, and return them."""
    days = []
    for number in range(count):
        at = until - timedelta(days=count - 1 - number)
        await lived(store, at)
        days.append(f"{at:%Y%m%d}")
    return days


def left(layout: Layout) -> list[str]:
    return sorted(path.stem[-8:] for path in layout.audit.glob("*/*.jsonl"))


def plan(store: Store, now: datetime = YEARS) -> RetentionPlan:
    return retiring(store, now, KEEPING).plan_now()


async def test_old_days_go_and_the_chain_holds_from_the_anchor_on(
    store: Store, layout: Layout
) -> None:
    """Once more after another year: each time what is left hangs on what the anchor names."""
    old = await days_told(store, 3)
    await days_told(store, 2, until=YEARS)
    for now in (YEARS, YEARS + timedelta(days=800)):
        retired = retiring(store, now, KEEPING).retire_now(ANN)
        assert retired.count(Kind.AUDIT_DAY) == len(retired.removed) >= 2
        assert list(Store(layout.root).audit.verify_all()) == []
        await days_told(store, 1, until=now + timedelta(days=1))

    anchor = json.loads(layout.audit_anchor.read_bytes())
    archives = sorted(layout.retired.iterdir())
    members = {one.name for path in archives for one in verify(path).members}
    assert {f"audit/{day[:4]}-{day[4:6]}/audit_{day}.jsonl" for day in old} <= members
    assert (anchor["by"], anchor["archive"]) == ("Ann", f"backups/retired/{archives[-1].name}")
    assert list(store.audit.verify_all()) == []
    assert await findings(store, YEARS + timedelta(days=801)) == []
    assert not layout.audit_file(old[0]).parent.exists()


@pytest.mark.parametrize("lost", ["anchor.json", "day"])
async def test_a_day_that_vanishes_in_any_other_way_is_missed(
    store: Store, layout: Layout, lost: str
) -> None:
    """Neither without the anchor nor behind it is anything believed that is not there."""
    await days_told(store, 2)
    recent = await days_told(store, 3, until=YEARS)
    retiring(store, YEARS, KEEPING).retire_now(ANN)
    assert left(layout) == recent

    (layout.audit_anchor if lost == "anchor.json" else layout.audit_file(recent[0])).unlink()

    [broken] = Store(layout.root).audit.verify_all()
    if lost == "anchor.json":
        assert (broken.path, "tells of a removal" in broken.problem) == (
            "audit/anchor.json",
            True,
        )
    else:
        assert broken.file[6:14] == recent[1]
        assert "is not as it was" in broken.problem


async def test_a_day_that_tells_of_what_is_there_or_held_keeps_all_behind_it(
    store: Store, layout: Layout
) -> None:
    """What is left is one chain: no day goes before an earlier one."""
    first, *_ = await days_told(store, 2, until=NOW - timedelta(days=1))
    await store.commit(make_change(make_ticket()))
    await days_told(store, 1, until=NOW + timedelta(days=1))
    await days_told(store, 1, until=YEARS)

    planned = plan(store)

    assert [one.name for one in planned.of(Kind.AUDIT_DAY)][::2] == [first]
    assert len(planned.of(Kind.AUDIT_DAY)) == 2
    assert [(one.name, one.why) for one in planned.kept] == [(f"{NOW:%Y%m%d}", Why.NEEDED)]


async def test_days_of_tickets_that_went_go_too_unless_a_hold_is_told(store: Store) -> None:
    """The tickets go first; one run later nothing needs their days any more."""
    ticket_id = await over(store, "a")
    await days_told(store, 1, until=YEARS)
    retiring(store, YEARS, KEEPING).retire_now(ANN)
    await days_told(store, 1, until=YEARS + timedelta(days=1))

    next_run = plan(store, YEARS + timedelta(days=1))
    await store.note(told("deposition_requested", ticket_id=ticket_id, timestamp=YEARS))
    held = plan(store, YEARS + timedelta(days=1))

    assert [one.name for one in next_run.of(Kind.AUDIT_DAY)] == [f"{NOW:%Y%m%d}"]
    assert held.of(Kind.AUDIT_DAY) == []
    assert [one.why for one in held.kept] == [Why.HELD]


async def test_days_are_kept_by_the_calendar_and_the_last_one_always(store: Store) -> None:
    """Twelve months, not 360 days; a log without an end would have nothing to hang on."""
    await days_told(store, 2)
    assert plan(store, YEARS).of(Kind.AUDIT_DAY)[-1].name == f"{NOW - timedelta(days=1):%Y%m%d}"
    a_year = NOW + timedelta(days=364)
    assert plan(store, a_year).going == []
    assert len(plan(store, a_year + timedelta(days=1)).going) == 1


async def test_a_late_event_hangs_on_the_anchor_and_a_cancelled_order_is_told_of(
    store: Store, layout: Layout
) -> None:
    """An event of a day between what was removed and what is left begins that day's file."""
    await days_told(store, 1, until=NOW - timedelta(days=40))
    await days_told(store, 1, until=YEARS)
    retiring(store, YEARS, KEEPING).retire_now(ANN)

    await days_told(store, 1, until=NOW)

    first = json.loads(layout.audit_file(f"{NOW:%Y%m%d}").read_bytes())
    assert first["_chain"]["after"] == f"{NOW - timedelta(days=40):%Y%m%d}/1"
    assert list(store.audit.verify_all()) == []
    event = AuditEvent(
        id="x", timestamp=NOW - timedelta(days=41), actor=Actor.USER, action="seen"
    )
    assert store.audit.has_told(event)
    assert not store.audit.has_told(event.model_copy(update={"timestamp": NOW}))


async def test_a_day_that_could_not_be_removed_is_removed_by_the_next_run(
    store: Store, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The anchor stands first: what it covers is removed, whether or not its file is there."""
    old = await days_told(store, 3)
    await days_told(store, 1, until=YEARS)
    with monkeypatch.context() as patch:
        fail(patch, "unlink", errno.EIO, at=lambda path: old[1] in path_of(path))
        with pytest.raises(UnavailableError):
            retiring(store, YEARS, KEEPING).retire_now(ANN)
    assert left(layout) == [*old[1:], f"{YEARS:%Y%m%d}"]
    assert list(Store(layout.root).audit.verify_all()) == []

    retiring(store, YEARS + timedelta(hours=1), KEEPING).retire_now(ANN)

    assert left(layout) == [f"{YEARS:%Y%m%d}"]
    assert list(Store(layout.root).audit.verify_all()) == []
