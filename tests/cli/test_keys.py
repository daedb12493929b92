"""`texas811 keys`, and the commands that need a key for themselves."""

from pathlib import Path

import pytest

from config import Config
from jobs.job import Env
from storage.key_secrets import KEY_TEXT
from tests.cli.commands import texas811
from tests.conftest import serving, working
from tests.keys import sent


def at(config: Config) -> dict[str, str]:
    return {"DATA_DIR": str(config.root), "REDIS_URL": config.redis_address}


async def test_a_key_that_is_made_here_opens_the_service(config: Config, env: Env) -> None:
    """The whole way: made, used, revoked, and of no use any more."""
    async with serving(config, env, key=None) as client:
        made = await texas811(
            *("keys", "create", "office", "--role", "viewer", "--by", "Ann", "--quiet"),
            **at(config),
        )
        text = made.out.strip()
        during = await client.get("/tickets", headers=sent(text))
        ended = await texas811(
            *("keys", "revoke", text.split("_")[1], "--by", "Bob"), **at(config)
        )
        after = await client.get("/tickets", headers=sent(text))

    assert (made.status, made.error, ended.status) == (0, "", 0)
    assert KEY_TEXT.fullmatch(text)
    assert "revoked by Bob" in ended.out
    assert (during.status_code, after.status_code) == (200, 401)


async def test_a_key_is_shown_once_and_listed_without_it(config: Config, env: Env) -> None:
    """In the table and in the JSON."""
    made = await texas811(
        *("keys", "create", "office", "--role", "client", "--by", "Ann", "--expires-in", "2"),
        *("--requests-per-minute", "250", "--json"),
        **at(config),
    )
    listed = await texas811("keys", "list", **at(config))
    told = await texas811("keys", "list", "--json", **at(config))

    [line] = told.json
    secret = made.json["key"].rpartition("_")[2]
    assert {**line, "key": made.json["key"]} == {**made.json, "is_good": True}
    assert (line["role"], line["created_by"], line["requests_per_minute"]) == (
        "client",
        "Ann",
        250,
    )
    assert line["expires_at"] > line["created_at"]
    for said in (listed, told):
        assert line["id"] in said.out
        assert secret not in said.out
    assert not any(
        secret in path.read_text() for path in config.root.rglob("*") if path.is_file()
    )


async def test_a_person_is_told_how_to_use_a_key_and_how_to_end_it(
    config: Config, env: Env
) -> None:
    """What he needs next stands below it."""
    empty = await texas811("keys", "list", **at(config))
    said = await texas811("keys", "create", "office", "--role", "client", **at(config))

    assert "texas811 keys create" in empty.out
    assert "Authorization: Bearer" in said.out
    assert "texas811 keys revoke" in said.out


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("revoke", "000000000000", "--by", "Bob"), 3),
        (("create", " ", "--role", "client"), 2),
        (("create", "office", "--role", "king"), 2),
        (("create", "office", "--role", "client", "--expires-in", "0"), 2),
    ],
    ids=["unknown", "no name", "no role", "no time"],
)
async def test_what_will_not_do_ends_with_its_status(
    config: Config, env: Env, arguments: tuple[str, ...], status: int
) -> None:
    """And leaves no key behind."""
    said = await texas811("keys", *arguments, **at(config))

    assert said.status == status
    assert said.error
    assert "Traceback" not in said.error
    assert await env.store.api_keys.list() == []


async def test_the_demo_leaves_no_key_that_is_good(config: Config, env: Env) -> None:
    """It makes one for itself, and revokes it at the end."""
    async with working(config), serving(config, env, key=None) as client:
        said = await texas811("demo", "--url", str(client.base_url), **at(config))

    [key] = await env.store.api_keys.list()
    assert (said.status, key.revoked_by) == (0, "texas811 demo")


async def test_the_demo_says_that_a_service_elsewhere_needs_its_key(
    config: Config, env: Env
) -> None:
    """A key of here is of no use there."""
    async with serving(config, env, key=None) as client:
        said = await texas811(
            *("demo", "--url", str(client.base_url)),
            **at(config),
            TEXAS811_API_KEY="t811_0123456789ab_" + "A" * 43,
        )
        plain = await texas811(
            *("demo", "--url", str(client.base_url), "--key", "wrong"), **at(config)
        )

    assert said.status == plain.status == 2
    assert "--key" in said.error
    assert "--key" in plain.error
    assert await env.store.api_keys.list() == []


async def test_where_no_data_directory_is_no_key_is_made(tmp_path: Path) -> None:
    """A mistyped DATA_DIR is named, and not the disk."""
    made = await texas811(
        "keys", "create", "erp", "--role", "client", DATA_DIR=str(tmp_path / "typo")
    )

    assert (made.status, (tmp_path / "typo").exists()) == (3, False)
    assert "is not a data directory" in made.error
