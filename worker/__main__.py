"""`python -m worker`: see `worker.command`."""

import sys

if __name__ == "__main__":
    # Imported only here: a child that reads documents runs this file under another name, and
    # needs nothing of the engine.
    from worker.command import main

    sys.exit(main())
