"""One value a field: what can be checked of it, how sure it is, what contradicts it, what to warn of."""
