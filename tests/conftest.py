"""What holds for every test: where CI is true, a test that was not really run is a failure."""

import os

import pytest

# What pytest calls a test that proved nothing.
UNPROVEN = ("skipped", "xfailed", "xpassed")


def unproven(config: pytest.Config) -> int:
    """Return how many tests were left out or excused, where that is forbidden; else zero."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or os.environ.get("CI") != "true":
        return 0
    return sum(len(reporter.stats.get(outcome, [])) for outcome in UNPROVEN)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if unproven(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if count := unproven(config):
        terminalreporter.write_line(
            f"CI is true and tests that proved nothing: {count}. The run fails.", red=True
        )
