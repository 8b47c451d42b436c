"""Sheaf turns piles of files into checked tables, again and again, without a server to look after."""

__version__ = "0.1.0"
