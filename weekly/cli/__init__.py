"""The command line: reads arguments, environment and clock, chains the stages, prints, sets the exit code."""

from weekly.cli.app import main

__all__ = ["main"]
