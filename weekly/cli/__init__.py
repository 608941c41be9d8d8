"""Parse the command line, run the stages, print results and set the exit code."""

from weekly.cli.app import main, run

__all__ = ["main", "run"]
