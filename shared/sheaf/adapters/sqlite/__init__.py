"""What the embedded store and queue share: how one SQLite file is opened, read and written by many threads and processes."""
