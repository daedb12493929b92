"""How much the store holds in memory and does at a time: the specification's own figures."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Performance:
    """The specification's `PERFORMANCE_CONFIG` under its own names, and what each does here.

    `cache_duration_seconds`: after so long the index looks at the directory of tickets again for
    what other tools have changed; the news of our own processes is read before every query.
    `max_cached_tickets`: so many whole tickets are kept in memory, each believed as long as its
    file is the one that was read. `batch_size_limit`: so many tickets are read in one hop to a
    thread, and at most `concurrent_file_limit` hops of one batch are under way at a time.
    `file_size_warning_mb`: a ticket's file that is larger, in MiB, is logged.
    `index_rebuild_interval_hours`: within so long of use every entry of the index is built anew
    from its file, also where the file looks unchanged.
    """

    cache_duration_seconds: float = 60
    max_cached_tickets: int = 50
    batch_size_limit: int = 20
    file_size_warning_mb: float = 1
    index_rebuild_interval_hours: float = 24
    concurrent_file_limit: int = 10
