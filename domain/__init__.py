"""The rules: what a ticket is, when it is lawful, what is missing from it.

Pure functions and values. No disk, no network, no clock, no await; time is an argument.
"""
