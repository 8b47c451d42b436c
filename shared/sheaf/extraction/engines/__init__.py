"""Engines: what reads values from page models."""
