"""What runs cost."""

from __future__ import annotations

from sheaf.http.operations import Call, Routes
from sheaf.http.schemas.base import RunQuery
from sheaf.http.schemas.costs import RunCost
from sheaf.services import costs, runs

routes = Routes("costs", "What runs are expected to cost, and what they have cost.")


@routes.get("/jobs/{job_id}/cost")
def get_run_cost(call: Call, job_id: str, query: RunQuery) -> RunCost:
    """Get what a run is expected to cost, and what it has cost.

    Until it has ended, `estimate` says what it takes in all, guessed from above by its files' sizes and what the first of them hold;
    `spent` is what models were paid until now. `remarks` say how far the figures go: archives that are not unpacked yet, prices that are
    not known, a budget that is too small.
    """
    run = runs.of_job(call.kernel, call.tenant, job_id, query.run_id)
    return RunCost.of(run.id, costs.of_run(call.kernel, run))
