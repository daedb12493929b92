"""The door: a route parses, calls once, answers. HTTP is known here and nowhere else."""
