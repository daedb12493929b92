"""Pictures of pages: made ready, given to an engine, and back come words with their places."""
