"""The worker: one entry for every call the queue delivers."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from sheaf.domain import paths
from sheaf.domain.errors import InvalidInput, NotFound
from sheaf.domain.record import record
from sheaf.domain.tasks import Refusal, Seen
from sheaf.ports.queue import Delivery
from sheaf.services import claims, metrics
from sheaf.services.claims import Call
from sheaf.services.kernel import Kernel
from sheaf.services.metrics import Metric

_log = logging.getLogger(__name__)

#: What is said of a call that was carried out.
DONE = "done"
#: What is said of a call for something that is not there any more.
GONE = "gone"
#: What is said of a call that makes no sense, and would make none at a later delivery either.
REJECTED = "rejected"


class SenselessCall(InvalidInput):
    """A call that names no work of the worker's, whenever it comes."""

    code = "senseless_call"


@record(frozen=True, slots=True)
class _Step:
    """A step of a run, as ``module:function``, and what it is told besides the run; loaded with its first call."""

    entry: str
    told: tuple[str, ...] = ()

    def take(self, kernel: Kernel, *told: str) -> None:
        """Do it."""
        module, _, function = self.entry.partition(":")
        getattr(import_module(f"sheaf.services.{module}"), function)(kernel, *told)


_STEPS: Mapping[str, _Step] = {
    "learn": _Step("learning:train", ("number",)),
    "suggest": _Step("suggesting:look", ("number",)),
    "import": _Step("imports:go_on", ("import_id",)),
    "prepare": _Step("prepare:prepare"),
    "containers": _Step("prepare:call_containers", ("prefix",)),
    "unpack": _Step("unpack:unpack", ("task_id",)),
    "dispatch": _Step("dispatch:dispatch", ("prefix",)),
    "cancel": _Step("cancel:stop", ("prefix",)),
    "finalize": _Step("finalize:finalize"),
    "between": _Step("between:build"),
}


def warm_up() -> None:
    """Load what every run needs, for a worker that has nothing better to do."""
    for module in ("execute", "finalize", "prepare"):
        import_module(f"sheaf.services.{module}")


def handle(kernel: Kernel, delivery: Delivery) -> str:
    """Do what a delivery asks and say in a word what came of it.

    Returning acknowledges the delivery; any exception asks the queue to deliver it again. A call for a record that is gone, and one that
    makes no sense, is acknowledged, since no later delivery can do better.
    """
    if delivery.retry:
        kernel.tally.add(Metric.REPEATED_DELIVERIES)
    try:
        outcome = _handled(kernel, delivery)
    except SenselessCall as error:
        _log.error("rejected delivery %s: %s", delivery.name, error.message)
        outcome = REJECTED
    except Exception:
        kernel.tally.add(Metric.FAILED_DELIVERIES)
        metrics.write(kernel)
        raise
    metrics.write(kernel)
    return outcome


def _handled(kernel: Kernel, delivery: Delivery) -> str:
    kind = delivery.payload.get("kind")
    try:
        if kind == "task":
            return _task(kernel, delivery)
        step = _STEPS.get(str(kind))
        if step is None:
            raise SenselessCall(f"{kind!r} is no call of the worker; it knows task, {', '.join(_STEPS)}.", field="kind")
        step.take(kernel, *_told(delivery.payload, *step.told))
    except NotFound:
        return GONE
    return DONE


def _told(call: Mapping[str, Any], *names: str) -> list[str]:
    """The call's tenant and run, and what it holds under these names; raises SenselessCall where they are none."""
    try:
        told: list[str] = [call[name] for name in ("tenant", "run_id", *names)]
        paths.run(*told[:2])
    except KeyError as error:
        raise SenselessCall(f"The call lacks {error.args[0]!r}.", field=str(error.args[0])) from error
    except InvalidInput as error:
        raise SenselessCall(error.message) from error
    return told


def whose(delivery: Delivery) -> dict[str, str]:
    """Whose work a delivery is, for the log: tenant, run and task, as far as it names them."""
    names = {"tenant": "tenant", "run": "run_id", "task": "task_id"}
    return {name: str(delivery.payload[key]) for name, key in names.items() if key in delivery.payload}


def call_of(delivery: Delivery) -> Call:
    """The task that a delivery asks for; raises SenselessCall when it names none."""
    tenant, run_id, task_id = _told(delivery.payload, "task_id")
    return Call(tenant=tenant, run_id=run_id, task_id=task_id, seen=Seen(message=delivery.name, retry=delivery.retry))


def _task(kernel: Kernel, delivery: Delivery) -> str:
    call = call_of(delivery)
    claim = claims.take(kernel, call)
    if isinstance(claim, Refusal):
        if delivery.retry and claim is Refusal.ALREADY_ENDED:
            from sheaf.services import recovery

            recovery.report_again(kernel, call.tenant, call.run_id, call.task_id)
        return claim.value
    from sheaf.services import execute

    execute.carry_out(kernel, claim)
    return DONE
