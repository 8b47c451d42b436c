"""Whose tokens are genuine."""
