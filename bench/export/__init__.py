"""Times the exports against the bare writer libraries: ``python -m bench.export``."""
