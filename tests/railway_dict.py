"""`python -m tests.railway_dict`: print `.railway/railway.py`, evaluated as the platform gets it."""

import json
import runpy
import sys
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[1] / ".railway" / "railway.py"


def evaluated() -> dict[str, Any]:
    """Return the whole project, as JSON gives it to the platform."""
    graph: dict[str, Any] = json.loads(
        json.dumps(runpy.run_path(str(FILE))["main"]().to_graph())
    )
    return graph


if __name__ == "__main__":
    sys.stdout.write(json.dumps(evaluated(), indent=2) + "\n")
