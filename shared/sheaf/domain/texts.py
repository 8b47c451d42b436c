"""Texts that come from outside, made fit to be kept."""

from __future__ import annotations


def storable(text: str, limit: int) -> str:
    """At most ``limit`` characters of the text, with whatever UTF-8 cannot say (lone surrogates) replaced by question marks."""
    return text[:limit].encode("utf-8", "replace").decode("utf-8")
