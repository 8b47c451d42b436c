"""Made-up documents with their truth, to score an engine on what it has not seen: ``python -m bench.papers FOLDER``."""
