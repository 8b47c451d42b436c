"""The API of a server from Python, typed: ``with sheaf.client.connect("https://sheaf.example.com", key=…) as client: …``.

::

    client.jobs         saved work: list, find, create, change, archive
    client.runs         its executions: set up, submit, wait for, cancel, retry, and what became of each file
    client.files        what a run reads: add, list, remove
    client.results      its rows with their evidence, and exports
    client.edits        what people say of values
    client.learned      what a job learns from that
    client.suggestions  fields that a run's files suggest
    client.evaluation   runs scored by edits, and compared with one another

What goes in and comes out are the schemas of the API itself (:mod:`sheaf.client.models`); members that a newer server adds are passed over.
Errors are those of :mod:`sheaf.client.errors`. Calls are repeated while the server is not able to answer; those that create something
carry an ``Idempotency-Key``, so that nothing is created twice. ``docs/client.md`` shows it at work.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sheaf.client.client import Client


@contextmanager
def connect(url: str, *, key: str = "") -> Iterator[Client]:
    """The client of the server at ``url``, which is shown ``key``; raises InvalidInput for an address that is none."""
    from sheaf.client.calls import Calls, clients
    from sheaf.client.client import Client

    with clients(url, key=key) as (shown, bare):
        yield Client(Calls(shown, bare, where=url))
