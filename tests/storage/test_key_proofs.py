"""Whose key it is: proven once, remembered, and forgotten the moment that the record changes."""

import asyncio
from pathlib import Path

import pytest

from domain.access import Role
from domain.errors import UnavailableError
from storage import key_proofs
from storage.api_keys import ApiKey, ApiKeys, KeyTerms
from storage.failures import DamagedFileError
from storage.key_proofs import KeyProofs
from storage.key_secrets import NOBODY, HashedSecret, Presented
from storage.layout import Layout
from tests.builders import LATER, NOW
from tests.keys import CHEAP

TERMS = KeyTerms(name="office", role=Role.CLIENT, created_at=NOW, created_by="Ann")


@pytest.fixture
def keys(tmp_path: Path) -> ApiKeys:
    layout = Layout(tmp_path)
    layout.locks.mkdir()
    layout.config.mkdir()
    return ApiKeys(layout)


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[HashedSecret]:
    """Against which hashes something was held, each time that this cost something."""
    found: list[HashedSecret] = []
    is_of = HashedSecret.is_of

    def counted(self: HashedSecret, secret: str) -> bool:
        found.append(self)
        return is_of(self, secret)

    monkeypatch.setattr(HashedSecret, "is_of", counted)
    return found


async def kept(keys: ApiKeys) -> tuple[ApiKey, str]:
    key, text = await keys.make(TERMS, CHEAP)
    await keys.add(key, now=NOW)
    return key, text


def with_secret(text: str, secret: str) -> str:
    return f"{text[:18]}{secret}"


async def test_a_key_is_proven_once_and_then_remembered(
    keys: ApiKeys, hashed: list[HashedSecret]
) -> None:
    """A proof fills a core for fifty milliseconds: no request could wait for it."""
    key, text = await kept(keys)
    proofs = KeyProofs(keys)

    assert await proofs.recall(text) is None
    assert await proofs.prove(text) == key
    assert await proofs.recall(text) == key
    assert await proofs.prove(text) == key
    assert hashed == [key.secret]


async def test_who_come_at_once_wait_for_one_proof(
    keys: ApiKeys, hashed: list[HashedSecret]
) -> None:
    """A client that begins with many requests does not fill the machine."""
    key, text = await kept(keys)
    proofs = KeyProofs(keys)

    found = await asyncio.gather(*(proofs.prove(text) for _ in range(20)))

    assert found == [key] * 20
    assert len(hashed) == 1


async def test_a_wrong_secret_is_refused_and_costs_a_proof_only_once(
    keys: ApiKeys, hashed: list[HashedSecret]
) -> None:
    """Also for who knows the id, which stands in every list."""
    key, text = await kept(keys)
    proofs = KeyProofs(keys)
    wrong = with_secret(text, "A" * 43)

    assert await proofs.prove(wrong) is None
    assert await proofs.prove(wrong) is None
    assert await proofs.recall(wrong) is None
    assert hashed == [key.secret]
    assert await proofs.prove(text) == key


async def test_an_unknown_key_costs_what_a_wrong_secret_costs(
    keys: ApiKeys, hashed: list[HashedSecret]
) -> None:
    """The time of an answer must not tell which ids there are."""
    key, _text = ApiKey.made(TERMS)
    unknown = Presented.new().text

    assert await KeyProofs(keys).prove(unknown) is None
    assert hashed == [NOBODY]
    assert (NOBODY.n, NOBODY.r, NOBODY.p) == (key.secret.n, key.secret.r, key.secret.p)
    assert len(NOBODY.salt) == len(key.secret.salt)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "t811",
        "t811__",
        "t811_0123456789ab_",
        "t811_0123456789ab_short",
        "t811_0123456789AB_" + "A" * 43,
        "t811_0123456789ab_" + "A" * 5_000,
        "t811_0123456789ab_" + "ä" * 43,
        " t811_0123456789ab_" + "A" * 43,
        "t811_0123456789ab_" + "A" * 43 + "\n",
    ],
    ids=[
        "nothing",
        "a prefix",
        "no parts",
        "no secret",
        "a short secret",
        "a foreign id",
        "a long secret",
        "letters of no key",
        "a blank before",
        "a line's end",
    ],
)
async def test_what_cannot_be_a_key_costs_nothing(
    keys: ApiKeys, hashed: list[HashedSecret], text: str
) -> None:
    """It tells nobody anything that he could not read in the documentation."""
    proofs = KeyProofs(keys)

    assert await proofs.recall(text) is None
    assert await proofs.prove(text) is None
    assert await proofs.claimed(text) is None
    assert hashed == []


async def test_a_proof_is_forgotten_when_another_process_revokes_the_key(
    keys: ApiKeys, hashed: list[HashedSecret]
) -> None:
    """What was proven was another record; the key is known all the same, and as revoked."""
    key, text = await kept(keys)
    proofs = KeyProofs(ApiKeys(keys._layout))
    await proofs.prove(text)
    await keys.revoke(key.id, at=LATER, by="Bob")

    assert await proofs.recall(text) is None
    found = await proofs.prove(text)
    assert found
    assert found.revoked_at == LATER
    assert len(hashed) == 2


async def test_a_key_that_is_made_after_it_was_refused_is_let_in(keys: ApiKeys) -> None:
    """That it was wrong is remembered of the list as it was."""
    key, text = await keys.make(TERMS, CHEAP)
    proofs = KeyProofs(keys)
    assert await proofs.prove(text) is None

    await keys.add(key, now=NOW)

    assert await proofs.prove(text) == key


async def test_another_hash_under_the_same_id_needs_another_proof(keys: ApiKeys) -> None:
    """Whoever puts back an old file puts back its keys, and not the proofs of the new one."""
    key, text = await kept(keys)
    proofs = KeyProofs(keys)
    await proofs.prove(text)
    other = key.model_copy(update={"secret": HashedSecret.of("another", CHEAP)})
    keys._write([other])

    assert await proofs.recall(text) is None
    assert await proofs.prove(text) is None


async def test_a_flood_of_wrong_keys_does_not_drive_out_a_good_one(
    keys: ApiKeys, hashed: list[HashedSecret], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does it fill the memory."""
    monkeypatch.setattr(key_proofs, "REMEMBERED_MAX", 5)
    key, text = await kept(keys)
    proofs = KeyProofs(keys)
    await proofs.prove(text)
    for number in range(20):
        await proofs.prove(with_secret(text, f"{number:043}"))
    hashed.clear()

    assert await proofs.recall(text) == key
    assert await proofs.prove(text) == key
    assert hashed == []
    assert len(proofs._refuted._kept) == 5


async def test_too_many_that_wait_for_a_proof_are_turned_away(
    keys: ApiKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each would hold a connection and a body; those who are known do not wait with them."""
    monkeypatch.setattr(key_proofs, "WAITING_MAX", 3)
    key, text = await kept(keys)
    proofs = KeyProofs(keys)
    await proofs.prove(text)
    flood = [proofs.prove(with_secret(text, f"{number:043}")) for number in range(10)]

    found = await asyncio.gather(*flood, return_exceptions=True)
    turned_away = [one for one in found if isinstance(one, UnavailableError)]

    assert len(turned_away) == 7
    assert await proofs.recall(text) == key
    assert await proofs.prove(with_secret(text, "B" * 43)) is None


async def test_many_that_come_at_once_with_a_good_key_all_come_in(
    keys: ApiKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a start nobody is known yet, and a program opens all its connections again."""
    monkeypatch.setattr(key_proofs, "WAITING_MAX", 1)
    key, text = await kept(keys)
    proofs = KeyProofs(keys)

    found = await asyncio.gather(*(proofs.prove(text) for _request in range(100)))

    assert found == [key] * 100
    assert not proofs._waiting


async def test_damage_lets_nobody_in_and_forgets_nobody(keys: ApiKeys) -> None:
    """Not even who was proven a moment ago; when it is mended they come in again."""
    key, text = await kept(keys)
    proofs = KeyProofs(keys)
    await proofs.prove(text)
    content = keys._path.read_bytes()
    keys._path.write_bytes(content[:-10])

    for asked in (proofs.recall(text), proofs.prove(text)):
        with pytest.raises(DamagedFileError):
            await asked
    keys._path.write_bytes(content)
    assert await proofs.recall(text) == key


async def test_which_key_a_text_claims_to_be_is_told_without_a_proof(
    keys: ApiKeys, hashed: list[HashedSecret]
) -> None:
    """The id is no secret, and who only names one has proven nothing."""
    key, text = await kept(keys)
    proofs = KeyProofs(keys)

    assert await proofs.claimed(text) == key.id
    assert await proofs.claimed(with_secret(text, "A" * 43)) == key.id
    assert await proofs.claimed(Presented.new().text) is None
    assert await proofs.recall(text) is None
    assert hashed == []
