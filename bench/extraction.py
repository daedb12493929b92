"""How well documents are read, how much a confidence is worth, and how fast it is.

python bench/extraction.py [DIR ...] [--refit] [--misses] [--plot FILE]     (see --help)
"""

import sys
from importlib import import_module
from pathlib import Path

# This file bears the name of the package that it measures: the package goes first.
sys.path.insert(0, str(Path(__file__).parents[1]))

if __name__ == "__main__":
    import_module("_reading_well").main()
