"""Keys that are given from outside: read without a word too much, kept nowhere, revoked for good."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from config import Config
from domain.access import Role
from domain.errors import RejectedError
from storage.api_keys import ApiKeys
from storage.given_keys import GIVEN_MAX, given_keys
from storage.layout import Layout

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
SECRET = "A_b-" * 12
KEY = f"t811_0123456789ab_{SECRET}"


def keys_in(place: Path, given: str = f"the GPT:client:{KEY}") -> ApiKeys:
    layout = Layout(place)
    layout.config.mkdir(exist_ok=True)
    layout.locks.mkdir(exist_ok=True)
    keys = ApiKeys(layout)
    keys.give(Config.from_env({"API_KEYS": given}).api_keys, now=NOW)
    return keys


async def test_a_key_that_is_given_is_one_of_the_keys_and_stands_in_no_file(
    tmp_path: Path,
) -> None:
    """What is known of it is a hash, in memory."""
    keys = keys_in(tmp_path)

    [known] = await keys.list()

    assert (known.id, known.name, known.role) == ("0123456789ab", "the GPT", Role.CLIENT)
    assert known.secret.is_of(SECRET)
    assert not known.secret.is_of(SECRET[:-1] + "c")
    assert not Layout(tmp_path).api_keys.exists()


async def test_one_that_was_revoked_stays_so_while_it_is_given_again(tmp_path: Path) -> None:
    """Also in the next process, which reads the same environment."""
    await keys_in(tmp_path).revoke("0123456789ab", at=NOW, by="Dana")

    [known] = await keys_in(tmp_path).list()

    assert known.has_ended(NOW)
    assert SECRET.encode() not in Layout(tmp_path).api_keys.read_bytes()


async def test_one_that_is_given_no_more_opens_nothing(tmp_path: Path) -> None:
    """Who takes it out of the environment has ended it."""
    assert await keys_in(tmp_path).known()
    assert await keys_in(tmp_path, "").known() == {}


@pytest.mark.parametrize(
    "given",
    [
        "hunter2-hunter2",
        f"client:{KEY}",
        f"a:client:t811_0123456789ab_{SECRET[:42]}",
        f"a:boss:{KEY}",
        f"a\nb:client:{KEY}",
        f" :client:{KEY}",
        f"a:client:{KEY}, b:client:{KEY}",
        ",".join(f"a:client:t811_{number:012x}_{SECRET}" for number in range(GIVEN_MAX + 1)),
    ],
    ids=["bare", "no name", "short", "role", "lines", "blank", "twice", "many"],
)
def test_what_is_no_key_is_refused_and_no_part_of_it_repeated(given: str) -> None:
    """A refusal is read by more people than the key is meant for."""
    with pytest.raises(RejectedError) as refused:
        Config.from_env({"API_KEYS": given})

    assert refused.value.field == "API_KEYS"
    assert "hunter2" not in refused.value.problem
    assert SECRET[:42] not in refused.value.problem
    assert "t811_0" not in refused.value.problem


def test_several_are_apart_by_commas_and_their_texts_are_not_shown() -> None:
    """Not even by whoever prints the settings."""
    given = given_keys(f"the GPT:client:{KEY}, Dana Ruiz:admin:t811_1123456789ab_{SECRET},")

    assert [(key.name, key.role) for key in given] == [
        ("the GPT", Role.CLIENT),
        ("Dana Ruiz", Role.ADMIN),
    ]
    assert SECRET not in repr(given)
