"""``python -m bench.api.serve --data FOLDER --host HOST --port PORT``: the site as ``sheaf up`` serves it, without workers and tick."""

from __future__ import annotations

import argparse
import threading
from pathlib import Path

from sheaf.embedded import web
from sheaf.embedded.installation import opened
from sheaf.http.site import create_site
from sheaf.settings import Settings


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args()
    settings = Settings(data_dir=given.data, host=given.host, port=given.port)
    with web.listen(given.host, given.port) as sock, opened(settings) as installation:
        web.WebServer(create_site(installation.kernel, settings), sock).start()
        threading.Event().wait()


if __name__ == "__main__":
    main()
