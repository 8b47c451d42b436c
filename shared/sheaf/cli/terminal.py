"""What is written to the terminal: tables that fit it, plain text where the output goes on to another program."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click
import orjson

from sheaf.cli import shown

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

#: A pipe has no width; nothing is cut there.
_UNBOUNDED = 100_000
#: Columns narrower than this tell nothing.
_NARROWEST = 8
_INDENT = 2

#: Colour of a status, wherever it is shown.
_STYLES: Mapping[str, str] = {
    "completed": "green",
    "FINISHED": "green",
    "partially_completed": "yellow",
    "cancelled": "yellow",
    "failed": "red",
    "FAILED": "red",
    "in_progress": "cyan",
    "processing": "cyan",
    "RUNNING": "cyan",
    "warning": "yellow",
    "error": "red",
}


def console(*, stderr: bool = False) -> Console:
    """Standard output (or error) with colours on a terminal only; NO_COLOR and TERM=dumb are honoured."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    plain = not stream.isatty()
    return Console(file=stream, width=_UNBOUNDED if plain else None, highlight=False, markup=False, emoji=False, soft_wrap=False)


def say(text: str = "") -> None:
    """A line on standard output."""
    click.echo(text)


def note(text: str) -> None:
    """A line on standard error, where it is not in the way of what is piped on."""
    click.echo(text, err=True)


def json(document: Any) -> None:
    """The document on standard output, and nothing else."""
    option = orjson.OPT_INDENT_2 if sys.stdout.isatty() else 0
    click.echo(orjson.dumps(document, option=option | orjson.OPT_APPEND_NEWLINE).decode(), nl=False)


def listing(columns: Sequence[str], rows: Sequence[Sequence[str]], *, status: int | None = None) -> None:
    """Rows below their columns' names; ``status`` is the column whose words are coloured."""
    out = console()
    table = _table()
    for name in columns:
        table.add_column(name, no_wrap=True, overflow="ellipsis")
    for row in rows:
        table.add_row(*[_coloured(text) if index == status else shown.line(text) for index, text in enumerate(row)])
    _print(out, table)


def facts(pairs: Sequence[tuple[str, str]]) -> None:
    """Names and values, one a line."""
    out = console()
    table = _table(header=False)
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for name, text in pairs:
        table.add_row(name, _coloured(text) if name == "status" else shown.line(text))
    _print(out, table)


def rows(fields: Sequence[str], found: Sequence[Mapping[str, Any]], *, sources: bool, one_per_file: bool) -> None:
    """Result rows (as the API or JSON lines have them): a table where it fits, else one below the other.

    With ``sources`` always the latter, since it has room for how sure each value is and where it stands.
    """
    as_grid = not sources and (not one_per_file or _grid_fits(fields, found))
    (_grid if as_grid else blocks)(fields, found)


def _grid(fields: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Result rows as one table: a column for each field, values only; errors stand where the values would."""
    out = console()
    table = _table()
    for name in ("file", *fields):
        table.add_column(name, no_wrap=True, overflow="ellipsis")
    errors = []
    for row in rows:
        if row.get("error"):
            errors.append(row)
        else:
            table.add_row(shown.line(row["file"]), *[shown.cell(row["cells"][name]) for name in fields])
    if table.row_count:
        _print(out, table)
    for row in errors:
        out.print(f"{shown.line(row['file'])}: {error_text(row['error'])}", style="red", no_wrap=True, overflow="fold")


def _grid_fits(fields: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether :func:`_grid` shows the rows on this terminal without cutting more than it must."""
    from rich.cells import cell_len

    width = console().width
    widths = [max((cell_len(shown.line(row["file"])) for row in rows), default=4)]
    read = [row for row in rows if not row.get("error")]
    widths += [max([len(name), *(cell_len(shown.cell(row["cells"][name])) for row in read)]) for name in fields]
    return sum(widths) + _INDENT * len(widths) <= width


def blocks(fields: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Result rows one below the other: field, value, confidence and place, under the file's name."""
    out = console()
    widest = max((len(name) for name in fields), default=0)
    last = None
    for row in rows:
        if row["file"] != last:
            out.print()
            out.print(shown.line(row["file"]), style="bold", no_wrap=True, overflow="ellipsis")
        elif not row.get("error"):
            out.print(f"  row {row['row'] + 1}", style="dim")
        last = row["file"]
        if row.get("error"):
            out.print(f"  {error_text(row['error'])}", style="red", overflow="fold")
        else:
            _print(out, _block(fields, row["cells"], widest, out.width))


def _block(fields: Sequence[str], cells: Mapping[str, Any], widest: int, width: int) -> Table:
    table = _table(header=False)
    place = max(_NARROWEST, *(len(shown.place(cells[name])) for name in fields))
    place = min(place, max(_NARROWEST, width // 4))
    table.add_column(width=min(widest, width // 3) + _INDENT, no_wrap=True, overflow="ellipsis")
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    table.add_column(width=5, no_wrap=True, justify="right")
    table.add_column(width=place, no_wrap=True, overflow="ellipsis")
    table.expand = width != _UNBOUNDED
    for name in fields:
        cell = cells[name]
        found = cell["state"] == "found"
        table.add_row(
            _styled("  " + name, "cyan"), _styled(shown.cell(cell), "" if found else "dim"), shown.confidence(cell), shown.place(cell)
        )
    return table


def error_text(error: Mapping[str, Any]) -> str:
    """Why a file has no values, and of what kind that is."""
    return f"{shown.line(error['message'])} ({shown.words(error['category'])})"


@contextmanager
def transfer(label: str, size: int, *, quiet: bool = False) -> Iterator[Callable[[int], None]]:
    """A live bar for bytes on standard error while the block runs; call what is handed out with those that have gone."""
    out = console(stderr=True)
    if quiet or not out.is_terminal:
        yield lambda _: None
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    columns = (TextColumn("{task.description}"), BarColumn(bar_width=None), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=out, transient=True) as bar:
        task = bar.add_task(label, total=size)
        yield lambda gone: bar.update(task, advance=gone)


@contextmanager
def progress(label: str, *, quiet: bool = False) -> Iterator[Callable[[int, int, int], None]]:
    """A live bar on standard error while the block runs; call what is handed out with files done, all, and failed."""
    out = console(stderr=True)
    if quiet or not out.is_terminal:
        yield lambda *_: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(bar_width=None), MofNCompleteColumn(), TextColumn("{task.fields[failed]}"))
    with Progress(*columns, TimeElapsedColumn(), console=out, transient=True) as bar:
        task = bar.add_task(label, total=None, failed="")

        def report(done: int, total: int, failed: int) -> None:
            bar.update(task, completed=done, total=total or None, failed=f"{failed} failed" if failed else "")

        yield report


def _table(*, header: bool = True) -> Table:
    from rich.table import Table

    return Table(box=None, show_header=header, header_style="bold", pad_edge=False, padding=(0, _INDENT, 0, 0), collapse_padding=True)


def _print(out: Console, table: Table) -> None:
    """Print without the blanks that a table pads its lines with."""
    if out.is_terminal:
        out.print(table)
        return
    with out.capture() as captured:
        out.print(table)
    for text in captured.get().splitlines():
        click.echo(text.rstrip())


def _coloured(status: str) -> Any:
    return _styled(shown.words(status), _STYLES.get(status, ""))


def _styled(text: str, style: str) -> Any:
    from rich.text import Text

    return Text(text, style=style)
