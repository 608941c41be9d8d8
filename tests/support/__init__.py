"""Servers on loopback that stand in for the real ones, in their published shapes."""
