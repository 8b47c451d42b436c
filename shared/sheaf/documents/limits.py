"""Bounds on what a file from outside may cost; apart from the page model, since whoever takes files in knows them too."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what a reader may do with one file from outside; each is reported as ``too_large`` or ``unsafe`` when hit."""

    max_bytes: int = 200 * 2**20
    max_pages: int = 2_000
    max_words: int = 2_000_000
    max_table_cells: int = 20_000_000
    #: Bytes a compressed file may come to, in all, and its ratio to the packed size.
    max_unpacked_bytes: int = 2 * 2**30
    max_ratio: int = 200
    max_members: int = 10_000
    max_member_depth: int = 3
    #: Nesting of elements, objects or parts.
    max_depth: int = 200
    #: Pixels of one picture; it may take four bytes of memory for each while it is opened.
    max_pixels: int = 100_000_000
