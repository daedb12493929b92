"""Who answers for something: a person with a name, and neither a program nor a role."""

import re
import unicodedata

from domain.audit import Author, named
from domain.errors import RejectedError

NAME_CHARACTERS_MAX = 80
NAME_WORDS_MIN = 2
PROGRAMS = frozenset(
    {"chatgpt", "gpt", "customgpt", "openai", "copilot", "gemini", "anthropic", "deepmind"}
)
# Words of a sentence or of a firm: whoever says one of them has not said a name.
NO_NAME = frozenset(
    {
        "is", "it's", "that's", "not", "right", "wrong", "correct", "ask", "tell", "later", "whoever",
        "llc", "inc", "ltd", "corp", "corporation", "incorporated", "co", "utilities",
    }
)  # fmt: skip
# Programs, roles, and words for somebody: alone or together they name nobody.
NOBODY = PROGRAMS | frozenset(
    {
        "ai", "assistant", "agent", "bot", "chatbot", "robot", "machine", "computer", "system",
        "llm", "model", "software", "program", "app", "api", "service", "server", "automatic",
        "automated", "automation", "virtual", "digital", "texas", "portal", "user", "users", "enduser",
        "end", "me", "myself", "i", "us", "we", "you", "yourself", "he", "she", "him", "her",
        "they", "them", "it", "the", "a", "an", "my", "our", "your", "this", "of", "and", "for",
        "on", "behalf", "person", "people", "human", "name", "named", "somebody", "someone",
        "anybody", "anyone", "nobody", "noone", "no", "one", "everyone", "anonymous", "unknown",
        "none", "null", "nil", "na", "n", "tbd", "test", "tester", "undersigned", "confirm",
        "confirmed", "yes", "ok", "customer", "client", "caller", "requester", "requestor",
        "applicant", "sender", "owner", "homeowner", "contractor", "subcontractor", "excavator",
        "operator", "locator", "utility", "company", "office", "crew", "team", "staff", "foreman",
        "superintendent", "supervisor", "manager", "boss", "employee", "worker", "admin",
        "administrator", "dispatcher", "dispatch", "engineer", "inspector", "coordinator",
        "project", "site", "mr", "mrs", "ms", "sir", "madam", "claude", "siri", "alexa", "bard",
        "llama", "opus", "sonnet", "haiku", "google", "microsoft", "services", "construction",
        "plumbing", "electric", "energy", "contracting", "contractors", "excavation", "group",
    }
)  # fmt: skip
# Of those, the ones that are names as well: beside one other name they make a whole one.
NAMES_TOO = frozenset(
    {"ai", "an", "my", "na", "he", "you", "foreman", "claude", "alexa", "bard"}
)


def person_named(by: Author) -> str:
    """Return the first and last name of the person who answers for something.

    Raises RejectedError if nobody is named, for one name alone, and for the name of a program, a
    firm, a role or a word for somebody: none of them can be asked later, or fined.
    """
    name = named(by)
    plain = unicodedata.normalize("NFKC", name).casefold()
    if _is_program(plain) or not _is_whole(plain):
        raise RejectedError(
            f"“{name[:NAME_CHARACTERS_MAX]}” is not the whole name of a person.",
            field="by",
            remedy="Ask the person for first and last name, and give that.",
        )
    return name


def _is_program(plain: str) -> bool:
    parts = frozenset(re.split(r"[\W\d_]+", plain))
    return "chatgpt" in re.sub(r"[\W_]", "", plain) or bool(parts & PROGRAMS)


def _is_whole(plain: str) -> bool:
    """Are these two names or more, and not all of them initials?"""
    said = re.split(r"[^\w'-]+", plain.replace("\u2019", "'"))
    words = [word for word in said if re.search(r"[^\W\d_]", word)]
    if "?" in plain or NO_NAME.intersection(words) or max(map(len, words), default=0) == 1:
        return False
    names = [word for word in words if word not in NOBODY]
    has_a_name_too = len(words) == NAME_WORDS_MIN and not NAMES_TOO.isdisjoint(words)
    return len(names) + has_a_name_too * bool(names) >= NAME_WORDS_MIN
