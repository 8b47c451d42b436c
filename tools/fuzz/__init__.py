"""Looks for files that make a reader fail, led by which of its lines they reach: see ``python -m tools.fuzz --help``."""
