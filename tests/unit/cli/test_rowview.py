"""Result rows on terminals of any width, and in pipes."""

from __future__ import annotations

import io
import re
from types import SimpleNamespace
from typing import Any

import pytest
from rich.cells import cell_len

from sheaf.cli import rowview, terminal

_FIELDS = ["number", "supplier"]


def _row(file: str, supplier: str, row: int = 0, path: str = "/Invoice/AccountingSupplierParty/Name") -> dict[str, Any]:
    number = {"state": "found", "value": "N-1", "confidence": 0.5, "evidence": {"text": "N-1", "page": 1}}
    name = {"state": "found", "value": supplier, "confidence": 0.99, "evidence": {"text": supplier, "path": path}}
    return {"file": file, "row": row, "cells": {"number": number, "supplier": name}, "error": None}


def _failed(file: str) -> dict[str, Any]:
    return {"file": file, "row": 0, "cells": {}, "error": {"category": "too_large", "message": "It is too large."}}


class Terminal(io.StringIO):
    """Standard output that says it is a terminal."""

    def isatty(self) -> bool:
        """It is."""
        return True

    @property
    def lines(self) -> list[str]:
        """What is seen on it, without bold and dim."""
        return re.sub("\x1b\\[[0-9;]*m", "", self.getvalue()).splitlines()


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal of 60 columns, without colours so that its text can be read."""
    out = Terminal()
    monkeypatch.setattr(terminal, "sys", SimpleNamespace(stdout=out, stderr=out))
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    return out


def test_blocks_keep_to_a_narrow_terminal(screen: Terminal) -> None:
    """However long or wide the values are."""
    rowview.blocks(_FIELDS, [_row("f" * 100, "long " * 40), _row("b.pdf", "宛先" * 40), _failed("c.pdf")])
    lines = screen.lines
    assert max(map(cell_len, lines)) <= 60
    assert any("…" in line for line in lines)


def test_the_end_of_a_path_is_what_remains(screen: Terminal) -> None:
    """It tells most."""
    rowview.blocks(_FIELDS, [_row("a.xml", "Acme Ltd")])
    assert screen.lines[-1].endswith("…/Name")


def test_no_colour_is_honoured(screen: Terminal) -> None:
    """Bold remains, which is no colour; nothing else does."""
    rowview.blocks(_FIELDS, [_row("a.pdf", "Acme Ltd")])
    assert "\x1b[3" not in screen.getvalue()


def test_a_table_where_it_fits_and_blocks_where_it_does_not(screen: Terminal) -> None:
    """By the width of what is in it."""
    rowview.show(_FIELDS, [_row("a.pdf", "Acme Ltd")], sources=False, one_per_file=True)
    assert screen.lines[0].split() == ["file", "number", "supplier"]
    screen.seek(0)
    screen.truncate()
    rowview.show(_FIELDS, [_row("a.pdf", "Acme Ltd " * 10)], sources=False, one_per_file=True)
    assert "sure" in screen.lines[0]


def test_rows_of_one_file_are_told_apart(screen: Terminal) -> None:
    """By their number in it."""
    rowview.show(_FIELDS, [_row("a.csv", "One"), _row("a.csv", "Two", row=1)], sources=True, one_per_file=False)
    assert "row 2" in screen.getvalue()


def test_markup_in_a_value_is_text(screen: Terminal) -> None:
    """Brackets out of a document mean nothing to the terminal."""
    rowview.show(_FIELDS, [_row("[red]a[/red].pdf", "[bold]Acme")], sources=False, one_per_file=False)
    assert "[red]a[/red].pdf" in screen.getvalue()
    assert "[bold]Acme" in screen.getvalue()


def test_a_pipe_gets_everything_and_no_padding(capsys: pytest.CaptureFixture[str]) -> None:
    """No value is cut, nothing is coloured, no line ends in blanks."""
    long = "Acme " * 60
    rows = [_row("a.pdf", long), _failed("b.pdf")]
    rowview.show(_FIELDS, rows, sources=False, one_per_file=True)
    rowview.show(_FIELDS, rows, sources=True, one_per_file=True)
    out = capsys.readouterr().out
    assert out.count(long.strip()) == 2
    assert out.count("It is too large. (too large)") == 2
    assert all(line == line.rstrip() for line in out.splitlines())
    assert "\x1b" not in out


def test_only_failures_are_a_table_too(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a single value."""
    rowview.show(_FIELDS, [_failed("b.pdf")], sources=False, one_per_file=True)
    rowview.blocks(_FIELDS, [_failed("b.pdf")])
    assert capsys.readouterr().out.count("b.pdf") == 2
