"""Texts as the telemetry keeps them: whatever a job, a host or a sender called itself."""


def sound(text: str) -> str:
    """Return a text that can be written: what is no character in it, is a question mark.

    A name of a file, or an escape in JSON, may bring half of a surrogate pair.
    """
    return text if text.isascii() else text.encode(errors="replace").decode()
