"""Names of test cases that are the same in every process."""


def named(value: object) -> str | None:
    """Return the name of a function; None, which is a number to pytest, for anything else."""
    name = getattr(value, "__name__", None)
    return name if isinstance(name, str) else None
