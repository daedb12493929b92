"""The variables of the language model: which one is asked, how long, and for how much."""

from pathlib import Path

import pytest

from config import Config
from domain.errors import RejectedError
from domain.extraction import Extraction, WarningCode
from jobs.wiring import make_env
from tests.jobs.language_models import ORDER, Recorded, facts, model_service

KEY = "sk-of-nobody-7f3a"
LOCKHART = facts(city=("Lockhart", "Lockhart is where the crew meets"))


async def read_with(place: Path, **given: str) -> Extraction:
    """Return what is read from an order in this environment."""
    env = make_env(Config.from_env({"DATA_DIR": str(place), **given}))
    assert env.read_helped
    try:
        return await env.read_helped(ORDER.encode(), "order.txt", None, ())
    finally:
        await env.queue.close()


@pytest.mark.slow  # a child starts
async def test_the_model_that_is_named_is_asked_where_it_is_and_with_the_key(
    tmp_path: Path,
) -> None:
    with model_service(LOCKHART) as service:
        given = {"LLM_BASE_URL": f"{service.url}/", "LLM_MODEL": "a-model", "LLM_API_KEY": KEY}
        read = await read_with(tmp_path, **given)

    assert read.fields["city"].value == "Lockhart"
    assert service.paths == ["/v1/chat/completions"]
    assert service.asked[0]["model"] == "a-model"
    assert service.headers[0]["authorization"] == f"Bearer {KEY}"


@pytest.mark.slow  # a child starts
async def test_a_model_is_waited_for_as_long_as_is_said_and_costs_what_is_said(
    tmp_path: Path,
) -> None:
    """One second and one token: neither is enough."""
    with model_service(Recorded({}, seconds=1.5)) as service:
        given = {"LLM_BASE_URL": service.url, "LLM_MODEL": "a-model"}
        late = await read_with(tmp_path, **given, LLM_SECONDS_MAX="1")
        asked = len(service.asked)
        poor = await read_with(tmp_path, **given, LLM_TOKENS_PER_DAY_MAX="1")

    assert "more than 1 s" in failure(late)
    assert "LLM_TOKENS_PER_DAY_MAX" in failure(poor)
    assert (asked, len(service.asked)) == (1, 1)


def failure(read: Extraction) -> str:
    [message] = [one.message for one in read.warnings if one.code is WarningCode.LLM_FAILED]
    return message


@pytest.mark.parametrize(
    "given", [{}, {"LLM_MODEL": "a-model", "LLM_API_KEY": KEY}], ids=["nothing", "no place"]
)
async def test_nobody_is_asked_unless_a_place_is_named(
    tmp_path: Path, given: dict[str, str]
) -> None:
    """No text leaves the machine by default."""
    env = make_env(Config.from_env({"DATA_DIR": str(tmp_path), **given}))
    await env.queue.close()

    assert env.read_helped is None


@pytest.mark.parametrize(
    ("given", "variable", "problem"),
    [
        ({"LLM_BASE_URL": "https://llm.example.com/v1"}, "LLM_MODEL", "without it"),
        ({"LLM_BASE_URL": "http://llm.example.com/v1"}, "LLM_BASE_URL", "https is needed"),
        ({"LLM_BASE_URL": "http://127.0.0.1.example.com"}, "LLM_BASE_URL", "https"),
        ({"LLM_BASE_URL": "https://user:hunter2@llm.example.com"}, "LLM_BASE_URL", "pattern"),
        ({"LLM_BASE_URL": "https://llm.example.com/v1?key=hunter2"}, "LLM_BASE_URL", "pattern"),
        ({"LLM_BASE_URL": "https://[hunter2"}, "LLM_BASE_URL", "no URL"),
        ({"LLM_BASE_URL": "https://:443"}, "LLM_BASE_URL", "with a host"),
        ({"LLM_API_KEY": "hunter2 hunter2"}, "LLM_API_KEY", "without a blank"),
        ({"LLM_API_KEY": "h\u00fcnter2"}, "LLM_API_KEY", "plain letters"),
        ({"LLM_MODEL": "a model"}, "LLM_MODEL", "pattern"),
        ({"LLM_SECONDS_MAX": "0"}, "LLM_SECONDS_MAX", "greater"),
        ({"LLM_SECONDS_MAX": "61"}, "LLM_SECONDS_MAX", "less"),
        ({"LLM_TOKENS_PER_DAY_MAX": "-1"}, "LLM_TOKENS_PER_DAY_MAX", "greater"),
    ],
)
def test_what_cannot_be_used_is_refused_and_no_secret_repeated(
    given: dict[str, str], variable: str, problem: str
) -> None:
    with pytest.raises(RejectedError) as refused:
        Config.from_env(given)

    assert refused.value.field == variable
    assert problem in refused.value.problem
    assert "unter2" not in str(refused.value) + str(refused.value.remedy)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:11434/v1", "http://localhost:8080", "http://[::1]:8080/v1"]
)
def test_a_model_on_this_very_machine_needs_no_tls(url: str) -> None:
    assert Config.from_env({"LLM_BASE_URL": url, "LLM_MODEL": "a-model"}).llm_base_url == url
