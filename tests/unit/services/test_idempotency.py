"""Idempotency keys: one answer for one request, whatever happens to the call that gives it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sheaf.domain.errors import Conflict, InvalidInput
from sheaf.services import idempotency
from sheaf.services.idempotency import HELD, KEPT, Answer
from tests.faults.kit import TENANT, Bench

MOMENT = timedelta(seconds=1)


def once(engine: Bench, word: str = "done", *, request: str = "r", tenant: str = TENANT, key: str = "k") -> tuple[str, bool]:
    """The body that a call is answered, and whether it was given before."""
    answer, replayed = idempotency.once(engine.kernel, tenant, key, request, lambda: Answer(status=201, body=word))
    return answer.body, replayed


def test_the_first_answer_stands(engine: Bench) -> None:
    """Whatever a later call would have come to."""
    assert once(engine, "first") == ("first", False)
    assert once(engine, "second") == ("first", True)


def test_keys_of_tenants_do_not_meet(engine: Bench) -> None:
    """Each tenant has its own."""
    assert once(engine, "one", tenant="acme") == ("one", False)
    assert once(engine, "two", tenant="other") == ("two", False)


def test_another_request_under_the_key_is_refused(engine: Bench) -> None:
    """While the first is remembered, done or not."""
    once(engine)
    with pytest.raises(InvalidInput) as caught:
        once(engine, request="other")
    assert caught.value.kind == "idempotency_key_reused"


def test_a_call_while_the_first_is_at_work_is_told_to_wait(engine: Bench) -> None:
    """It must neither do the work again nor invent an answer."""

    def slow() -> Answer:
        with pytest.raises(Conflict) as caught:
            once(engine)
        assert caught.value.kind == "idempotency_key_in_use"
        return Answer(status=200, body="slow")

    idempotency.once(engine.kernel, TENANT, "k", "r", slow)
    assert once(engine) == ("slow", True)


def test_a_failed_call_gives_the_key_back(engine: Bench) -> None:
    """For the same request and for another."""
    with pytest.raises(ZeroDivisionError):
        idempotency.once(engine.kernel, TENANT, "k", "r", lambda: Answer(status=1 // 0, body=""))
    assert once(engine, request="other") == ("done", False)


def test_a_call_that_died_is_done_anew_in_a_while(engine: Bench) -> None:
    """Should it come back all the same, the newer answer stays."""
    later: list[tuple[str, bool]] = []

    def dies() -> Answer:
        engine.clock.move(HELD + MOMENT)
        later.append(once(engine, "newer"))
        return Answer(status=200, body="late")

    answer, _ = idempotency.once(engine.kernel, TENANT, "k", "r", dies)
    assert (later, answer.body) == ([("newer", False)], "late")
    assert once(engine) == ("newer", True)


def test_a_key_is_free_again_after_its_day(engine: Bench) -> None:
    """And what was kept under it is removed, long answers too."""
    once(engine, "x" * 300_000)
    assert once(engine)[0] == "x" * 300_000
    engine.clock.move(KEPT - timedelta(hours=1))
    assert idempotency.forget_expired(engine.kernel) == 0
    engine.clock.move(timedelta(hours=1) + MOMENT)
    assert idempotency.forget_expired(engine.kernel) == 1
    assert list(engine.kernel.blobs.list("")) == []
    assert once(engine, "new", request="other") == ("new", False)


def test_what_was_taken_over_is_not_forgotten(engine: Bench) -> None:
    """A key that expired and was used again is kept for another day."""
    once(engine, "old")
    engine.clock.move(KEPT + MOMENT)
    once(engine, "new")
    assert idempotency.forget_expired(engine.kernel) == 0
    assert once(engine) == ("new", True)
