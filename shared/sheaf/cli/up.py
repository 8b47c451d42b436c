"""``sheaf up``: everything on one address."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sheaf.cli import common, shown, terminal
from sheaf.cli.common import Command

if TYPE_CHECKING:
    from sheaf.embedded.supervisor import Started


@click.command(cls=Command, short_help="Serve everything on one address.")
@click.option("--host", help="Address to listen on; any but loopback demands SHEAF_API_KEY.  [SHEAF_HOST; 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65_535), help="Port to listen on; 0 for any free one.  [SHEAF_PORT; 8321]")
@click.option("--workers", type=click.IntRange(1, 256), help="Worker processes.  [SHEAF_WORKERS; one per core]")
@common.data_dir_option
def up(*, host: str | None, port: int | None, workers: int | None, data_dir: Path | None) -> None:
    """Serve the API and do the work, on one address, until stopped with Ctrl-C.

    Everything is kept in one folder. Whatever was going on when it last stopped, in whatever way, goes on by itself.

    Examples:
      sheaf up
      sheaf up --port 9000 --workers 4 --data-dir /srv/sheaf
      SHEAF_API_KEY=… sheaf up --host 0.0.0.0
    """
    from sheaf import logs
    from sheaf.embedded import supervisor
    from sheaf.http.site import create_site

    settings = common.settings(host=host, port=port, workers=workers, data_dir=data_dir)
    logs.configure(settings)
    with supervisor.told_to_stop() as told, supervisor.serve(settings, create_site) as started:
        _introduce(started, settings.data_dir)
        told.wait()
        terminal.note("Stopping…")
    terminal.note("Stopped; what was going on goes on at the next start.")


def _introduce(started: Started, data_dir: Path) -> None:
    server = started.server
    terminal.say(f"Sheaf is up at {server.url} (process {server.pid}).")
    terminal.say(f"  API         {server.url}/api/docs")
    terminal.say(f"  data        {data_dir.absolute()}")
    terminal.say(f"  workers     {started.workers} of {shown.plural(os.cpu_count() or 1, 'core')}")
    terminal.say("Stop it with Ctrl-C; what is going on then goes on at the next start.")
