"""How values of each type are read: one module per :class:`sheaf.domain.fields.FieldType`, named as the type is.

Its ``READS`` says which candidates a page is searched for, what a text on its own parses to, and what a chosen candidate becomes; see
:mod:`sheaf.domain.types` for what the values are.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from sheaf.domain.fields import FieldType
from sheaf.extraction.types.base import Reads


@cache
def reads(kind: FieldType) -> Reads:
    """How values of ``kind`` are read; its module is loaded when it is first asked for."""
    found: Reads = import_module(f"{__name__}.{kind.value}").READS
    return found
