"""Work of many threads done in groups."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from sheaf.adapters.sqlite.grouping import Grouping
from sheaf.domain.errors import Unavailable


class Held:
    """Doubles numbers in groups; the first group waits until it is let go."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.begun = threading.Event()
        self.go = threading.Event()

    def __call__(self, group: Sequence[int]) -> list[int | Exception]:
        """One group: odd numbers are answered with an error, 100 breaks the whole."""
        self.groups.append(list(group))
        if len(self.groups) == 1:
            self.begun.set()
            self.go.wait()
        if 100 in group:
            raise Unavailable("all of it")
        return [ValueError(number) if number % 2 else number * 2 for number in group]


def run(held: Held, numbers: Sequence[int]) -> list[int | Exception]:
    """Submit the first number, then the others while its group is under way; returns each one's answer or error."""
    grouping: Grouping[int, int] = Grouping(held)

    def submit(number: int) -> int | Exception:
        try:
            return grouping.submit(number)
        except Exception as error:  # noqa: BLE001 — looked at by the test
            return error

    with ThreadPoolExecutor(len(numbers)) as pool:
        first = pool.submit(submit, numbers[0])
        held.begun.wait()
        others = [pool.submit(submit, number) for number in numbers[1:]]
        while len(grouping._waiting) < len(others):
            threading.Event().wait(0.001)
        held.go.set()
        return [future.result() for future in [first, *others]]


def test_what_gathers_is_done_together() -> None:
    """All that came while a group was under way is the next group; everyone gets his own answer."""
    held = Held()
    assert run(held, [2, 4, 6, 8]) == [4, 8, 12, 16]
    assert [sorted(group) for group in held.groups] == [[2], [4, 6, 8]]


def test_an_error_is_its_own_callers() -> None:
    """One that fails does not fail the others of its group."""
    answers = run(Held(), [2, 3, 4])
    assert (answers[0], answers[2]) == (4, 8)
    assert isinstance(answers[1], ValueError)


def test_a_broken_group_fails_as_a_whole() -> None:
    """When the group itself fails all of it get the error, and the work goes on."""
    answers = run(Held(), [2, 4, 100])
    assert answers[0] == 4
    assert [type(answer) for answer in answers[1:]] == [Unavailable, Unavailable]


def test_groups_have_a_size() -> None:
    """More than 64 are done in several groups, in the order they came."""
    held = Held()
    assert run(held, range(200, 500, 2)) == list(range(400, 1000, 4))
    assert max(len(group) for group in held.groups) == 64


def test_an_interrupt_does_not_stop_the_others() -> None:
    """When whoever does the work is interrupted, he is alone with that; the rest of his group learns that it is unknown what happened."""
    grouping: Grouping[int, int]
    gathered = threading.Event()

    def do(group: Sequence[int]) -> list[int | Exception]:
        if group[0] == 0:
            gathered.wait()
            return [0]
        if 1 in group:
            raise KeyboardInterrupt
        return list(group)

    grouping = Grouping(do)
    caught: list[BaseException | int] = []

    def submit(number: int) -> None:
        try:
            caught.append(grouping.submit(number))
        except BaseException as error:  # noqa: BLE001 — looked at by the test
            caught.append(error)

    threads = [threading.Thread(target=submit, args=(number,)) for number in range(3)]
    for number, thread in enumerate(threads):
        thread.start()
        while len(grouping._waiting) < number:
            threading.Event().wait(0.001)
        while number == 0 and not grouping._busy:
            threading.Event().wait(0.001)
    gathered.set()
    for thread in threads:
        thread.join()
    assert sorted(type(outcome).__name__ for outcome in caught) == ["KeyboardInterrupt", "Unavailable", "int"]
    assert grouping.submit(5) == 5


@pytest.mark.parametrize("was_called", [False, True])
def test_a_waiting_caller_can_leave(*, was_called: bool) -> None:
    """One who is interrupted while he waits takes his work back, and passes his turn on if it had come."""
    from sheaf.adapters.sqlite.grouping import _Ticket

    done: list[int] = []

    def do(group: Sequence[int]) -> list[int | Exception]:
        done.extend(group)
        return list(group)

    grouping: Grouping[int, int] = Grouping(do)
    ticket: _Ticket[int, int] = _Ticket(1)
    grouping._waiting.append(ticket)
    grouping._busy = True
    if was_called:
        ticket.called.release()
    grouping._withdraw(ticket)
    if not was_called:
        grouping._hand_over([], [])
    assert grouping.submit(2) == 2
    assert done == [2]
