"""`texas811 status`: how the service stands, told beside the volume."""

from pathlib import Path

from config import Config
from jobs.job import Env
from storage.incarnations import new_incarnation
from storage.pauses import Pause
from tests.cli.commands import texas811


async def told(config: Config, *options: str) -> tuple[int, str]:
    said = await texas811(
        "status", *options, DATA_DIR=str(config.root), REDIS_URL=str(config.redis_url)
    )
    return said.status, said.out


async def test_a_healthy_service_is_one_line_and_no_reason_to_worry(
    config: Config, env: Env
) -> None:
    """A script of cron mails what is printed, if the status is not 0."""
    with env.store.incarnations.alive(new_incarnation("worker-1")):
        status, out = await told(config)

    assert status == 0
    assert out.startswith("Healthy: ")
    assert out.count("\n") == 1


async def test_what_is_wrong_is_told_the_worst_first_with_what_helps(
    config: Config, env: Env
) -> None:
    """Without a worker nothing gets done; that a lane is paused matters less."""
    now = env.clock()
    await env.store.pauses.pause(
        Pause(what="lane", name="whenever", reason="night", by="Ana", since=now)
    )

    status, out = await told(config)

    assert status == 9
    lines = out.splitlines()
    assert lines[0] == "Stuck: No worker is alive: nothing gets done. And 1 more."
    [stuck] = [at for at, line in enumerate(lines) if " stuck " in line]
    [degraded] = [at for at, line in enumerate(lines) if " degraded " in line]
    assert stuck < degraded
    assert "texas811 up" in lines[stuck]
    assert f"{now:%Y-%m-%d %H:%M:%SZ}" in lines[degraded]
    assert "texas811 queue resume whenever" in lines[degraded]


async def test_a_program_is_told_the_same(config: Config, env: Env) -> None:
    """Each cause by its parts; a time that nobody knows is null."""
    await env.store.pauses.list()

    said = await texas811(
        "status", "--json", DATA_DIR=str(config.root), REDIS_URL="redis://127.0.0.1:1"
    )

    assert said.status == 9
    assert said.json["level"] == "stuck"
    assert said.json["sentence"].startswith("Stuck: Redis is away")
    assert [cause["about"] for cause in said.json["causes"]] == ["redis", "workers"]
    assert set(said.json["causes"][0]) == {"level", "about", "said", "remedy", "since"}
    assert said.json["causes"][0]["since"] is None


async def test_of_a_directory_that_is_elsewhere_nothing_is_said(tmp_path: Path) -> None:
    """That it is healthy would be a lie."""
    said = await texas811("status", DATA_DIR=str(tmp_path / "none"))

    assert said.status == 3
    assert "is not a data directory" in said.error
