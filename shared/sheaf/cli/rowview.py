"""Result rows on the terminal, from the JSON of the API or of JSON lines: as one table where it fits, else file by file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sheaf.cli import shown
from sheaf.cli.terminal import INDENT, UNBOUNDED, console, plain_table, print_table

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

Row = Mapping[str, Any]

_CONFIDENCE = 4
#: Where there is no width to keep to, longer values stand out of their column; places lose their middle everywhere.
_USUAL_VALUE = 36
_USUAL_PLACE = 20
#: What stands behind a row's values, where any row has it.
_REMARKS = ("broken rules", "error")
_HEADINGS = ("field", "value", "sure", "where")


def show(fields: Sequence[str], rows: Sequence[Row], *, sources: bool, one_per_file: bool) -> None:
    """Show rows; with ``sources`` file by file, which has room for how sure each value is and where it stands."""
    out = console()
    lines = [_grid_line(fields, row) for row in rows]
    if not sources and (not one_per_file or _fits(["file", *fields], lines, out.width)):
        _grid(out, fields, lines)
    else:
        blocks(fields, rows)


def _grid_line(fields: Sequence[str], row: Row) -> list[str]:
    error = error_text(row["error"]) if row["error"] else ""
    return [shown.line(row["file"]), *("" if error else shown.cell(row["cells"][name]) for name in fields), _broken(row), error]


def _broken(row: Row) -> str:
    """The rules that do not hold of a row, by name; rows of files that were read without a job have none."""
    return shown.line("; ".join(violation["rule"] for violation in row.get("violations", ())))


def _fits(headings: Sequence[str], lines: Sequence[Sequence[str]], width: int) -> bool:
    from rich.cells import cell_len

    columns = zip(*([*headings, "", ""], *lines), strict=True)
    return sum(max(map(cell_len, column)) + INDENT for column in columns) <= width + INDENT


def _grid(out: Console, fields: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
    used = [index for index in range(-len(_REMARKS), 0) if any(line[index] for line in lines)]
    table = plain_table()
    for name in ("file", *fields):
        table.add_column(name, no_wrap=True, overflow="ellipsis")
    for index in used:
        table.add_column(_REMARKS[index], no_wrap=True, overflow="ellipsis", style="red")
    for line in lines:
        table.add_row(*line[: -len(_REMARKS)], *(line[index] for index in used))
    print_table(out, table)


def blocks(fields: Sequence[str], rows: Sequence[Row]) -> None:
    """Show rows one below the other: field, value, confidence and place, under the file's name."""
    from rich.text import Text

    out = console()
    layout = _layout(fields, rows, out.width)
    out.print(layout.line(_HEADINGS, ("dim", "dim", "dim", "dim")))
    last = None
    for row in rows:
        if row["file"] != last:
            out.print()
            out.print(Text(shown.line(row["file"]), style="bold"), overflow="ellipsis", no_wrap=True)
        elif not row["error"]:
            out.print(Text(f" row {row['row'] + 1}", style="dim"))
        last = row["file"]
        for line in _lines(fields, row, layout):
            out.print(line, soft_wrap=True)


def _lines(fields: Sequence[str], row: Row, layout: _Layout) -> Iterator[Text]:
    from rich.text import Text

    if row["error"]:
        yield Text(f"  {error_text(row['error'])}", style="red")
        return
    for name in fields:
        cell = row["cells"][name]
        values = (name, shown.cell(cell), shown.confidence(cell), shown.place(cell, layout.place))
        yield layout.line(values, ("cyan", "" if cell["state"] == "found" else "dim", _sure(cell), "dim"))
    for violation in row.get("violations", ()):
        told = violation["message"] if violation["rule"] in violation["message"] else f"{violation['rule']}: {violation['message']}"
        yield Text(f"  {shown.line(told)}", style="yellow")
    for match in row.get("matches", ()):
        yield Text(f"  {shown.line(match['rule'])}: {shown.line(match['file'])}, row {match['row'] + 1}", style="dim")


def _sure(cell: Row) -> str:
    return "yellow" if cell["confidence"] < 0.8 else "green"  # noqa: PLR2004 - what people look at twice


@dataclass(frozen=True, slots=True)
class _Layout:
    """Widths of the columns of a block."""

    name: int
    value: int
    place: int
    #: Whether what is too long is cut, as it is on a terminal.
    cut: bool

    def line(self, texts: Sequence[str], styles: Sequence[str]) -> Text:
        """One line of four columns."""
        from rich.text import Text

        widths = (self.name, self.value, _CONFIDENCE, self.place)
        made = Text("  ")
        for index, (text, style, width) in enumerate(zip(texts, styles, widths, strict=True)):
            part = Text(text.rjust(_CONFIDENCE) if index == _HEADINGS.index("sure") else text, style=style)
            part.truncate(width if self.cut else max(width, part.cell_len), overflow="ellipsis", pad=True)
            made += part + Text("  ")
        made.rstrip()
        return made


def _layout(fields: Sequence[str], rows: Sequence[Row], width: int) -> _Layout:
    from rich.cells import cell_len

    cells = [row["cells"][name] for row in rows if not row["error"] for name in fields]
    name = max([len(_HEADINGS[0]), *map(len, fields)])
    value = max([len(_HEADINGS[1]), *(cell_len(shown.cell(cell)) for cell in cells)])
    place = max([len(_HEADINGS[3]), *(cell_len(shown.place(cell, _USUAL_PLACE)) for cell in cells)])
    if width == UNBOUNDED:
        return _Layout(name, min(value, _USUAL_VALUE), _USUAL_PLACE, cut=False)
    name, place = min(name, width // 4), min(place, width // 4)
    room = width - name - _CONFIDENCE - place - 4 * INDENT
    return _Layout(name, max(1, min(value, room)), place, cut=True)


def error_text(error: Row) -> str:
    """Why a file has no values, and of what kind that is."""
    return f"{shown.line(error['message'])} ({shown.words(error['category'])})"
