"""Times whole runs over PDFs against a bare loop over the same parser and engine: ``python -m bench.extract``."""
