"""What every command speaks through: the client of a server, or the same API inside this process on the embedded stores."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sheaf.client.calls import Calls, clients
from sheaf.settings import Settings

if TYPE_CHECKING:
    import httpx

    from sheaf.embedded.installation import Installation
    from sheaf.embedded.work import Workforce


class Api(Calls):
    """Calls of a server, or of this process."""

    def __init__(self, client: httpx.Client, bare: httpx.Client, *, where: str, here: Installation | None = None) -> None:
        super().__init__(client, bare, where=where)
        #: The installation itself, where the API runs inside this process.
        self.here = here

    def workforce(self) -> AbstractContextManager[Workforce | None]:
        """Whoever does the work while the block runs: workers of our own, unless a server has its own."""
        if self.here is None:
            return nullcontext()
        from sheaf.embedded.work import Workforce

        return Workforce(self.here)


@contextmanager
def connect(settings: Settings, *, url: str = "") -> Iterator[Api]:
    """The API at ``url``; or of the server that runs on the settings' data folder; or of this process, on that folder.

    Raises InvalidInput for a ``url`` that is none.
    """
    from sheaf.embedded import serverfile

    server = None if url else serverfile.running(settings.data_dir)
    if url or server:
        where = url or (server.url if server else "")
        with clients(where, key=settings.api_key) as (shown, bare):
            yield Api(shown, bare, where=where)
    else:
        with _local(settings) as api:
            yield api


@contextmanager
def _local(settings: Settings) -> Iterator[Api]:
    import httpx

    from sheaf.embedded.installation import opened
    from sheaf.http.site import create_site

    private = replace(settings, host="127.0.0.1", api_key="")
    with opened(private, import_roots=(Path(Path.cwd().anchor),)) as here:
        transport = httpx.WSGITransport(app=create_site(here.kernel, private), raise_app_exceptions=False)
        with httpx.Client(base_url="http://127.0.0.1", transport=transport) as client:
            yield Api(client, client, where=f"the stores in {settings.data_dir}", here=here)
