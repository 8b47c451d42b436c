"""Times the API's pages over few and over many records: ``python -m bench.api``."""
