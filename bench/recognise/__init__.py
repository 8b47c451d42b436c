"""Times text recognition: ``python -m bench.recognise``."""
