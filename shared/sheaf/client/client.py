"""The client: one server, its resources."""

from __future__ import annotations

from sheaf.client.calls import Calls
from sheaf.client.files import Files
from sheaf.client.jobs import Jobs
from sheaf.client.results import Edits, Results
from sheaf.client.review import Evaluations, Learned, Suggestions
from sheaf.client.runs import Runs


class Client:
    """A server's API; see :mod:`sheaf.client` for what each of its resources holds."""

    def __init__(self, calls: Calls) -> None:
        self.jobs = Jobs(calls)
        self.runs = Runs(calls)
        self.files = Files(calls)
        self.results = Results(calls)
        self.edits = Edits(calls)
        self.learned = Learned(calls)
        self.suggestions = Suggestions(calls)
        self.evaluation = Evaluations(calls)
