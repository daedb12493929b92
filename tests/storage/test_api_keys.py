"""API keys: kept without their secrets, told from one process to the next, never half written."""

import asyncio
import json
import re
import sys
from asyncio.subprocess import PIPE
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from domain.access import Role
from domain.errors import ConflictError, NotFoundError, UnavailableError
from storage import api_keys
from storage.api_keys import ApiKey, ApiKeys, KeyTerms
from storage.failures import DamagedFileError
from storage.key_secrets import COST, HashedSecret, Presented
from storage.layout import Layout
from tests.builders import LATER, NOW
from tests.keys import CHEAP

ROOT = Path(__file__).parents[2]
TERMS = KeyTerms(name="office", role=Role.CLIENT, created_at=NOW, created_by="Ann")
CREATING = """
import asyncio, sys
from pathlib import Path
from tests.keys import key_in

async def create(data, count):
    for _ in range(count):
        print(await key_in(data))

asyncio.run(create(Path(sys.argv[1]), int(sys.argv[2])))
"""


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    layout = Layout(tmp_path)
    layout.locks.mkdir()
    layout.config.mkdir()
    return layout


async def kept(keys: ApiKeys, terms: KeyTerms = TERMS) -> tuple[ApiKey, str]:
    key, text = await keys.make(terms, CHEAP)
    await keys.add(key, now=NOW)
    return key, text


async def test_there_is_no_key_where_nobody_made_one(layout: Layout) -> None:
    """A new installation has no such file, and lets nobody in."""
    assert await ApiKeys(layout).list() == []
    assert await ApiKeys(Layout(layout.root / "none")).list() == []


async def test_neither_the_key_nor_its_secret_is_ever_written(layout: Layout) -> None:
    """Whoever steals the file, or a backup of it, has no key."""
    keys = ApiKeys(layout)
    key, text = await kept(keys)
    await keys.revoke(key.id, at=LATER, by="Bob")

    secret = Presented.parsed(text)
    assert secret
    written = [path.read_text() for path in layout.root.rglob("*") if path.is_file()]
    assert any(key.id in content for content in written)
    assert not any(secret.secret in content for content in written)
    assert secret.secret not in repr(key)
    assert key.secret.hash not in repr(key)


async def test_no_two_keys_have_a_secret_or_a_salt_in_common(layout: Layout) -> None:
    """Else one hash would tell two keys, and one guess would open two doors."""
    keys = ApiKeys(layout)
    made = [await kept(keys) for _ in range(20)]

    assert len({text for _key, text in made}) == 20
    assert len({key.id for key, _text in made}) == 20
    assert len({key.secret.salt for key, _text in made}) == 20


async def test_a_key_has_the_form_that_is_looked_for_in_leaks(layout: Layout) -> None:
    """Scanners of secrets know a key by its prefix; its secret has 256 bits."""
    _key, text = await kept(ApiKeys(layout))

    assert re.fullmatch(r"t811_[0-9a-f]{12}_[A-Za-z0-9_-]{43}", text)


def test_a_secret_is_hashed_as_is_recommended_and_known_again() -> None:
    """RFC 7914, with the cost that OWASP names as enough where memory is scarce."""
    hashed = HashedSecret.of("a secret")

    assert (hashed.n, hashed.r, hashed.p) == COST == (2**14, 8, 1)
    assert hashed.is_of("a secret")
    assert not hashed.is_of("A secret")
    assert not hashed.is_of("")


@pytest.mark.parametrize("n", [0, 1, 3, 2**17])
def test_a_cost_that_scrypt_does_not_take_is_refused(n: int) -> None:
    """One that somebody wrote into the file must not end in an accident at the door."""
    with pytest.raises(ValidationError):
        HashedSecret.model_validate({**HashedSecret.of("x", CHEAP).model_dump(), "n": n})


async def test_a_revocation_is_seen_by_every_process(layout: Layout) -> None:
    """Who revokes is the command line; who lets in is the API."""
    guarding, revoking = ApiKeys(layout), ApiKeys(layout)
    key, _text = await kept(revoking)
    before = await guarding.known()
    await revoking.revoke(key.id, at=LATER, by="Bob")
    after = await guarding.known()

    assert not before[key.id].has_ended(LATER)
    assert after[key.id].has_ended(NOW)
    assert (after[key.id].revoked_at, after[key.id].revoked_by) == (LATER, "Bob")


async def test_who_revoked_first_is_kept(layout: Layout) -> None:
    """The second time changes nothing, also not who is asked about it."""
    keys = ApiKeys(layout)
    key, _text = await kept(keys)
    first = await keys.revoke(key.id, at=LATER, by="Bob")

    assert await keys.revoke(key.id, at=LATER + timedelta(days=1), by="Carol") == first


async def test_a_key_ends_at_its_time_and_not_before(layout: Layout) -> None:
    """To the microsecond: a lease of a day is a day."""
    key, _text = ApiKey.made(TERMS.model_copy(update={"expires_at": LATER}), CHEAP)

    assert not key.has_ended(LATER - timedelta(microseconds=1))
    assert key.has_ended(LATER)


@pytest.mark.parametrize("key_id", ["", "000000000000", "../api_keys", "x" * 500])
async def test_a_key_that_is_not_there_is_not_found(layout: Layout, key_id: str) -> None:
    """It is told where to look for those that are."""
    with pytest.raises(NotFoundError) as failed:
        await ApiKeys(layout).revoke(key_id, at=NOW, by="Bob")
    assert "keys list" in str(failed.value.remedy)


async def test_a_missing_data_directory_is_not_made_for_a_key(tmp_path: Path) -> None:
    """The key would open a service that does not exist."""
    keys = ApiKeys(Layout(tmp_path / "mistyped"))
    key, _text = await keys.make(TERMS, CHEAP)

    with pytest.raises(NotFoundError, match="is not a data directory"):
        await keys.add(key, now=NOW)
    assert not (tmp_path / "mistyped").exists()


async def test_what_has_ended_makes_room_and_what_is_good_never_goes(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A demo makes and revokes a key each time; the file does not grow for ever."""
    monkeypatch.setattr(api_keys, "ENDED_MAX", 3)
    keys = ApiKeys(layout)
    good, _text = await kept(keys)
    for minute in range(8):
        made = TERMS.model_copy(update={"created_at": NOW + timedelta(minutes=minute)})
        key, _text = await kept(keys, made)
        await keys.revoke(key.id, at=LATER, by="Bob")
    newest, _text = await kept(keys)

    left = await keys.known()
    assert good.id in left
    assert newest.id in left
    assert key.id in left
    assert len(left) == 2 + 3


async def test_too_many_good_keys_are_refused(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A script that makes one for each request is told so, and harms nobody."""
    monkeypatch.setattr(api_keys, "KEYS_MAX", 2)
    keys = ApiKeys(layout)
    await kept(keys)
    await kept(keys)

    with pytest.raises(ConflictError, match="2 are the most"):
        await kept(keys)
    assert len(await keys.list()) == 2


async def test_keys_made_by_two_processes_at_once_are_all_kept(tmp_path: Path) -> None:
    """Nobody writes over what another has just written."""
    layout = Layout(tmp_path)
    layout.locks.mkdir()
    layout.config.mkdir()
    processes = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", CREATING, str(tmp_path), "25"), stdout=PIPE, cwd=ROOT
        )
        for _ in range(2)
    ]
    told = [(await process.communicate())[0].decode().split() for process in processes]

    texts = [text for texts in told for text in texts]
    assert [process.returncode for process in processes] == [0, 0]
    assert len(texts) == 50
    assert {text.split("_")[1] for text in texts} == set(await ApiKeys(layout).known())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"keys": [{}]}',
        b'{"keys": [], "more": 1}',
        b'{"keys": null}',
        b"\xff\xfe",
    ],
    ids=["empty", "cut off", "a list", "no key", "unknown", "null", "no text"],
)
async def test_a_damaged_file_is_told_with_its_remedy_and_left_alone(
    layout: Layout, content: bytes
) -> None:
    """To take it for an empty one would lock everybody out without a word, and lose it."""
    layout.api_keys.write_bytes(content)
    keys = ApiKeys(layout)
    key, _text = await keys.make(TERMS, CHEAP)

    for asked in (keys.list(), keys.find(key.id), keys.add(key, now=NOW)):
        with pytest.raises(DamagedFileError) as failed:
            await asked
        assert "texas811 keys create" in str(failed.value.remedy)
    assert layout.api_keys.read_bytes() == content


async def test_two_keys_of_one_id_are_damage(layout: Layout) -> None:
    """Which of them is meant, nobody can tell."""
    key, _text = await kept(ApiKeys(layout))
    one = json.loads(layout.api_keys.read_text())["keys"][0]
    layout.api_keys.write_text(json.dumps({"keys": [one, one]}))

    with pytest.raises(DamagedFileError, match="same id"):
        await ApiKeys(layout).find(key.id)


async def test_a_file_that_is_taken_away_ends_every_key(layout: Layout) -> None:
    """Never the other way round."""
    keys = ApiKeys(layout)
    key, _text = await kept(keys)
    assert key.id in await keys.known()
    layout.api_keys.unlink()

    assert await keys.known() == {}


async def test_a_disk_that_does_not_answer_is_no_empty_list(layout: Layout) -> None:
    """Nobody is refused for good because of it, and nobody is let in."""
    layout.api_keys.mkdir()

    with pytest.raises(UnavailableError, match=r"api_keys\.json"):
        await ApiKeys(layout).list()


@pytest.mark.parametrize(
    "given",
    [
        {"name": ""},
        {"name": "  "},
        {"name": "--"},
        {"name": "two\nlines"},
        {"name": "x" * 101},
        {"name": "a\x1b[2Jb"},
        {"created_by": ""},
        {"role": "king"},
        {"requests_per_minute": 0},
        {"requests_per_minute": 1_000_001},
    ],
    ids=str,
)
def test_terms_that_nobody_could_read_or_keep_are_refused(given: dict[str, object]) -> None:
    """They are shown in a list, and written into the log."""
    with pytest.raises(ValidationError):
        KeyTerms.model_validate({**TERMS.model_dump(), **given})
