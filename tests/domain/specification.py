"""The customer's models, typed by hand from the specification: the contract to compare with.

Where the design departs from it on purpose, the reason stands beside the entry.
"""

from domain.audit import Actor
from domain.facts import PriorityLevel, TicketType
from domain.gaps import GapCategory, GapSeverity
from domain.location import CoordinateSource, GeometrySource, GeometryType
from domain.responses import ResponseStatus, ResponseType
from domain.session import ConversationState
from domain.ticket import TicketStatus, ValidationStatus


def _words(listed: str) -> list[str]:
    return listed.split()


ENUMS = {
    TicketStatus: _words(
        "Draft Extracting ValidatingFields ValidPendingConfirm Ready Submitted ResponsesIn "
        "ReadyToDig Expiring Expired Cancelled Damaged"
    ),
    TicketType: [
        "Normal",
        "Emergency",
        "No Response",
        "Update",
        "Update & Remark",
        "Dig Up",
        "Demolition",
        # Beside the customer's seven: types that Texas811 takes and a work order may ask for.
        "Survey/Design",
        "Recall",
    ],
    PriorityLevel: ["Standard", "Rush", "Emergency"],
    CoordinateSource: ["geocoded", "manual", "extracted"],
    GeometryType: ["Point", "Polygon", "LineBuffer", "Circle"],
    GeometrySource: ["extracted", "geocoded", "manual", "GPS"],
    GapCategory: ["required_field", "validation_rule", "business_rule", "compliance_check"],
    GapSeverity: ["required", "recommended", "warning"],
    ResponseType: ["Positive", "Negative", "Standby", "Clear", "Damaged"],
    ValidationStatus: ["Invalid", "Valid", "Warning"],
    ResponseStatus: ["Pending", "Partial", "Complete", "No Response", "Damaged"],
    ConversationState: ["active", "paused", "completed", "abandoned", "error"],
    Actor: ["CustomGPT", "User", "System", "Texas811Portal"],
}

REQUIRED_TEXTS = _words(
    "company contact_name phone type_of_work county city work_area_description"
)

TICKET_TEXT_LIMITS = {
    "work_order_ref": 100,
    "work_order_filename": 255,
    "company": 200,
    "contact_name": 100,
    "phone": 20,
    "phone_extension": 10,
    "email": 100,
    "address_line_1": 200,
    "address_line_2": 200,
    "city_state_zip": 200,
    "onsite_contact_name": 100,
    "onsite_phone": 20,
    "onsite_phone_extension": 10,
    "work_for": 200,
    "work_for_phone": 20,
    "work_category": 50,
    "depth_description": 100,
    "duration_description": 200,
    "county": 100,
    "city": 100,
    "cross_street": 200,
    "subdivision": 200,
    "lot_block": 100,
    "section_township_range": 100,
    "nearest_intersection": 200,
    "pole_id": 50,
    "transformer_id": 50,
    "meter_number": 50,
    "work_area_size_description": 200,
    "damage_claim_number": 50,
    "previous_ticket_number": 50,
    "continuation_reference": 100,
    "texas811_ticket_number": 50,
    "submission_confirmation": 100,
}

# The specification sets no limit here; the design puts one on everything, a generous one.
TICKET_FREE_TEXTS = _words(
    "type_of_work address driving_directions work_area_description service_address "
    "additional_references marking_instructions emergency_justification"
)

# False in the specification; here nobody has said so until somebody has.
TICKET_BOOLEANS = _words("is_trenchless is_blasting is_boring white_lines_painted")

TICKET_INTEGERS = ("depth_inches", "duration_days")

TICKET_MOMENTS = _words(
    "created_at updated_at requested_at earliest_lawful_start positive_response_at "
    "expires_at marking_expires_at last_validated_at"
)

TICKET_DEFAULTS = {
    "status": TicketStatus.DRAFT,
    "extraction_confidence": 0.0,
    "extraction_warnings": [],
    "ticket_type": TicketType.NORMAL,
    "priority_level": "Standard",
    "gps_coordinates": None,
    "geometry": None,
    "validation_status": "Invalid",
    "validation_gaps": [],
    "gap_count": 0,
    "response_status": "Pending",
    "member_responses": [],
}

TICKET_FIELDS = {
    "id",
    *TICKET_TEXT_LIMITS,
    *TICKET_FREE_TEXTS,
    *TICKET_BOOLEANS,
    *TICKET_INTEGERS,
    *TICKET_MOMENTS,
    *TICKET_DEFAULTS,
}

# Ours beside the customer's, each with a default that says nothing: old files stay readable.
OUR_TICKET_FIELDS = {
    # the commit count, and the way back to the work order
    *_words("version work_order_id extracted_at edited_at confirmed_fields"),
    # what the notice must say and the specification has no field for (251.152(6))
    *_words("planned_start_at expected_completion_on equipment_type"),
    # the facts from which every date follows, and the dates that the law knows besides
    *_words("notice_at policy_version center_start_at response_due_at no_mark_notice_due_at"),
    *_words("refresh_by_at members member_list_missing"),
    # what named persons stated, and the tickets before and after
    *_words("confirmation site_check standbys grounds damages life_agreements cancellation"),
    *_words("previous_ticket_id superseded_by_number closed_at"),
}
# What the five kinds of answer cannot say: about which line, what it means, whether it was late.
OUR_RESPONSE_FIELDS = set(_words("facility outcome center_code is_late"))

GPS_COORDINATE_FIELDS = set(_words("latitude longitude source confidence"))

GEOMETRY_FIELDS = set(
    _words(
        "geometry_type geojson confidence geometry_source assumptions warnings "
        "area_square_feet buffer_distance_feet"
    )
)

VALIDATION_GAP_FIELDS = set(
    _words(
        "id category field problem severity suggested_prompt suggested_values "
        "user_friendly_description help_text created_at resolved_at resolution_method"
    )
)

MEMBER_RESPONSE_FIELDS = set(
    _words(
        "id member_code member_name response_type response_date response_text marking_color "
        "marking_instructions clearance_granted requires_standby standby_contact standby_phone "
        "special_instructions received_at processed_at"
    )
)

SESSION_FIELDS = set(
    _words(
        "session_key ticket_id session_data conversation_state current_step completed_steps "
        "pending_validations messages extraction_results expires_at created_at updated_at "
        "last_activity_at"
    )
)
OUR_SESSION_FIELDS = {"version"}

AUDIT_EVENT_FIELDS = set(
    _words(
        "id ticket_id timestamp actor action from_status to_status changed_fields field_changes "
        "session_id ip_address user_agent notes compliance_relevant legal_hold"
    )
)
OUR_EVENT_FIELDS = {"request_id", "key_id"}
