"""The weekly status report of a software project, made from its GitHub activity."""

__version__ = "0.1.0"
