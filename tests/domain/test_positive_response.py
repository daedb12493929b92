"""Open Positive Response: what is read, what is refused, and which answers it stands for."""

from typing import Any

import pytest

from domain.errors import ConflictError, MalformedError, RejectedError
from domain.positive_response import read_positive_response
from domain.responses import OUTCOME_OF_CODE, Outcome

WHOLE: dict[str, Any] = {
    "ticketNumber": "2606100001",
    "memberCode": "ONC01",
    "facilityList": ["electric", "fiber"],
    "action": "MARKED",
    "comment": "Three flags",
}
PICTURE = {"name": "Site", "mimeType": "image/png", "url": "https://photos.example.com/1"}


def test_a_response_stands_for_an_answer_about_each_facility() -> None:
    """The format names several at once; here each is closed or open by itself."""
    answers = list(read_positive_response(WHOLE).answers())

    assert [one.facility for one in answers] == ["electric", "fiber"]
    assert {one.center_code for one in answers} == {"MARKED"}
    assert {one.response_text for one in answers} == {"Three flags"}
    assert {one.response_date for one in answers} == {None}


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"ticketnum": "1"}, "ticketnum", "There is no field ticketnum."),
        ({"action": ...}, "action", "action is missing."),
        ({"memberCode": 7}, "memberCode", "memberCode: "),
        ({"facilityList": "electric"}, "facilityList", "facilityList: "),
        (
            {"geometry": {"wtk": "POINT(0 0)"}},
            "geometry.wtk",
            "There is no field geometry.wtk.",
        ),
        (
            {"attachmentList": [{}]},
            "attachmentList.0.name",
            "attachmentList.0.name is missing.",
        ),
        ({"ticket_number": "1"}, "ticket_number", "There is no field ticket_number."),
    ],
    ids=["unknown", "missing", "number", "no list", "in geometry", "in attachment", "our name"],
)
def test_what_the_standard_does_not_define_is_malformed_and_named(
    change: dict[str, Any], field: str, said: str
) -> None:
    """Nothing is assumed where people dig."""
    given = {name: value for name, value in {**WHOLE, **change}.items() if value is not ...}

    with pytest.raises(MalformedError) as refused:
        read_positive_response(given)

    assert refused.value.field == field
    assert said in refused.value.problem
    assert isinstance(refused.value, RejectedError)


@pytest.mark.parametrize("given", [None, [], "x", 3], ids=["null", "list", "text", "number"])
def test_what_is_no_object_is_malformed(given: object) -> None:
    """A batch may hold anything."""
    with pytest.raises(MalformedError, match="is a JSON object"):
        read_positive_response(given)


@pytest.mark.parametrize(
    "change",
    [
        {"memberCode": "A" * 11},
        {"facilityList": []},
        {"facilityList": ["x" * 61]},
        {"comment": "x" * 2_001},
        {"ticketNumber": "  "},
    ],
    ids=["code", "no facility", "facility", "comment", "no number"],
)
def test_a_value_beyond_its_limits_is_invalid(change: dict[str, Any]) -> None:
    """The form is right: to the standard that is a conflict, and no malformed document."""
    with pytest.raises(ConflictError) as refused:
        read_positive_response({**WHOLE, **change})

    assert (refused.value.field or "").split(".")[0] in change


def test_all_that_is_wrong_is_said_at_once() -> None:
    """The sender mends it in one go."""
    with pytest.raises(MalformedError) as refused:
        read_positive_response({"comment": 3})

    for name in ("ticketNumber", "memberCode", "facilityList", "action", "comment"):
        assert name in refused.value.problem


def test_what_is_taken_but_not_applied_is_said() -> None:
    """Else the sender would believe that we have his pictures."""
    plain = read_positive_response(WHOLE)
    rich = read_positive_response(
        {**WHOLE, "attachments": [PICTURE], "geometry": {"wkt": "POINT(0 0)"}, "session": "4"}
    )

    assert list(plain.not_applied(OUTCOME_OF_CODE)) == []
    assert [said.split()[0] for said in rich.not_applied(OUTCOME_OF_CODE)] == [
        "Attachments",
        "Located",
    ]


def test_an_unknown_action_is_kept_and_stays_open() -> None:
    """It closes nothing until somebody has said what it means."""
    response = read_positive_response({**WHOLE, "action": "ZZ9"})

    [said] = response.not_applied(OUTCOME_OF_CODE)
    assert "ZZ9 means is not known here" in said
    assert list(response.not_applied({**OUTCOME_OF_CODE, "zz9": Outcome.CLEAR})) == []
