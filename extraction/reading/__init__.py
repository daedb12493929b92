"""One reader a medium; each gives the same thing, a `Document`. No reader knows a field."""
