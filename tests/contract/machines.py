"""How hard the state machines of the contract suites try."""

from __future__ import annotations

from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

#: Each example is a long story of its own, so there are fewer than of single values.
_SHARE = 3


def run(machine: type[RuleBasedStateMachine], adapter: object) -> None:
    """Run a machine over one adapter, as often and as long as Hypothesis' profile says."""
    of_adapter = type(machine.__name__, (machine,), {"adapter": adapter})
    run_state_machine_as_test(of_adapter, settings=settings(max_examples=max(1, settings().max_examples // _SHARE)))
