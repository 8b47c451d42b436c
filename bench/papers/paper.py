"""What a made-up document says, before it is laid out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column of a table: its header (two lines parted by "/"), its share of the width, and whether it is set to the right."""

    header: str
    share: float
    right: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """One document: what is printed, and what is true of it."""

    kind: str
    title: str
    issuer: tuple[str, ...] = ()
    recipient: tuple[str, ...] = ()
    recipient_label: str = ""
    #: Labels with their values, as one group; an empty value leaves its place blank.
    facts: tuple[tuple[str, str], ...] = ()
    prose: str = ""
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    subtotal: str = ""
    #: Labels with their sums, under the table.
    sums: tuple[tuple[str, str], ...] = ()
    #: Labels with their values at the foot of the last page.
    foot: tuple[tuple[str, str], ...] = ()
    truth: dict[str, Any] = field(default_factory=dict)
    #: Fields whose state is known though they have no value: ``blank``, ``missing`` or ``unreadable``.
    states: dict[str, str] = field(default_factory=dict)
    #: Whether it is a form, whose facts may be drawn as boxes or lines to fill in.
    form: bool = False
