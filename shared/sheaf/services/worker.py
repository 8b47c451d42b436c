"""The worker: one entry for every call the queue delivers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sheaf.domain.errors import InvalidInput, NotFound
from sheaf.domain.tasks import Seen
from sheaf.ports.queue import Delivery
from sheaf.services import cancel, dispatch, execute, finalize, imports, metrics, prepare, unpack
from sheaf.services.claims import Call
from sheaf.services.kernel import Kernel
from sheaf.services.metrics import Metric

#: What is said of a call that was carried out.
DONE = "done"
#: What is said of a call for something that is not there any more.
GONE = "gone"

Step = Callable[[Kernel, Mapping[str, Any]], None]

_STEPS: Mapping[str, Step] = {
    "import": lambda kernel, call: imports.go_on(kernel, call["tenant"], call["run_id"], call["import_id"]),
    "prepare": lambda kernel, call: prepare.prepare(kernel, call["tenant"], call["run_id"]),
    "containers": lambda kernel, call: prepare.call_containers(kernel, call["tenant"], call["run_id"], call["prefix"]),
    "unpack": lambda kernel, call: unpack.unpack(kernel, call["tenant"], call["run_id"], call["task_id"]),
    "dispatch": lambda kernel, call: dispatch.dispatch(kernel, call["tenant"], call["run_id"], call["prefix"]),
    "cancel": lambda kernel, call: cancel.stop(kernel, call["tenant"], call["run_id"], call["prefix"]),
    "finalize": lambda kernel, call: finalize.finalize(kernel, call["tenant"], call["run_id"]),
}


def handle(kernel: Kernel, delivery: Delivery) -> str:
    """Do what a delivery asks and say in a word what came of it.

    Returning acknowledges the delivery; any exception asks the queue to deliver it again. A call for a record that is gone is
    acknowledged, since no later delivery can find it either. Raises InvalidInput for a call that makes no sense.
    """
    if delivery.retry:
        kernel.tally.add(Metric.REPEATED_DELIVERIES)
    try:
        outcome = _handled(kernel, delivery)
    except Exception:
        kernel.tally.add(Metric.FAILED_DELIVERIES)
        metrics.write(kernel)
        raise
    metrics.write(kernel)
    return outcome


def _handled(kernel: Kernel, delivery: Delivery) -> str:
    call = delivery.payload
    kind = call.get("kind")
    try:
        if kind == "task":
            return _task(kernel, delivery)
        step = _STEPS.get(str(kind))
        if step is None:
            raise InvalidInput(f"{kind!r} is no call of the worker; it knows task, {', '.join(_STEPS)}.", field="kind")
        step(kernel, call)
    except NotFound:
        return GONE
    except KeyError as error:
        raise InvalidInput(f"The call lacks {error.args[0]!r}.", field=str(error.args[0])) from error
    return DONE


def whose(delivery: Delivery) -> dict[str, str]:
    """Whose work a delivery is, for the log: tenant, run and task, as far as it names them."""
    names = {"tenant": "tenant", "run": "run_id", "task": "task_id"}
    return {name: str(delivery.payload[key]) for name, key in names.items() if key in delivery.payload}


def call_of(delivery: Delivery) -> Call:
    """The task that a delivery asks for; raises InvalidInput when it names none."""
    call = delivery.payload
    try:
        seen = Seen(message=delivery.name, retry=delivery.retry)
        return Call(tenant=call["tenant"], run_id=call["run_id"], task_id=call["task_id"], seen=seen)
    except KeyError as error:
        raise InvalidInput(f"The call lacks {error.args[0]!r}.", field=str(error.args[0])) from error


def _task(kernel: Kernel, delivery: Delivery) -> str:
    why = execute.execute(kernel, call_of(delivery))
    return why.value if why else DONE
