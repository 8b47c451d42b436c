"""Setting a run up: its fields, its options, and the wizard's step."""

from __future__ import annotations

from sheaf.http.operations import Answer, Call, Routes
from sheaf.http.schemas.base import RunQuery
from sheaf.http.schemas.fields import FieldSet, FieldSetInput, records
from sheaf.http.schemas.options import OptionSet, OptionSetInput
from sheaf.http.schemas.rules import RuleSet, RuleSetInput
from sheaf.http.schemas.rules import records as rule_records
from sheaf.http.schemas.runs import Step, StepInput
from sheaf.services import runs
from sheaf.services.records import tag

routes = Routes("set-up", "What a run reads and how, until it is submitted.")


@routes.get("/jobs/{job_id}/fields", guarded=True)
def get_fields(call: Call, job_id: str, query: RunQuery) -> Answer[FieldSet]:
    """Get a run's fields, in the order of its columns."""
    run = runs.of_job(call.kernel, call.tenant, job_id, query.run_id)
    return Answer(body=FieldSet.of(run), tag=tag(run))


@routes.put("/jobs/{job_id}/fields", guarded=True)
def set_fields(call: Call, job_id: str, query: RunQuery, body: FieldSetInput) -> Answer[FieldSet]:
    """Set a run's fields; they replace those it has. Not once it is submitted."""
    run_id = runs.of_job(call.kernel, call.tenant, job_id, query.run_id).id
    run = runs.configure(call.kernel, call.tenant, run_id, fields=records(body.fields), expected=call.expected)
    return Answer(body=FieldSet.of(run), tag=tag(run))


@routes.get("/jobs/{job_id}/rules", guarded=True)
def get_rules(call: Call, job_id: str, query: RunQuery) -> Answer[RuleSet]:
    """Get a run's rules: what must hold of its rows for nobody to have to look at them."""
    run = runs.of_job(call.kernel, call.tenant, job_id, query.run_id)
    return Answer(body=RuleSet.of(run), tag=tag(run))


@routes.put("/jobs/{job_id}/rules", guarded=True)
def set_rules(call: Call, job_id: str, query: RunQuery, body: RuleSetInput) -> Answer[RuleSet]:
    """Set a run's rules; they replace those it has, and speak of the fields that it has. Not once it is submitted.

    A check that cannot be understood is refused (`bad_rule`) with the `position` at fault.
    """
    run_id = runs.of_job(call.kernel, call.tenant, job_id, query.run_id).id
    run = runs.configure(call.kernel, call.tenant, run_id, rules=rule_records(body.rules), expected=call.expected)
    return Answer(body=RuleSet.of(run), tag=tag(run))


@routes.get("/jobs/{job_id}/options", guarded=True)
def get_options(call: Call, job_id: str, query: RunQuery) -> Answer[OptionSet]:
    """Get a run's options."""
    run = runs.of_job(call.kernel, call.tenant, job_id, query.run_id)
    return Answer(body=OptionSet.of(run), tag=tag(run))


@routes.put("/jobs/{job_id}/options", guarded=True)
def set_options(call: Call, job_id: str, query: RunQuery, body: OptionSetInput) -> Answer[OptionSet]:
    """Set a run's options; what is left out becomes its default. Not once it is submitted."""
    run_id = runs.of_job(call.kernel, call.tenant, job_id, query.run_id).id
    run = runs.configure(call.kernel, call.tenant, run_id, options=body.options.record(call.settings), expected=call.expected)
    return Answer(body=OptionSet.of(run), tag=tag(run))


@routes.get("/jobs/{job_id}/config-step", guarded=True)
def get_step(call: Call, job_id: str, query: RunQuery) -> Answer[Step]:
    """Get the wizard's step of a run."""
    run = runs.of_job(call.kernel, call.tenant, job_id, query.run_id)
    return Answer(body=Step.of(run), tag=tag(run))


@routes.post("/jobs/{job_id}/config-step", guarded=True)
def go_to_step(call: Call, job_id: str, query: RunQuery, body: StepInput) -> Answer[Step]:
    """Go one step on, or back to any earlier one; `submitted` is reached by submitting, and final."""
    run_id = runs.of_job(call.kernel, call.tenant, job_id, query.run_id).id
    run = runs.go_to(call.kernel, call.tenant, run_id, body.config_step, expected=call.expected)
    return Answer(body=Step.of(run), tag=tag(run))
