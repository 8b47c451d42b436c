"""Times the start of each function and of the command: ``python -m bench.start``."""
