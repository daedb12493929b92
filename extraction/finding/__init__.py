"""Candidates that need no label, and those made of several places of a document."""
