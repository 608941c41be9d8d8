"""Read sources, and return what they have as our records."""
