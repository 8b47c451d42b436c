"""What goes over the wire, as pydantic models: one module per resource. Names ending in ``Input``, ``Change`` or ``Query`` come in."""
