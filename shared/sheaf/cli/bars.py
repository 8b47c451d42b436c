"""Live bars on standard error: only on a terminal, and gone when they are done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sheaf.cli.terminal import console


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
