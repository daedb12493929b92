"""What labels mean: their words, and whole questions, as concepts."""
