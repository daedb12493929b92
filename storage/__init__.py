"""The disk: nobody else opens a file.

Plain JSON files under one directory, readable with `cat`, each written by one atomic rename.
The format is described in `docs/DISK.md`.
"""
