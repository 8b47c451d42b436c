"""Scores an engine on labelled folders: ``python -m bench.accuracy FOLDER``."""
