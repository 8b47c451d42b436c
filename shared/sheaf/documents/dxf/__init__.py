"""Drawings in AutoCAD's exchange format: entities to placed text, ruled boxes, attributes and dimensions."""
