"""The outside world behind the ports: one module per kind of store, queue or service, named once in the catalogue."""
