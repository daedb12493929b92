"""What the persons know who handed in the documents of the conversations, in their own words.

The words answer the gaps of a ticket, by field. They are all invented, for the documents of others
as well, of which nothing stands here.
"""

from datetime import datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = ROOT / "samples"
SHARED = ROOT.parent / "shared" / "samples"  # of unclear licence, so not part of the project

CREW = {
    "company": "Dry Creek Line Builders LLC",
    "contact_name": "Raymond Tovar",
    "phone": "it's 979-555-0142, extension 12",
    "email": "rtovar@example.com",
    "address_line_1": "1180 Depot St, Brenham, TX 77834",
    "city_state_zip": "Brenham, TX 77834",
    "equipment_type": "digger derrick and hand tools",
    "work_for": "the utility",
    "is_boring": "no",
    "is_blasting": "No, no explosives",
    "depth_inches": "18-24 inches at the anchor, 7 ft for the pole",
    "marking_instructions": "Mark a 30 ft radius around the pole",
}


KNOWN: dict[Path, dict[str, str]] = {
    OURS / "gas_leak_emergency.txt": {
        **CREW,
        "company": "Lone Prairie Gas",
        "is_blasting": "none",
        "duration_days": "half a day",
        "address_line_1": "77 Derrick Rd, Odessa, TX 79761",
        "city_state_zip": "Odessa, Texas 79761",
        "white_lines_painted": "not yet",
    },
    OURS / "gas_main_relocation.pdf": {**CREW, "planned_start_at": "{start}"},
    OURS / "gas_service.eml": {
        **CREW,
        "county": "it's in Hockley County",
        "planned_start_at": "{start}",
        "address_line_1": "PO Box 90, Levelland, TX 79336",
    },
    OURS / "pole_replacement.txt": {**CREW, "planned_start_at": "as soon as possible"},
    OURS / "water_service_scan.png": {  # all of it, for machines that read no pictures
        **CREW,
        "county": "Hill",
        "city": "Hillsboro",
        "location": "32.0301, -97.0902",
        "nearest_intersection": "Old Ginhouse Rd and Pecan Draw Rd",
        "driving_directions": "From Hillsboro 2 miles east on Old Ginhouse Rd, then left",
        "type_of_work": "Bore under the road and set a water meter",
        "work_area_description": "From the main on the east side of the road, 45 ft west",
        "work_for": "Cedar Fork Water Supply Corporation",
        "duration_days": "one day",
        "planned_start_at": "{start}",
        "white_lines_painted": "yes",
    },
    OURS / "underground_primary.json": {
        **CREW,
        "city": "Kyle",
        "planned_start_at": "{day} at 7:30 in the morning",
        "white_lines_painted": "yes, this morning",
    },
    SHARED / "tx_bell_line_down_dispatch.txt": {
        **CREW,
        "county": "Bell",
        "city": "Little River-Academy",
        "duration_days": "4 hours",
        "nearest_intersection": "E Main St and Elm St",
        "white_lines_painted": "no",
        "type_of_work": "Cut and replace a line that is down",
        "work_area_description": "Front yard, 15 ft around the pole at the driveway",
    },
    SHARED / "tx_bexar_downed_power_line.txt": {
        **CREW,
        "county": "Bexar County, Texas",
        "city": "San Antonio",
        "type_of_work": "Reset a pole and hang the wires again",
        "work_area_description": "At the pole in front of the house, 10 ft around it",
        "emergency_justification": "Live wires hang over the street, the crew is on site",
        "duration_days": "one day",
        "white_lines_painted": "not yet",
    },
    SHARED / "tx_coppell_locate_email.txt": {
        **CREW,
        "county": "Dallas",
        "city": "Coppell",
        "type_of_work": "Pot holing to find a fiber line",
        "work_area_description": "Five holes of 2 by 2 ft along the shoulder",
        "location": "32.9660, -96.9905",
        "nearest_intersection": "SH 121 and Denton Tap Rd",
        "driving_directions": "From SH 121 and Denton Tap Rd go 300 ft east, south side",
        "planned_start_at": "{start}",
        "duration_days": "2 or 3 days",
        "white_lines_painted": "yes",
    },
}


def known(now: datetime) -> dict[Path, dict[str, str]]:
    """Return for each document what its sender knows; starts are said as seen from `now`."""
    day = now + timedelta(days=10)
    said = {
        "{start}": f"{day.month}/{day.day}/{day.year} at 8 AM",
        "{day}": f"{day:%A}, {day:%B} {day.day}",
    }
    return {
        path: {name: _said(text, said) for name, text in facts.items()}
        for path, facts in KNOWN.items()
    }


def _said(text: str, said: dict[str, str]) -> str:
    for word, meant in said.items():
        text = text.replace(word, meant)
    return text
