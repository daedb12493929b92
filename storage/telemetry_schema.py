"""The tables of the telemetry. Times are milliseconds since 1970 in UTC, missing ones NULL."""

FORMAT = 1
APPLICATION = 0x54383131  # "T811": by it a file of another application is known

# `is_open`: it runs, or it failed or was lost and its next attempt is still to come.
ATTEMPTS = """
CREATE TABLE attempts (
  token INTEGER PRIMARY KEY,
  job_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  lane TEXT NOT NULL,
  number INTEGER NOT NULL,
  worker TEXT NOT NULL,
  enqueued_ms INTEGER,
  due_ms INTEGER NOT NULL,
  started_ms INTEGER NOT NULL,
  ended_ms INTEGER,
  ending TEXT,
  said TEXT NOT NULL,
  error TEXT,
  fingerprint TEXT,
  retry_ms INTEGER,
  lost_workers INTEGER NOT NULL,
  about TEXT,
  arguments TEXT NOT NULL,
  request_id TEXT,
  trace_id TEXT,
  is_open INTEGER NOT NULL
)"""

SCHEMA = (
    ATTEMPTS,
    "CREATE INDEX attempts_by_job ON attempts (job_id, token)",
    "CREATE INDEX attempts_by_subject ON attempts (about, token) WHERE about IS NOT NULL",
    "CREATE INDEX attempts_by_kind ON attempts (kind, lane, token, ending)",
    "CREATE INDEX attempts_by_ending ON attempts (ending, token) WHERE ending <> 'done'",
    "CREATE INDEX attempts_open ON attempts (job_id, token) WHERE is_open = 1",
    # The lines of the log of an attempt: a JSON array, deflated if it is long.
    "CREATE TABLE attempt_logs (token INTEGER PRIMARY KEY, lines BLOB NOT NULL)",
    # What ended lately, in the order in which it was told, for whoever samples.
    """CREATE TABLE endings (
      place INTEGER PRIMARY KEY,
      at_ms INTEGER NOT NULL,
      lane TEXT NOT NULL,
      ending TEXT,
      error TEXT,
      wait_ms INTEGER NOT NULL,
      run_ms INTEGER NOT NULL
    )""",
    # By the minute, and by the hour, so that a week is counted fast: `at_ms` is where it begins.
    """CREATE TABLE tallies (
      length_ms INTEGER NOT NULL,
      at_ms INTEGER NOT NULL,
      kind TEXT NOT NULL,
      ending TEXT NOT NULL,
      count INTEGER NOT NULL,
      PRIMARY KEY (length_ms, at_ms, kind, ending)
    ) WITHOUT ROWID""",
    "CREATE TABLE series (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    # Rings, one a resolution: see storage/series.py.
    "CREATE TABLE samples (place INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, seen BLOB NOT NULL)",
    "CREATE TABLE last_sample (one INTEGER PRIMARY KEY CHECK (one = 1), at_ms INTEGER NOT NULL)",
    """CREATE TABLE processes (
      id TEXT PRIMARY KEY,
      told_ms INTEGER NOT NULL,
      ended_ms INTEGER,
      ended_by TEXT,
      record TEXT NOT NULL
    )""",
    "CREATE TABLE marks (place INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, kind TEXT NOT NULL, said TEXT NOT NULL)",
    "CREATE INDEX marks_by_time ON marks (at_ms)",
)
