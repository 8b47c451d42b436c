"""How hard the state machines of the contract suites try."""

from __future__ import annotations

from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

#: Each example is a long story of its own, so there are fewer than of single values.
_SHARE = 3
#: What answers over a wire gets fewer and shorter ones: a rare order of calls is found where calls are quick.
_REMOTE_SHARE, _REMOTE_STEPS = 10, 50


def run(machine: type[RuleBasedStateMachine], adapter: object, *, remote: bool = False) -> None:
    """Run a machine over one adapter, as often and as long as Hypothesis' profile says; less for a ``remote`` one."""
    of_adapter = type(machine.__name__, (machine,), {"adapter": adapter})
    usual = settings()
    examples = max(1, usual.max_examples // (_REMOTE_SHARE if remote else _SHARE))
    steps = min(usual.stateful_step_count, _REMOTE_STEPS) if remote else usual.stateful_step_count
    run_state_machine_as_test(of_adapter, settings=settings(max_examples=examples, stateful_step_count=steps))
