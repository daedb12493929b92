"""`texas811 templates`: learned, checked, added and removed, as a person would."""

import json
from pathlib import Path

import pytest

from config import Config
from jobs.job import Env
from tests.builders import make_ticket
from tests.cli.commands import ROOT, Said, texas811
from tests.jobs.clocks import stored

SAMPLE = str(ROOT / "samples" / "pole_replacement.txt")
CONFIRMED = {
    "company": "Dry Creek Line Builders LLC",
    "phone": "979-555-0142",
    "county": "Washington",
    "pole_id": "1204-88317",
    "email": "nobody@example.com",
}


async def run(config: Config, *arguments: str) -> Said:
    given = {"DATA_DIR": str(config.root), "REDIS_URL": config.redis_address}
    return await texas811("templates", *arguments, **given)


@pytest.mark.slow
async def test_a_template_is_learned_looked_at_added_shown_and_removed(
    config: Config, env: Env, tmp_path: Path
) -> None:
    """The whole way, each step with what it says."""
    fields, file = tmp_path / "fields.json", tmp_path / "poles.toml"
    fields.write_text(json.dumps(CONFIRMED))

    learned = await run(
        config, "learn", SAMPLE, str(fields), "--name", "poles", "-o", str(file), "--json"
    )
    checked = await run(config, "check", str(file))
    added = await run(config, "add", str(file), "--by", "Ann")
    again = await run(config, "add", str(file), "--by", "Ann", "--json")
    listed = await run(config, "list", "--json")
    shown = await run(config, "show", "poles")
    removed = await run(config, "remove", "poles", "--by", "Ann")
    gone = await run(config, "show", "poles")

    assert learned.json["placed"].keys() == CONFIRMED.keys() - {"email"}
    assert learned.json["unplaced"].keys() == {"email"}
    assert checked.out == "The template poles can be used; it has no tests.\n"
    assert (added.status, added.out) == (0, "The template poles is added.\n")
    assert again.json["is_news"] is False
    whose = {one["name"]: (one["whose"], one["state"]) for one in listed.json}
    assert whose == {"poles": ("yours", "good"), "staking_sheet": ("shipped", "good")}
    assert shown.out == file.read_text()
    assert "Dry Creek" not in shown.out
    assert (removed.status, removed.out) == (0, "The template poles is removed.\n")
    assert gone.status == 3


@pytest.mark.slow
async def test_only_a_ticket_that_somebody_has_confirmed_teaches(
    config: Config, env: Env
) -> None:
    """Else the reader would learn its own mistakes."""
    facts = {**CONFIRMED, "status": "Ready"}
    await stored(env, make_ticket("right", **facts))
    await stored(env, make_ticket("drafted", **facts | {"status": "Draft"}))

    right = await run(config, "learn", SAMPLE, "right")
    drafted = await run(config, "learn", SAMPLE, "drafted")
    absent = await run(config, "learn", SAMPLE, "nobody")

    assert right.status == 0
    assert 'label = "Contractor"' in right.out
    assert "Dry Creek" not in right.out
    assert "email: it does not stand in the document" in right.error
    assert (drafted.status, absent.status) == (2, 3)
    assert "nobody has confirmed it" in drafted.error


@pytest.mark.slow
async def test_what_cannot_be_used_is_refused_with_place_and_remedy(
    config: Config, env: Env, tmp_path: Path
) -> None:
    """A hostile pattern, a file that is none, a name that is taken, a document of no kind."""
    hostile, fields = tmp_path / "hostile.toml", tmp_path / "fields.json"
    hostile.write_text(
        'name = "x"\n[match]\nall = ["x"]\n[[fields]]\nfield = "city"\n'
        "pattern = '((a{30}){30}){30}'\n"
    )
    fields.write_text("[]")
    (config.root / "templates" / "bad.toml").write_bytes(b"name =")

    refused = await run(config, "add", str(hostile), "--by", "Ann", "--json")
    listed = await run(config, "list")
    no_fields = await run(config, "learn", SAMPLE, str(fields))
    fields.write_text(json.dumps(CONFIRMED))
    taken = await run(config, "learn", SAMPLE, str(fields), "-o", str(hostile))
    named = await run(config, "learn", SAMPLE, str(fields), "--name", "No Name")

    told = json.loads(refused.error.splitlines()[-1])
    assert (refused.status, told["field"]) == (2, "fields.1.pattern")
    assert "RE2" in told["remedy"]
    assert "bad" in listed.out
    assert "not TOML" in listed.out
    assert (no_fields.status, taken.status, named.status) == (2, 4, 2)


@pytest.mark.slow
async def test_extract_shows_what_the_service_would_read_by_the_templates(
    config: Config, env: Env, tmp_path: Path
) -> None:
    """Whoever has added one looks there whether it helps."""
    document = tmp_path / "feeder.txt"
    document.write_text(
        "FEEDER SHEET\nWork order: WO-1\nContractor: Dry Creek LLC\nPhone: (979) 555-0142\n"
        "Type of work: replace a pole, dig a hole\nStadt: Brenham\nCounty: Washington\n"
    )

    before = await texas811("extract", str(document), "--json", DATA_DIR=str(config.root))
    (config.root / "templates" / "feeder.toml").write_text(
        'name = "feeder"\n[match]\nall = ["feeder sheet"]\n'
        '[[fields]]\nfield = "city"\nlabel = "Stadt"\n'
    )
    after = await texas811("extract", str(document), "--json", DATA_DIR=str(config.root))

    assert "city" not in before.json
    assert after.json["city"] == "Brenham"
