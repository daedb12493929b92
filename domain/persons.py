"""Who answers for something: a person with a name, and neither a program nor a role."""

import re
import unicodedata

from domain.audit import Author, named
from domain.errors import RejectedError

NAME_CHARACTERS_MAX = 80
PROGRAMS = frozenset({"chatgpt", "gpt", "customgpt", "openai"})
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
        "project", "site", "mr", "mrs", "ms", "sir", "madam",
    }
)  # fmt: skip


def person_named(by: Author) -> str:
    """Return the name of the person who answers for something.

    Raises RejectedError if nobody is named, and for the name of a program, a role or a word for
    somebody: none of them can be asked later, or fined.
    """
    name = named(by)
    plain = unicodedata.normalize("NFKC", name).casefold()
    words = frozenset(re.split(r"[\W\d_]+", plain)) - {""}
    is_program = "chatgpt" in re.sub(r"[\W_]", "", plain) or words & PROGRAMS
    if is_program or words <= NOBODY:
        raise RejectedError(
            f"“{name[:NAME_CHARACTERS_MAX]}” is not the name of a person.",
            field="by",
            remedy="Ask the person for first and last name, and give that.",
        )
    return name
