"""Parties as rows with a role, tags with what they stand on, and texts that a system has cut."""

import json

import pytest

from domain.extraction import Extraction
from extraction import read
from extraction.keys.parties import tells_role, told_role
from extraction.labels.concepts import name_of
from extraction.roles import Role
from extraction.values.names import company


def _of(**members: object) -> Extraction:
    return read(json.dumps({"workOrder": members}).encode(), filename="order.json")


def _value(reading: Extraction, field: str) -> object:
    found = reading.fields.get(field)
    return found.value if found is not None and found.is_taken else None


SITE = {"address": "455 CR 230", "city": "Hondo", "county": "Medina"}
WORK = {"woNumber": "WR-551203", "shortDescription": "Install padmount and secondary"}
OF_THE_UTILITY = {"role": "ZI", "roleText": "Utility inspector", "phone": "830-555-0120"}


@pytest.mark.parametrize(
    ("key", "text", "role"),
    [
        ("PARVW_TXT", "Contractor performing work", Role.EXCAVATOR),
        ("PARTN_ROLE_TXT", "Vendor", Role.EXCAVATOR),
        ("partnerRoleText", "Prime line contractor", Role.EXCAVATOR),
        ("role", "Customer (pays CIAC)", Role.WORK_FOR),
        ("partnerRoleText", "Utility inspector", Role.OTHER),
        ("roleDescription", "Responsible planner", Role.OTHER),
        ("role", "Work center lead", None),
    ],
)
def test_a_role_told_in_words_is_heard(key: str, text: str, role: Role | None) -> None:
    assert tells_role(name_of(key))
    told = told_role(text, name_of(key), "partner")
    assert told is role or (role is None and told in (None, Role.ONSITE, Role.OTHER))


def test_the_vendor_row_is_who_digs_and_the_customer_is_not_who_pays() -> None:
    reading = _of(
        **WORK,
        companyCodeText="Lone Prairie Electric Cooperative",
        site=SITE,
        partners=[
            {
                "role": "SP",
                "roleText": "Customer",
                "name": "Dora Hinojosa",
                "phone": "830-555-0171",
            },
            {
                "role": "VN",
                "roleText": "Vendor - line contractor",
                "partner": "0000201188",
                "name": "Sabinal Line Builders LLC",
                "street": "PO Box 88",
                "city": "Hondo",
                "state": "TX",
                "zip": "78861",
                "phone": "830-555-0119",
            },
            OF_THE_UTILITY,
        ],
    )
    assert _value(reading, "company") == "Sabinal Line Builders LLC"
    assert _value(reading, "phone") == "830-555-0119"
    assert _value(reading, "address_line_1") == "PO Box 88"
    assert _value(reading, "city_state_zip") == "Hondo, TX 78861"
    assert _value(reading, "work_for") == "Lone Prairie Electric Cooperative"
    assert _value(reading, "address") == "455 CR 230"


@pytest.mark.parametrize("raw", ["V00000918226", "0000417733", "VN-100234"])
def test_the_number_of_a_vendor_is_no_company(raw: str) -> None:
    assert company(raw) is None


@pytest.mark.parametrize("raw", ["84 Lumber", "3M", "A1 Boring", "K-2 Services"])
def test_a_name_with_a_digit_is_one(raw: str) -> None:
    assert company(raw) == raw


@pytest.mark.parametrize(
    ("asset", "field", "tag"),
    [
        (
            {"assetnum": "PMT-58813", "description": "XFMR, PAD MOUNT 50KVA"},
            "transformer_id",
            "PMT-58813",
        ),
        ({"tag": "T-88214", "type": "Transformer, pad"}, "transformer_id", "T-88214"),
        (
            {"assetTag": "88-1042", "equipmentDescription": "POLE, WOOD 45 CL3"},
            "pole_id",
            "88-1042",
        ),
        (
            {"equnr": "000000010388214", "eqktx": "WOOD POLE 40/3", "tidnr": "P-358-771"},
            "pole_id",
            "P-358-771",
        ),
    ],
)
def test_a_tag_is_of_what_its_description_says(
    asset: dict[str, str], field: str, tag: str
) -> None:
    reading = _of(**WORK, site=SITE, asset=asset)
    assert _value(reading, field) == tag
    assert _value(reading, "type_of_work") == WORK["shortDescription"]
    others = {"pole_id", "transformer_id", "meter_number", "equipment_type"} - {field}
    assert not any(_value(reading, other) for other in others)


def test_the_tag_of_a_switch_is_no_pole() -> None:
    reading = _of(
        **WORK, site=SITE, asset={"assetnum": "SW-118", "description": "SWITCH, GOAB"}
    )
    assert not {"pole_id", "transformer_id"} & reading.fields.keys()


def test_a_text_cut_into_rows_is_read_as_one() -> None:
    rows = [
        "Work area is alley side of the lot, from the",
        "rear fence to the meter pole. No boring.",
    ]
    reading = _of(**WORK, site=SITE, notes={"line": rows})
    area = _value(reading, "work_area_description")
    assert isinstance(area, str)
    assert area.startswith("Work area is alley side")
    assert "rear fence to the meter pole" in area
    assert _value(reading, "is_boring") is False


def test_roads_between_which_the_site_lies_are_told_by_their_words() -> None:
    reading = _of(**WORK, site={**SITE, "referencePoint": "Between FM 462 and CR 231"})
    assert _value(reading, "nearest_intersection") == "FM 462"
