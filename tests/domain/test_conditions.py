"""The names of the conditions are those that readiness tells, no more and no fewer."""

import ast
from pathlib import Path

from domain import readiness
from domain.conditions import ConditionName
from domain.readiness import SITE_CHECKS


def test_every_condition_has_its_name_and_every_name_its_condition() -> None:
    """Else a list could not be asked for it, or would always be empty."""
    calls = ast.walk(ast.parse(Path(str(readiness.__file__)).read_text()))
    told = {
        call.args[0].value
        for call in calls
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "Missing"
        and isinstance(call.args[0], ast.Constant)
    }

    assert told | set(SITE_CHECKS) == set(ConditionName)
