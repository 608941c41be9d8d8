"""Ask a program of the project for sentences, and check each against the facts."""
