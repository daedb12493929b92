"""The names that tickets are kept by, as a person says them: statuses, outcomes, grounds, kinds."""

from domain.questions import label

WORDS = {
    # Statuses.
    "Extracting": "Being read",
    "ValidatingFields": "Being validated",
    "ValidPendingConfirm": "Valid, to be confirmed",
    "Ready": "Ready to submit",
    "ResponsesIn": "Answers in",
    "ReadyToDig": "Ready to dig",
    # Outcomes.
    "NoMarkNeeded": "No mark needed",
    "MarkedToMeter": "Marked to the meter",
    "SelfLocate": "To be located by oneself",
    "CannotLocate": "Cannot be located",
    "InConflict": "In conflict",
    "StandbyRequired": "Standby required",
    # Grounds for a second notice.
    "NoResponse": "No response",
    "AllClearContradicted": "All-clear contradicted",
    "UnmarkedLineSeen": "Unmarked line seen",
    "MarksLost": "Marks lost",
    # Kinds of document.
    "work_order": "A work order",
    "locate_ticket": "A locate ticket",
    "dispatch": "A dispatch",
    "permit": "A permit",
    "correspondence": "A letter",
    "fields": "Each fact came in its field",
    "not_a_work_order": "No work order",
    "unreadable": "It could not be read",
}
UNITS = {"depth_inches": "inches", "duration_days": "days"}


def in_words(name: str) -> str:
    """Return what a person says for this name; a name that is a word is itself."""
    return WORDS.get(name, str(name))


def field_words(name: str) -> str:
    """Return what a person calls a field, as a heading."""
    words = label(name)
    unit = UNITS.get(name)
    return f"{words[:1].upper()}{words[1:]}{f' ({unit})' if unit else ''}"
