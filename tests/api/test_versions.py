"""Which version a client saw: `If-Match` and `version` say the same, or the request is refused."""

from typing import Any

import httpx2
import pytest

from api.versions import agreed_version
from config import Config
from domain.errors import RejectedError
from jobs.job import Env
from tests.builders import NOW, make_ticket
from tests.conftest import serving
from tests.jobs.clocks import at, stored

PENDING: dict[str, Any] = {"status": "ValidPendingConfirm", "last_validated_at": NOW}
DANA = {"by": "Dana Ruiz"}


@pytest.mark.parametrize(
    ("if_match", "stated", "version"),
    [
        (None, None, None),
        (None, 3, 3),
        ('"3"', None, 3),
        ("3", None, 3),
        ('W/"3"', None, 3),
        (' "3" ', 3, 3),
        ("*", None, None),
        ("*", 3, 3),
    ],
)
def test_header_and_body_agree_on_a_version(
    if_match: str | None, stated: int | None, version: int | None
) -> None:
    """However the tag is written."""
    assert agreed_version(if_match, stated) == version


@pytest.mark.parametrize(
    ("if_match", "stated", "field"),
    [
        ('"3"', 4, "version"),
        ("three", None, "If-Match"),
        ('"3", "4"', None, "If-Match"),
        ('"0"', None, "If-Match"),
        ("-1", None, "If-Match"),
        ("", None, "If-Match"),
        ("\u0663", None, "If-Match"),
        ("9" * 19, None, "If-Match"),
    ],
)
def test_a_contradiction_and_a_tag_that_is_none_are_refused(
    if_match: str, stated: int | None, field: str
) -> None:
    """To take one of two would be to guess."""
    with pytest.raises(RejectedError) as refused:
        agreed_version(if_match, stated)

    assert refused.value.field == field


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"If-Match": '"1"'}, {}, 200),
        ({"If-Match": "1"}, {"version": 1}, 200),
        ({"If-Match": '"2"'}, {}, 409),
        ({"If-Match": '"1"'}, {"version": 2}, 422),
        ({"If-Match": "one"}, {}, 422),
    ],
)
async def test_an_edit_and_an_action_are_made_on_the_version_that_was_seen(
    config: Config, env: Env, headers: dict[str, str], body: dict[str, int], status: int
) -> None:
    """Each answer carries the version that it shows, for the next one."""
    edited, confirmed = [await stored(env, make_ticket(one, **PENDING)) for one in "ab"]

    async with serving(config, at(env, NOW)) as client:
        seen = await client.get(f"/tickets/{edited.id}")
        edit = await client.patch(
            f"/tickets/{edited.id}", json={"city": "Manor", **body}, headers=headers
        )
        deed = await client.post(
            f"/tickets/{confirmed.id}/confirm", json={**DANA, **body}, headers=headers
        )

    assert seen.headers["ETag"] == '"1"'
    assert (edit.status_code, deed.status_code) == (status, status)
    if status == 200:
        assert (edit.headers["ETag"], deed.headers["ETag"]) == ('"2"', '"2"')
    elif status == 409:
        assert "is at version 1" in edit.json()["problem"]


async def test_answers_to_a_ticket_are_taken_in_words(config: Config, env: Env) -> None:
    """By whoever is no conversation client as well."""
    ticket = await stored(env, make_ticket("a", **PENDING))
    said = {
        "answers": [
            {"field": "depth_inches", "answer": "18-24 in"},
            {"field": "subdivision", "answer": "skip"},
            {"field": "county", "answer": "Travs"},
        ],
        **DANA,
    }

    async with serving(config, at(env, NOW)) as client:
        answer = await client.post(f"/tickets/{ticket.id}/answers", json=said)
        neither = await client.post(
            f"/tickets/{ticket.id}/answers", json={"answers": [{"answer": "yes"}]}
        )
        stale = await client.post(
            f"/tickets/{ticket.id}/answers", json=said, headers={"If-Match": '"1"'}
        )

    view = answer.json()
    assert view["ticket"]["depth_inches"] == 24
    assert [one["suggested_values"] for one in view["refused"]] == [["Travis"]]
    assert view["left_open"] == ["Left open: subdivision. The notice can go without it."]
    assert {"status", "dates", "geometry", "packet"} <= view.keys()
    assert (neither.status_code, stale.status_code) == (422, 409)


async def test_a_view_shows_the_dates_and_the_packet_of_a_draft(
    env: Env, client: httpx2.AsyncClient
) -> None:
    """Each answer of the ordinary routes carries them."""
    await stored(env, make_ticket("a", **PENDING))

    view = (await client.get("/tickets/a")).json()

    assert view["status"] == "ValidPendingConfirm"
    assert view["dates"][0]["in_chicago"].endswith(("CST", "CDT"))
    assert view["packet"][2]["title"] == "Location"
