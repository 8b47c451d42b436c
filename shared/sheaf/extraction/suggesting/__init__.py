"""Suggesting fields from sample documents (X11): what each says, found by the embedded engine itself, and what they share.

Whatever is suggested was read by the engine from a sample, so that it is read from the next document alike.
"""
