"""``sheaf extract``: a one-off table of some files."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sheaf.cli import bars, inputs, rowview, shown, terminal
from sheaf.cli.common import Command, Session, connected
from sheaf.cli.failures import Exit
from sheaf.cli.fieldspec import SPEC_HELP, read_fields
from sheaf.domain.errors import InvalidInput
from sheaf.domain.fields import Field, RowMode
from sheaf.domain.jobs import RunOptions
from sheaf.settings import Settings

if TYPE_CHECKING:
    from sheaf.cli.oneoff import Done
    from sheaf.domain.retries import Failure

#: Rows shown on a terminal; a file takes them all.
_SHOWN = 1_000
#: Files named one by one that could not be read.
_NAMED = 10

_EPILOG = f"""
Examples:
  sheaf extract invoice.pdf --fields invoice_number,date:date,total:amount
  sheaf extract invoices/ --fields fields.json --output invoices.xlsx
  sheaf extract orders.csv --fields sku,price:amount --rows table_row
  find . -name '*.pdf' | sheaf extract - --template Invoice --json

{SPEC_HELP}

Exit code 0 when every file was read, 1 when some or all could not be.
"""


@click.command(cls=Command, epilog=_EPILOG, short_help="Read files into a table, once.")
@click.argument("files", nargs=-1, required=True)
@click.option("--fields", "spec", metavar="SPEC|FILE.json", help="What to read; see below.")
@click.option("--template", metavar="NAME", help="Read the fields of a saved template.")
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Write a file: .csv, .xlsx, .json or .jsonl.")
@click.option("--rows", type=click.Choice([mode.value for mode in RowMode]), default="file", help="What becomes a row.  [file]")
@click.option("--sources", is_flag=True, help="Also say how sure each value is, and where it was found.")
@click.option("--quiet", "-q", is_flag=True, help="No progress bar; no summary unless a file cannot be read.")
@connected
def extract(
    session: Session,
    files: Sequence[str],
    *,
    spec: str | None,
    template: str | None,
    output: Path | None,
    rows: str,
    sources: bool,
    quiet: bool,
) -> None:
    """Read FILES into one table, on this machine alone; nothing is kept.

    Folders are walked, patterns such as 'scans/*.pdf' are matched, and - takes a list of names from standard input. In a folder,
    hidden files and links to other folders are left out; one without files stands for nothing. The table is in the order of the
    files, and every one of them is in it: one that cannot be read is a row with its error.
    """
    from sheaf.cli import oneoff, table

    target = table.target(output) if output else None
    fields = _fields(session, spec, template)
    found = inputs.gather(files, inputs.standard_input())
    if not found:
        raise InvalidInput("There are no files among those names.", field="files")
    if output and inputs.are_in(found, output):
        raise InvalidInput(f"{output} is one of the inputs. Write to another file, or leave it out.", field="output")
    bar = partial(bars.progress, "Reading", quiet=quiet or session.as_json)
    with oneoff.extract(found, fields, RunOptions(row_mode=RowMode(rows)), _settings(session), bar) as done:
        if target:
            target.write(done.rows(), done.run.fields, sources=sources)
        if session.as_json:
            terminal.json(_document(done, output))
        elif not output:
            _show(done, sources=sources)
        if not session.as_json and (not quiet or (done.failed and output)):
            terminal.note(_summary(done, output))
        if done.failed:
            raise click.exceptions.Exit(Exit.FAILED)


def _settings(session: Session) -> Settings:
    """Those of the session; unless they were asked for, the workers' own log lines stay out of the picture."""
    return session.settings if os.environ.get("SHEAF_LOG_LEVEL") else replace(session.settings, log_level="CRITICAL")


def _fields(session: Session, spec: str | None, template: str | None) -> tuple[Field, ...]:
    if spec is not None and template is None:
        return read_fields(spec)
    if template is not None and spec is None:
        return _fields_of_template(session, template)
    raise click.UsageError("Say what to read: either --fields SPEC or --template NAME.")


def _fields_of_template(session: Session, name: str) -> tuple[Field, ...]:
    from sheaf.cli import lookup
    from sheaf.extraction.spec import fields_from

    with session.api() as api:
        return fields_from(lookup.template(api, name)["fields"])


def _document(done: Done, output: Path | None) -> dict[str, Any]:
    from sheaf.cli import table

    counts = {"files": done.files, "failed": done.failed, "rows_read": done.read}
    return counts | ({"output": str(output)} if output else {"rows": [table.row_json(row, done.run.fields) for row in done.rows()]})


def _show(done: Done, *, sources: bool) -> None:
    from sheaf.cli import table

    names = [field.name for field in done.run.fields]
    rows = [table.row_json(row, done.run.fields) for row in islice(done.rows(), _SHOWN + 1)]
    rowview.show(names, rows[:_SHOWN], sources=sources, one_per_file=done.run.options.row_mode is RowMode.FILE)
    if len(rows) > _SHOWN:
        terminal.note(f"These are the first {_SHOWN:,} rows; --output takes them all.")


def _summary(done: Done, output: Path | None) -> str:
    written = f"{output}: " if output else ""
    rows = "" if done.run.options.row_mode is RowMode.FILE else f", {shown.plural(done.read, 'row')}"
    if not done.failed:
        return f"{written}{shown.plural(done.files, 'file')} read{rows}."
    failures = [(row.task.filename, row.error) for row in done.rows() if row.error]
    kinds = Counter(shown.words(error.category) for _, error in failures)
    reasons = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    counts = f"{written}{done.failed:,} of {shown.plural(done.files, 'file')} could not be read ({reasons}){rows}."
    # Without an output the table itself is in sight, and says it.
    return "\n".join([counts, *(_named(failures) if output else ())])


def _named(failures: Sequence[tuple[str, Failure]]) -> Iterator[str]:
    yield from (f"  {shown.line(name)}: {shown.line(error.message)}" for name, error in failures[:_NAMED])
    if len(failures) > _NAMED:
        yield f"  and {len(failures) - _NAMED:,} more; the table names them all."
