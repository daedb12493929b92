"""A data directory as the specification's program leaves it, its formats and its faults.

Times are naive UTC; the JSON is indented, and what it does not know is written by `str`.
"""

import json
import math
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

BEGUN = datetime(2025, 8, 30, 14, 0, 0, 250_000)  # noqa: DTZ001 - the program knows no zones
SECRET = "sk-live-5f2c81d09a"  # noqa: S105 - of a program that never was

Json = dict[str, Any]

NOTHING_SAID = (
    "work_order_ref phone_extension address_line_2 onsite_contact_name onsite_phone "
    "onsite_phone_extension work_for_phone depth_description duration_description cross_street "
    "subdivision lot_block section_township_range driving_directions geometry pole_id "
    "transformer_id meter_number service_address additional_references "
    "work_area_size_description emergency_justification damage_claim_number "
    "previous_ticket_number continuation_reference earliest_lawful_start positive_response_at "
    "expires_at marking_expires_at last_validated_at texas811_ticket_number "
    "submission_confirmation"
)
# What its model writes of any ticket; the No of its defaults was said by nobody.
SAID: Json = {
    "work_order_filename": "order.pdf",
    "extraction_confidence": 0.8,
    "extraction_warnings": [],
    "ticket_type": "Normal",
    "priority_level": "Standard",
    "company": "Caprock Line Builders",
    "contact_name": "Dana Ruiz",
    "phone": "512-555-0142",
    "email": "dana.ruiz@caprock.example.com",
    "address_line_1": "2200 Mesquite Rd",
    "city_state_zip": "Lubbock, TX 79401",
    "work_for": "Pedernales Light & Power",
    "type_of_work": "Replace power pole",
    "work_category": "electric",
    "is_trenchless": False,
    "is_blasting": False,
    "is_boring": False,
    "depth_inches": 72,
    "duration_days": 2,
    "county": "Travis",
    "city": "Austin",
    "work_area_description": "Within 10 ft of the pole",
    "nearest_intersection": "Bluebonnet Ln and Pecan St",
    "gps_coordinates": {
        "latitude": 30.25,
        "longitude": -97.75,
        "source": "manual",
        "confidence": 0.9,
    },
    "marking_instructions": "Mark a 20 ft radius",
    "white_lines_painted": False,
    "validation_status": "Invalid",
    "validation_gaps": [],
    "gap_count": 7,  # kept by nobody
    "response_status": "Pending",
    "member_responses": [],
}


def write(path: Path, value: object) -> None:
    """Write a file as its `_atomic_write` does: for its owner alone, datetimes without their T."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2, default=str))
    path.chmod(0o600)


def old_ticket(ticket_id: str, **said: Any) -> Json:
    """Return a ticket as its model dumps it, every field there."""
    return {
        "id": ticket_id,
        "status": "Draft",
        "created_at": BEGUN,
        "updated_at": BEGUN + timedelta(minutes=5),
        "requested_at": BEGUN,
        **dict.fromkeys(NOTHING_SAID.split()),
        **SAID,
        "address": f"{ticket_id[-2:]} Bluebonnet Ln",
        **said,
    }


def old_event(number: int, ticket_id: str | None, **said: Any) -> Json:
    """Return an event as its model dumps it, a minute after the one before."""
    return {
        "id": str(uuid5(NAMESPACE_URL, f"event/{number}")),
        "ticket_id": ticket_id,
        "timestamp": BEGUN + timedelta(minutes=number),
        "actor": "CustomGPT",
        "action": "ticket_created",
        "from_status": None,
        "to_status": "Draft",
        "changed_fields": [],
        "field_changes": {},
        "session_id": None,
        "ip_address": None,
        "user_agent": None,
        "notes": None,
        "compliance_relevant": False,
        "legal_hold": False,
        **said,
    }


def write_ticket(data: Path, ticket_id: str, **said: Any) -> Json:
    """Write a ticket and return it as it stands in its file."""
    path = data / "tickets" / f"ticket_{ticket_id}.json"
    write(path, old_ticket(ticket_id, **said))
    raw: Json = json.loads(path.read_text())
    return raw


def write_day(data: Path, day: datetime, events: list[Json]) -> Path:
    """Write a day of the audit trail and return its file."""
    path = data / "audit" / f"{day:%Y-%m}" / f"audit_{day:%Y%m%d}.json"
    write(path, events)
    return path


def write_session(data: Path, key: str, *, folder: str = "sessions", **said: Any) -> None:
    """Write a conversation as pydantic's `.json()` does: its datetimes have their T."""
    times = ("expires_at", "created_at", "updated_at", "last_activity_at")
    session = {
        "session_key": key,
        "ticket_id": None,
        "session_data": {"lang": "en"},
        "conversation_state": "active",
        "current_step": "confirm",
        "completed_steps": ["extract"],
        "pending_validations": [],
        "messages": [{"role": "user", "content": "Travis County"}],
        "extraction_results": {},
        **{name: BEGUN.isoformat() for name in times},
        **said,
    }
    path = data / folder / f"session_{key}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(session, indent=2))


def write_small(data: Path) -> None:
    """Write one file of each kind: for tests that look at every call to the system."""
    write_ticket(data, "001", phone="555-0142")
    write_ticket(data, "002", status="Submitted", texas811_ticket_number="2560000001")
    (data / "tickets" / "ticket_003.json").write_bytes(b"")
    write(data / "tickets" / "index.json", {"by_status": {"Draft": ["001"]}})
    day = write_day(data, BEGUN, [old_event(one, f"00{1 + one % 2}") for one in range(4)])
    day.write_bytes(day.read_bytes().replace(b'"actor"', b'"actor', 1))
    write_session(data, "abc")
    write(data / "config" / "system_config.json", {"data_retention_days": 30})
    write(data / "config" / "api_keys.json", {"keys": [{"name": "gpt", "key_hash": "5f" * 32}]})
    (data / "tickets" / "tmpx3k.tmp").write_text('{"id": "00')
    (data / "backups" / "temp_restore_20250830_140000" / "tickets").mkdir(parents=True)


def write_large(data: Path) -> dict[str, Json]:
    """Write 20 tickets, some of them faulty, and all that goes with them; return the tickets."""
    tickets = {one: write_ticket(data, one) for one in (f"{n:03}" for n in range(1, 13))}
    tickets |= {
        "ticket_7": write_ticket(data, "ticket_7", status="Ready"),
        "letters": write_ticket(data, "letters", phone="abcdefghij"),
        "short": write_ticket(data, "short", phone="555-0142", onsite_phone=5125550142),
        "nan": write_ticket(
            data,
            "nan",
            extraction_confidence=math.nan,
            gps_coordinates={"latitude": math.nan, "longitude": -97.75, "source": "GPS"},
        ),
        "set": write_ticket(data, "set", extraction_warnings={1, 2}),
        "bare": write_ticket(data, "bare", county="", city=None, gps_coordinates={}),
        "sent": write_ticket(
            data,
            "sent",
            status="ReadyToDig",
            texas811_ticket_number="2560000001",
            earliest_lawful_start=datetime(2025, 9, 4, 5),  # noqa: DTZ001 - no zones
            validation_gaps=[_old_gap()],
            member_responses=[_old_answer()],
        ),
        "odd": write_ticket(
            data, "odd", crew="7", status="TicketStatus.READY", priority_level="rush"
        ),
    }
    (data / "tickets" / "ticket_empty.json").write_bytes(b"")
    torn = json.dumps(old_ticket("torn"), default=str)[:300]
    (data / "tickets" / "ticket_torn.json").write_text(torn)
    write(data / "tickets" / "index.json", {"by_status": {}, "by_county": {}})
    (data / "tickets" / "tmpq8f.tmp").write_text('{"id": "0')
    _write_trail(data)
    _write_rest(data)
    return tickets


def _write_trail(data: Path) -> None:
    """Write three days: a whole one, one that lacks a byte in its last event but one, an empty one."""
    first = [old_event(number, f"{number:03}") for number in range(1, 12)]
    first += [
        first[3],  # twice the same
        {**first[4], "notes": "another one under the same id"},
        old_event(20, "sent", actor="Dispatcher", to_status="Submitted", legal_hold=True),
        old_event(21, None, action="nightly_backup", to_status=None, changed_fields={"a", "b"}),
        old_event(22, "001", field_changes={"depth_inches": math.nan}, colour="blue"),
    ]
    write_day(data, BEGUN, first)
    second = [old_event(1440 + n, "sent", from_status="Draft") for n in range(6)]
    torn = write_day(data, BEGUN + timedelta(days=1), second)
    text = torn.read_bytes()
    at = text.rfind(b'"action"', 0, text.rfind(b'"action"'))
    torn.write_bytes(text[:at] + text[at + 1 :])
    write_day(data, BEGUN + timedelta(days=2), []).write_bytes(b"")
    write(data / "audit" / "index.json", {"20250830": 16})


def _write_rest(data: Path) -> None:
    write_session(data, "abc123", ticket_id="001", completed_steps="{'extract', 'ask'}")
    write_session(data, "gone", folder="sessions/expired", conversation_state="abandoned")
    (data / "sessions" / "session_torn.json").write_text('{"session_key": "to')
    write(data / "config" / "system_config.json", {"data_retention_days": 90, "theme": "dark"})
    write(data / "config" / "rate_limits.json", {"requests_per_minute": 60})
    keys = {SECRET: {"name": "the old GPT"}, "keys": [{"name": "cron", "secret": SECRET[::-1]}]}
    write(data / "config" / "api_keys.json", keys)
    archive = data / "backups" / "daily" / "backup_20250830_020000.tar.gz"
    archive.parent.mkdir(parents=True)
    archive.write_bytes(b"not looked into")
    note = {"created": "2025-08-30T02:00:00.1", "size_bytes": 15}
    there = {
        **note,
        "filename": archive.name,
        "file_path": f"/srv/data/backups/daily/{archive.name}",
    }
    lost = {**there, "filename": "backup_20250829_020000.tar.gz"}
    write(data / "backups" / "metadata.json", {"backups": [lost, there], "last_backup": there})


def _old_gap() -> Json:
    return {
        "id": str(uuid5(NAMESPACE_URL, "gap")),
        "category": "required_field",
        "field": "county",
        "problem": "field_missing",
        "severity": "required",
        "suggested_prompt": None,
        "suggested_values": [],
        "user_friendly_description": "Texas county required",
        "help_text": None,
        "created_at": BEGUN,
        "resolved_at": None,
        "resolution_method": None,
    }


def _old_answer() -> Json:
    return {
        "id": str(uuid5(NAMESPACE_URL, "answer")),
        "member_code": "PLP",
        "member_name": "Pedernales Light & Power",
        "response_type": "Clear",
        "response_date": BEGUN + timedelta(hours=3),
        "response_text": "No lines here",
        "clearance_granted": True,
        "requires_standby": False,
        "received_at": BEGUN + timedelta(hours=3),
    }
