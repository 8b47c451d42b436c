"""The single-machine runtime: one supervisor that keeps the workers, the tick and the HTTP server of a data folder."""
