"""Exchange structures of ISO 10303-21: STEP files and, in the same syntax, IFC files."""
