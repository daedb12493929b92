"""Tables: how the words and names of a vocabulary are written down, and read."""


def words_in(names: str) -> frozenset[str]:
    """Return the words of a table that stands between blanks."""
    return frozenset(names.split())


def names_in(names: str) -> frozenset[str]:
    """Return the names of a table that stands between bars."""
    return frozenset(" ".join(name.split()) for name in names.split("|"))


def by_name(table: dict[str, str]) -> dict[str, str]:
    """Return the table turned round: each name between the bars to its meaning."""
    return {
        " ".join(name.split()): meaning
        for meaning, names in table.items()
        for name in names.split("|")
    }
