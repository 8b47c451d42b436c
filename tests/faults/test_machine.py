"""Any order of anything: a state machine over the engine, whose every step may be cut off, doubled, late or out of order."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sheaf.domain.errors import SheafError
from sheaf.ports.queue import Delivery
from sheaf.services import cancel, retry, runs, submit, sweep
from tests.faults.homes import Home
from tests.faults.kit import LOCKED, TENANT, Bench, bench, fast_folder, packed
from tests.faults.promises import Ledger, check_ended
from tests.faults.tools import Crash, CrashAt, Flaky, Hook, Touched, watched

CONTENTS = st.lists(
    st.sampled_from(
        [b"ok", b"ok", b"rows 4", b"corrupt", b"boom", b"flaky 1", b"flaky 2", LOCKED, packed({"a": b"ok", "b": b"corrupt"}), packed({})]
    ),
    min_size=1,
    max_size=6,
)
#: How often an action goes well, and where it dies or how often its outside fails otherwise.
TROUBLE = st.one_of(
    st.none(),
    st.none(),
    st.builds(CrashAt, st.integers(0, 25), st.booleans()),
    st.builds(Flaky, st.integers(0, 2**32).map(random.Random), st.sampled_from([0.05, 0.3])),
)
JUMPS = st.sampled_from([-30, -1, 0.1, 1, 20, 50, 100, 1000]).map(lambda seconds: timedelta(seconds=seconds))
SELDOM = st.sampled_from([False] * 11 + [True])
PICK = st.integers(0, 2**16)
#: Runs that are set up at once, so that they meet.
MAX_RUNS = 8
#: Copies of deliveries that may still come.
MAX_LATE = 20


class Engine(RuleBasedStateMachine):
    """Several runs at once on one installation, and everything that can happen to them."""

    home = Home.EMBEDDED

    def __init__(self) -> None:
        super().__init__()
        self.exit = ExitStack()
        folder = self.exit.enter_context(fast_folder())
        self.engine: Bench = bench(Path(folder), self.home, dispatch_page=3, sweep_page=3, rows_per_object=2)
        self.ledger, self.touched = Ledger(), Touched()
        self.engine.kernel = watched(self.engine.kernel, self.touched)
        self.job = self.engine.job()
        self.made: list[str] = []
        self.late: list[Delivery] = []

    def run_id(self, pick: int) -> str:
        """One of the runs."""
        return self.made[pick % len(self.made)]

    @initialize(contents=st.lists(CONTENTS, min_size=1, max_size=3))
    def begin(self, contents: list[list[bytes]]) -> None:
        """Some runs are at work from the start."""
        for each in contents:
            self.set_up(each)
            self.engine.submit(self.made[-1])

    @precondition(lambda self: len(self.made) < MAX_RUNS)
    @rule(contents=CONTENTS)
    def set_up(self, contents: list[bytes]) -> None:
        """A further run with files."""
        self.made.append(self.engine.run(contents, job_id=self.job))

    @rule(pick=PICK, trouble=TROUBLE)
    def submit(self, pick: int, trouble: Hook | None) -> None:
        """Somebody submits a run, for the first time or again."""
        self.attempt(trouble, lambda: submit.submit(self.engine.kernel, TENANT, self.run_id(pick)))

    @rule(pick=PICK, trouble=TROUBLE, meant=SELDOM)
    def cancel(self, pick: int, trouble: Hook | None, *, meant: bool) -> None:
        """Somebody cancels a run, though seldom: little happens in a cancelled one."""
        if meant:
            self.attempt(trouble, lambda: cancel.cancel(self.engine.kernel, TENANT, self.run_id(pick)))

    @rule(pick=PICK, trouble=TROUBLE)
    def retry(self, pick: int, trouble: Hook | None) -> None:
        """Somebody tries a run's failures again."""
        failed = [run_id for run_id in self.made if self.engine.get(run_id).counts.failed] or self.made
        self.attempt(trouble, lambda: retry.retry_failed(self.engine.kernel, TENANT, failed[pick % len(failed)]))

    @rule(pick=PICK)
    def mend(self, pick: int) -> None:
        """A file that could not be read can be from now on."""
        tasks = self.engine.tasks(self.run_id(pick))
        self.engine.kernel.blobs.put(tasks[pick % len(tasks)].blob, b"ok")

    @rule(pick=PICK, count=st.integers(0, 20), trouble=TROUBLE)
    def deliver(self, pick: int, count: int, trouble: Hook | None) -> None:
        """The queue works for a while, not always on the oldest message, then meets trouble; copies may come later."""
        for _ in range(count):
            if due := self.engine.queue.due():
                self.engine.deliver(due[pick % len(due)])
        if due := self.engine.queue.due():
            key = due[pick % len(due)]
            self.late = [*self.late[-MAX_LATE:], self.engine.queue.delivery(key)]
            self.attempt(trouble, lambda: self.engine.queue.deliver(self.engine.kernel, key))

    @rule(pick=PICK, count=st.integers(2, 5), trouble=TROUBLE)
    def deliver_together(self, pick: int, count: int, trouble: Hook | None) -> None:
        """One worker is given several messages at once."""
        if due := self.engine.queue.due():
            keys = list(dict.fromkeys(due[(pick + number) % len(due)] for number in range(count)))
            self.late = [*self.late[-MAX_LATE:], self.engine.queue.delivery(keys[-1])]
            self.attempt(trouble, lambda: self.engine.queue.deliver_together(self.engine.kernel, keys))

    @precondition(lambda self: self.late)
    @rule(pick=PICK, trouble=TROUBLE)
    def duplicate(self, pick: int, trouble: Hook | None) -> None:
        """A delivery comes once more, however late."""
        self.attempt(trouble, lambda: self.engine.again(self.late[pick % len(self.late)]))

    @rule(pick=PICK)
    def lose(self, pick: int) -> None:
        """The queue loses a message, its name too, as in a power cut."""
        if waiting := list(self.engine.queue.waiting):
            self.engine.queue.lose(waiting[pick % len(waiting)])
            self.engine.queue.known.discard(waiting[pick % len(waiting)])

    @rule(trouble=TROUBLE)
    def sweep(self, trouble: Hook | None) -> None:
        """The sweeper comes by."""
        self.attempt(trouble, lambda: sweep.sweep(self.engine.kernel))

    @rule(by=JUMPS)
    def jump(self, by: timedelta) -> None:
        """Time passes, or the clock is set."""
        self.engine.clock.move(by)

    def attempt(self, trouble: Hook | None, action: Callable[[], object]) -> None:
        """Do something that may be refused, die, or find the outside failing."""
        whole = self.engine.kernel
        if trouble is not None:
            self.engine.kernel = watched(whole, trouble)
        try:
            with suppress(SheafError, Crash):
                action()
        finally:
            self.engine.kernel = whole

    @invariant()
    def promises_hold(self) -> None:
        """At every moment everything is counted exactly once, and nothing that ended changes but by a newer round."""
        for run_id in self.touched.run_ids:
            self.ledger.look(self.engine.kernel, TENANT, run_id)
        self.touched.run_ids.clear()

    def teardown(self) -> None:
        """Left alone, every run that was submitted ends."""
        try:
            self.engine.heal()
            self.promises_hold()
            for run_id in self.made:
                if runs.get(self.engine.kernel, TENANT, run_id).submitted_at:
                    check_ended(self.engine.kernel, TENANT, run_id)
        finally:
            self.engine.kernel.store.close()
            self.exit.close()


class GoogleEngine(Engine):
    """The same on the adapters of Google's services, where each call takes its time."""

    home = Home.GOOGLE


# Hypothesis leaves some rules out of each example, so there have to be many; but they are long, and a half is many enough.
Engine.TestCase.settings = settings(max_examples=settings().max_examples // 2)
GoogleEngine.TestCase.settings = settings(max_examples=max(2, settings().max_examples // 50), stateful_step_count=40)
TestEngine = Engine.TestCase
TestGoogleEngine = GoogleEngine.TestCase
