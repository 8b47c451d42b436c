"""What is written to the terminal: tables that fit it, plain text where the output goes on to another program."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click
import orjson

from sheaf.cli import shown

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

#: A pipe has no width, so no value is cut there.
UNBOUNDED = 100_000
#: Blanks between columns.
INDENT = 2

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
    width = None if stream.isatty() else UNBOUNDED
    return Console(file=stream, width=width, highlight=False, markup=False, emoji=False, soft_wrap=False)


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
    table = plain_table()
    for name in columns:
        table.add_column(name, no_wrap=True, overflow="ellipsis")
    for row in rows:
        table.add_row(*[_coloured(text) if index == status else shown.line(text) for index, text in enumerate(row)])
    print_table(out, table)


def facts(pairs: Sequence[tuple[str, str]]) -> None:
    """Names and values, one a line."""
    out = console()
    table = plain_table(header=False)
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for name, text in pairs:
        table.add_row(name, _coloured(text) if name == "status" else shown.line(text))
    print_table(out, table)


def plain_table(*, header: bool = True) -> Table:
    """A table without lines."""
    from rich.table import Table

    return Table(box=None, show_header=header, header_style="bold", pad_edge=False, padding=(0, INDENT, 0, 0), collapse_padding=True)


def print_table(out: Console, table: Table) -> None:
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
