"""The Cloud Tasks double against what the vendor says of the service: each sentence of its documentation with the test of it.

Pages under https://cloud.google.com/tasks/docs/ are told by short names: ``v2`` is reference/rpc/google.cloud.tasks.v2, ``targets`` is
creating-http-target-tasks, ``queues`` is configuring-queues, and ``quotas`` and ``common-pitfalls`` are as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from google.api_core.exceptions import (
    AlreadyExists,
    FailedPrecondition,
    GoogleAPICallError,
    InvalidArgument,
    NotFound,
    ServiceUnavailable,
)
from google.auth import jwt
from google.cloud.tasks_v2 import types
from google.rpc import code_pb2

from tests.contract.sink import Reply
from tests.contract.tasks import START, HandBench, by_hand
from tools.emulators.tasks import Faults

HOUR = 3_600
#: Back-off that leaves no doubt about its steps.
SLOW: dict[str, Any] = {"retry_config": {"min_backoff": {"seconds": 10}, "max_backoff": {"seconds": 300}, "max_doublings": 3}}


@pytest.fixture
def bench() -> Iterator[HandBench]:
    """A double on a clock moved by hand, and a worker that notes its calls."""
    with by_hand() as made:
        yield made


class TestNames:
    """What tasks and queues may be called, and for how long a name is taken."""

    def test_a_name_is_made_where_none_is_given(self, bench: HandBench) -> None:
        """v2, CreateTaskRequest: "If a name is not specified then the system will generate a random unique task id"."""
        queue = bench.queue()
        made = {bench.task(queue).name for _ in range(20)}
        assert len(made) == 20
        assert all(name.startswith(f"{queue}/tasks/") for name in made)

    @pytest.mark.parametrize("name", ["a/b", "a b", "a.b", "ä", "x" * 501])
    def test_a_task_id_has_letters_digits_hyphens_and_underscores(self, bench: HandBench, name: str) -> None:
        """v2, Task: "TASK_ID can contain only letters, numbers, hyphens, or underscores. The maximum length is 500 characters"."""
        queue = bench.queue()
        with pytest.raises(InvalidArgument):
            bench.task(queue, name)
        bench.task(queue, "x_-9" * 125)

    @pytest.mark.parametrize("name", ["a_b", "a.b", "", "x" * 101])
    def test_a_queue_id_has_letters_digits_and_hyphens(self, bench: HandBench, name: str) -> None:
        """v2, Queue: "QUEUE_ID can contain letters, numbers, or hyphens. The maximum length is 100 characters"."""
        with pytest.raises(InvalidArgument):
            bench.queue(name)
        bench.queue("x-9Y" * 25)

    def test_a_task_lies_in_its_queue(self, bench: HandBench) -> None:
        """v2, Task: the name has "the following format: projects/PROJECT_ID/locations/LOCATION_ID/queues/QUEUE_ID/tasks/TASK_ID"."""
        one, other = bench.queue("one"), bench.queue("other")
        with pytest.raises(InvalidArgument):
            bench.client.create_task(parent=one, task=types.Task({"name": f"{other}/tasks/a", "http_request": {"url": bench.sink.url}}))

    def test_a_name_is_taken_while_its_task_lives(self, bench: HandBench) -> None:
        """v2, CreateTaskRequest: "If a task's ID is identical to that of an existing task … the call will fail with ALREADY_EXISTS"."""
        queue, other = bench.queue(), bench.queue("other")
        bench.client.pause_queue(name=queue)
        bench.task(queue, "a")
        with pytest.raises(AlreadyExists):
            bench.task(queue, "a")
        bench.task(other, "a")

    @pytest.mark.parametrize("end", ["executed", "deleted", "purged"])
    def test_a_name_is_taken_for_a_while_after(self, bench: HandBench, end: str) -> None:
        """v2, CreateTaskRequest: "or a task that was deleted or executed recently … The IDs are not immediately available for reuse"."""
        queue = bench.queue()
        if end != "executed":
            bench.client.pause_queue(name=queue)
        name = bench.task(queue, "a").name
        bench.settle()
        if end == "deleted":
            bench.client.delete_task(name=name)
        if end == "purged":
            bench.client.purge_queue(name=queue)
        bench.jump(HOUR - 1)
        with pytest.raises(AlreadyExists):
            bench.task(queue, "a")
        bench.jump(1)
        assert bench.task(queue, "a").name == name

    def test_a_queue_must_be_there(self, bench: HandBench) -> None:
        """v2, CreateTaskRequest: "The queue must already exist"."""
        with pytest.raises(NotFound):
            bench.task(f"{bench.location}/queues/none", "a")

    def test_a_queue_s_name_cannot_be_taken_twice(self, bench: HandBench) -> None:
        """v2, CreateQueueRequest: "Queue's name cannot be the same as an existing queue"."""
        bench.queue()
        with pytest.raises(AlreadyExists):
            bench.queue()

    def test_a_deleted_queue_s_name_is_taken_for_days(self) -> None:
        """v2, DeleteQueue: "If you delete a queue, a queue with the same name can't be created for 7 days"."""
        week = 7 * 24 * HOUR
        with by_hand(queue_names_remembered_s=week) as bench:
            queue = bench.queue()
            bench.client.delete_queue(name=queue)
            bench.jump(week - 1)
            with pytest.raises(FailedPrecondition):
                bench.queue()
            bench.jump(1)
            assert bench.queue() == queue


class TestLimits:
    """What a task may be made of, and what a queue may be set to."""

    def test_a_task_has_at_most_100_kb(self, bench: HandBench) -> None:
        """v2, CreateTask: "The maximum task size is 100KB"."""
        queue = bench.queue()
        bench.task(queue, "a", request={"body": b"x" * 100_000})
        with pytest.raises(InvalidArgument):
            bench.task(queue, "b", request={"body": b"x" * 102_400})

    @pytest.mark.parametrize("url", ["ftp://worker.example", "worker.example", "", "http://", "https://worker.example/" + "x" * 2_083])
    def test_a_url_is_one_of_the_web_and_of_2083_characters(self, bench: HandBench, url: str) -> None:
        """v2, HttpRequest: "must begin with either http:// or https://"; "The maximum allowed URL length is 2083 characters"."""
        queue = bench.queue()
        with pytest.raises(InvalidArgument):
            bench.task(queue, request={"url": url})

    @pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "OPTIONS"])
    def test_a_body_needs_a_method_that_carries_one(self, bench: HandBench, method: str) -> None:
        """v2, HttpRequest: "A request body is allowed only if the HTTP method is POST, PUT, or PATCH"."""
        queue = bench.queue()
        bench.client.pause_queue(name=queue)
        with pytest.raises(InvalidArgument):
            bench.task(queue, request={"http_method": method, "body": b"x"})
        bench.task(queue, request={"http_method": method})

    def test_headers_have_less_than_80_kb(self, bench: HandBench) -> None:
        """v2, HttpRequest: "The size of the headers must be less than 80KB"."""
        queue = bench.queue()
        with pytest.raises(InvalidArgument):
            bench.task(queue, request={"headers": {"X-Large": "x" * 82_000}})

    @pytest.mark.parametrize("seconds", [1, 14.9, 1_801])
    def test_a_deadline_is_of_15_seconds_to_30_minutes(self, bench: HandBench, seconds: float) -> None:
        """v2, Task: "The deadline must be in the interval [15 seconds, 30 minutes]"."""
        queue = bench.queue()
        with pytest.raises(InvalidArgument):
            bench.task(queue, dispatch_deadline=timedelta(seconds=seconds))
        for allowed in (15, 1_800):
            bench.task(queue, dispatch_deadline=timedelta(seconds=allowed))

    def test_a_task_is_scheduled_at_most_30_days_ahead(self, bench: HandBench) -> None:
        """quotas: "Maximum schedule time for a task: 30 days from current date and time"."""
        queue = bench.queue()
        bench.task(queue, schedule_time=START + timedelta(days=30))
        with pytest.raises(InvalidArgument):
            bench.task(queue, schedule_time=START + timedelta(days=30, seconds=1))

    @pytest.mark.parametrize(
        "settings",
        [
            {"rate_limits": {"max_dispatches_per_second": 501}},
            {"rate_limits": {"max_dispatches_per_second": -1}},
            {"rate_limits": {"max_concurrent_dispatches": 5_001}},
            {"retry_config": {"max_attempts": -2}},
            {"retry_config": {"min_backoff": {"seconds": 10}, "max_backoff": {"seconds": 5}}},
            {"retry_config": {"max_doublings": -1}},
        ],
        ids=str,
    )
    def test_a_queue_has_bounds(self, bench: HandBench, settings: dict[str, Any]) -> None:
        """v2, RateLimits: "The maximum allowed value is 500", "is 5,000"; RetryConfig: "greater than or equal to -1"."""
        with pytest.raises(InvalidArgument):
            bench.queue(**settings)

    def test_a_queue_has_defaults(self, bench: HandBench) -> None:
        """queues: 500 dispatches a second, 1,000 at once, 100 attempts, back-off of 0.1 s to 3,600 s, 16 doublings."""
        queue = bench.client.get_queue(name=bench.queue())
        limits, retries = queue.rate_limits, queue.retry_config
        assert (limits.max_dispatches_per_second, limits.max_concurrent_dispatches) == (500, 1_000)
        assert (retries.max_attempts, retries.max_doublings) == (100, 16)
        assert (retries.min_backoff, retries.max_backoff) == (timedelta(seconds=0.1), timedelta(hours=1))
        assert queue.state == types.Queue.State.RUNNING


class TestRequests:
    """What a worker is called with."""

    def test_the_request_is_what_the_task_says(self, bench: HandBench) -> None:
        """v2, HttpRequest: "The full url path that the request will be sent to", "The default is POST", the body and the headers."""
        queue = bench.queue()
        bench.task(
            queue, "a", request={"url": f"{bench.sink.url}/x?y=1", "body": b'{"n": 1}', "headers": {"Content-Type": "application/json"}}
        )
        (call,) = bench.settle()
        assert (call.method, call.path, call.body) == ("POST", "/call/x?y=1", b'{"n": 1}')
        assert call.headers["content-type"] == "application/json"
        bench.task(queue, "b", request={"http_method": "PUT", "body": b"x"})
        assert bench.settle()[1].method == "PUT"

    def test_some_headers_are_the_service_s(self, bench: HandBench) -> None:
        """v2, HttpRequest: Host, Content-Length, User-Agent, X-Google-* and X-AppEngine-* "will be ignored or replaced"."""
        given = {"Host": "evil.example", "User-Agent": "me", "X-Google-A": "1", "X-AppEngine-B": "1", "X-CloudTasks-TaskName": "other"}
        bench.task(bench.queue(), "a", request={"headers": given | {"X-Own": "1"}, "body": b"xyz"})
        (call,) = bench.settle()
        assert call.headers["user-agent"] == "Google-Cloud-Tasks"
        assert call.headers["host"] == bench.sink.url.split("/")[2]
        assert (call.headers["content-length"], call.headers["x-own"], call.task) == ("3", "1", "a")
        assert not {"x-google-a", "x-appengine-b", "content-type"} & set(call.headers)

    def test_headers_tell_which_delivery_it_is(self, bench: HandBench) -> None:
        """targets, handler: QueueName "The name of the queue", TaskName "The short name of the task", TaskETA "specified in seconds"."""
        bench.task(bench.queue(), "a", schedule_time=START + timedelta(seconds=1.5))
        (call,) = bench.advance(2)
        assert (call.headers["x-cloudtasks-queuename"], call.task) == ("work", "a")
        assert float(call.headers["x-cloudtasks-tasketa"]) == START.timestamp() + 1.5
        assert "x-cloudtasks-taskpreviousresponse" not in call.headers

    def test_headers_count_retries_and_executions_apart(self, bench: HandBench) -> None:
        """targets, handler: RetryCount "includes attempts where the task failed due to 5XX", ExecutionCount "does not include" them."""
        bench.sink.reply(500, 404, Reply(cut=True), 400)
        bench.task(bench.queue(**SLOW), "a")
        calls = bench.advance(HOUR)
        assert [call.retry for call in calls] == [0, 1, 2, 3, 4]
        assert [call.headers["x-cloudtasks-taskexecutioncount"] for call in calls] == ["0", "0", "1", "1", "2"]

    def test_headers_tell_of_the_attempt_before(self, bench: HandBench) -> None:
        """targets, handler: TaskPreviousResponse "The HTTP response code from the previous retry", TaskRetryReason "The reason"."""
        bench.sink.reply(418, Reply(cut=True))
        bench.task(bench.queue(**SLOW), "a")
        _, second, third = bench.advance(HOUR)
        assert second.headers["x-cloudtasks-taskpreviousresponse"] == "418"
        assert "418" in second.headers["x-cloudtasks-taskretryreason"]
        assert "UNAVAILABLE" in third.headers["x-cloudtasks-taskretryreason"]

    @pytest.mark.parametrize(("audience", "told"), [("https://worker.example/", "https://worker.example/"), ("", None)])
    def test_a_token_says_who_calls(self, bench: HandBench, audience: str, told: str | None) -> None:
        """v2, OidcToken: an "OIDC token will be generated"; "If not specified, the URI specified in target will be used" as audience."""
        token = {"service_account_email": "tasks@p.iam.gserviceaccount.com", "audience": audience}
        bench.task(bench.queue(), "a", request={"oidc_token": token})
        (call,) = bench.settle()
        scheme, _, shown = call.headers["authorization"].partition(" ")
        said = jwt.decode(shown, certs=bench.double.keys.certificates(), audience=told or bench.sink.url)
        assert scheme == "Bearer"
        assert (said["iss"], said["email"], said["email_verified"]) == ("https://accounts.google.com", token["service_account_email"], True)

    def test_without_a_token_none_is_shown(self, bench: HandBench) -> None:
        """v2, HttpRequest: "If specified, an OIDC token will be generated and attached as an Authorization header"."""
        bench.task(bench.queue(), "a")
        assert "authorization" not in bench.settle()[0].headers


class TestSchedule:
    """When a task is attempted first."""

    def test_a_task_without_a_time_is_due_at_once(self, bench: HandBench) -> None:
        """v2, CreateTaskRequest: "If schedule_time is not set or is in the past then Cloud Tasks will set it to the current time"."""
        queue = bench.queue()
        assert bench.task(queue, "a").schedule_time == START
        assert bench.task(queue, "b", schedule_time=START - timedelta(days=1)).schedule_time == START
        assert len(bench.settle()) == 2

    def test_nothing_is_attempted_before_its_time(self, bench: HandBench) -> None:
        """v2, Task: schedule_time is "The time when the task is scheduled to be attempted or retried"."""
        bench.task(bench.queue(), "a", schedule_time=START + timedelta(hours=2))
        assert bench.advance(2 * HOUR - 0.000_001) == []
        assert len(bench.advance(0.000_001)) == 1

    def test_times_are_kept_to_the_microsecond_and_the_second(self, bench: HandBench) -> None:
        """v2, Task: schedule_time is "truncated to the nearest microsecond", create_time "to the nearest second"."""
        bench.jump(0.75)
        made = bench.task(bench.queue(), "a", schedule_time=START + timedelta(hours=1, microseconds=7))
        assert (made.schedule_time, made.create_time) == (START + timedelta(hours=1, microseconds=7), START)


class TestOutcomes:
    """What is made of an answer, or of none."""

    @pytest.mark.parametrize("status", [200, 201, 204, 299])
    def test_any_2xx_is_success(self, bench: HandBench, status: int) -> None:
        """v2, HttpRequest: "a successful HTTP response code ([200 - 299]), the task will be removed from the queue"."""
        bench.sink.reply(status)
        queue = bench.queue()
        bench.task(queue, "a")
        assert len(bench.advance(HOUR)) == 1
        assert bench.left(queue) == []
        with pytest.raises(NotFound):
            bench.state(queue, "a")

    @pytest.mark.parametrize("reply", [302, 400, 401, 404, 429, 500, 503, Reply(cut=True)], ids=str)
    def test_anything_else_is_tried_again(self, bench: HandBench, reply: Reply | int) -> None:
        """v2, HttpRequest: "If any other HTTP response code is returned or no response is received, the task will be retried"."""
        bench.sink.reply(reply)
        queue = bench.queue(**SLOW)
        bench.task(queue, "a")
        bench.settle()
        assert bench.left(queue) == ["a"]
        assert [call.retry for call in bench.advance(HOUR)] == [0, 1]
        assert bench.left(queue) == []

    def test_a_redirect_is_no_way_out(self, bench: HandBench) -> None:
        """v2, HttpRequest: a redirect "may be followed"; the double takes the strict reading, so nobody comes to rely on the other."""
        bench.sink.reply(Reply(302, {"Location": f"{bench.sink.url}/elsewhere"}))
        bench.task(bench.queue(**SLOW), "a")
        assert [call.path for call in bench.advance(HOUR)] == ["/call", "/call"]

    def test_nobody_there_is_tried_again(self, bench: HandBench) -> None:
        """v2, HttpRequest: "or no response is received"."""
        queue = bench.queue(**SLOW)
        bench.task(queue, "a", request={"url": "http://127.0.0.1:9/"})
        bench.settle()
        state = bench.state(queue, "a")
        assert (state.dispatch_count, state.response_count) == (1, 0)
        assert state.last_attempt.response_status.code == code_pb2.UNAVAILABLE

    def test_a_worker_that_takes_too_long_is_not_listened_to(self, bench: HandBench) -> None:
        """v2, Task: past the deadline "the request is cancelled and the attempt is marked as a DEADLINE_EXCEEDED failure" and retried."""
        bench.sink.reply(Reply(200, held=True))
        queue = bench.queue(**SLOW)
        bench.task(queue, "a", dispatch_deadline=timedelta(seconds=20))
        bench.sink.wait(1)
        bench.jump(20)
        assert bench.state(queue, "a").last_attempt.response_status.code == code_pb2.DEADLINE_EXCEEDED
        bench.sink.release.set()
        bench.settle()
        assert bench.left(queue) == ["a"]
        assert bench.state(queue, "a").schedule_time == START + timedelta(seconds=30)
        assert [call.retry for call in bench.advance(10)] == [0, 1]
        assert bench.left(queue) == []

    def test_a_worker_may_take_until_the_deadline(self, bench: HandBench) -> None:
        """v2, Task: "For HTTP tasks, the default is 10 minutes"."""
        bench.sink.reply(Reply(200, held=True))
        queue = bench.queue(**SLOW)
        made = bench.task(queue, "a")
        assert made.dispatch_deadline == timedelta(minutes=10)
        bench.sink.wait(1)
        bench.jump(599.9)
        assert bench.left(queue) == ["a"]
        bench.sink.release.set()
        assert len(bench.settle()) == 1
        assert bench.left(queue) == []

    def test_a_task_tells_of_its_attempts(self, bench: HandBench) -> None:
        """v2, Task: dispatch_count "attempts dispatched", response_count "which have received a response", first and last attempt."""
        bench.sink.reply(500, Reply(held=True))
        queue = bench.queue(**SLOW)
        bench.task(queue, "a")
        bench.settle()
        bench.jump(10)
        bench.sink.wait(2)
        state = bench.state(queue, "a")
        assert (state.dispatch_count, state.response_count) == (2, 1)
        assert state.first_attempt.dispatch_time == START
        assert not types.Attempt.pb(state.first_attempt).HasField("response_time")
        assert state.last_attempt.dispatch_time == START + timedelta(seconds=10)


class TestRetries:
    """How long a failed task waits, and when it is given up."""

    def test_back_off_doubles_then_grows_then_stays(self, bench: HandBench) -> None:
        """v2, RetryConfig: of 10s, 300s and 3 doublings "the requests will retry at 10s, 20s, 40s, 80s, 160s, 240s, 300s, 300s, …."."""
        queue = bench.queue(**SLOW)
        bench.sink.reply(*[500] * 9)
        bench.task(queue, "a")
        bench.settle()
        gaps = []
        for _ in range(8):
            due = bench.state(queue, "a").schedule_time
            gaps.append((due - START).total_seconds() - bench.elapsed)
            bench.advance(gaps[-1])
        assert gaps == [10, 20, 40, 80, 160, 240, 300, 300]

    def test_attempts_end(self, bench: HandBench) -> None:
        """v2, RetryConfig: max_attempts is the "Number of attempts per task, including the first attempt"."""
        queue = bench.queue(retry_config={"max_attempts": 3, "min_backoff": {"seconds": 1}})
        bench.sink.reply(*[500] * 9)
        bench.task(queue, "a")
        assert len(bench.advance(HOUR)) == 3
        assert bench.left(queue) == []

    def test_attempts_end_no_earlier_than_the_duration(self, bench: HandBench) -> None:
        """v2, RetryConfig: "Cloud Tasks stops retrying only when max_attempts and max_retry_duration are both satisfied"."""
        config = {"max_attempts": 2, "max_retry_duration": {"seconds": 35}, "min_backoff": {"seconds": 10}, "max_backoff": {"seconds": 10}}
        queue = bench.queue(retry_config=config)
        bench.sink.reply(*[500] * 9)
        bench.task(queue, "a")
        assert len(bench.advance(HOUR)) == 5
        assert bench.left(queue) == []

    def test_attempts_may_have_no_end(self, bench: HandBench) -> None:
        """v2, RetryConfig: -1 "indicates unlimited attempts"."""
        queue = bench.queue(retry_config={"max_attempts": -1, "min_backoff": {"seconds": 1}, "max_backoff": {"seconds": 1}})
        bench.sink.reply(*[500] * 150)
        bench.task(queue, "a")
        assert len(bench.advance(140)) == 141

    def test_a_task_may_have_retries_of_its_own(self, bench: HandBench) -> None:
        """v2, Task.retry_config: "If present, this overrides the Queue.retry_config for this task"."""
        queue = bench.queue(**SLOW)
        bench.sink.reply(*[500] * 9)
        bench.task(queue, "a", retry_config={"max_attempts": 2, "min_backoff": {"seconds": 1}})
        assert len(bench.advance(1)) == 2
        assert bench.left(queue) == []

    @pytest.mark.parametrize("status", [429, 503])
    def test_an_overloaded_worker_is_given_time(self, bench: HandBench, status: int) -> None:
        """v2, HttpRequest: on 429 and 503 "Cloud Tasks will use a higher backoff rate"."""
        queue = bench.queue(**SLOW)
        bench.sink.reply(status)
        bench.task(queue, "a")
        bench.settle()
        assert bench.state(queue, "a").schedule_time > START + timedelta(seconds=10)

    def test_a_worker_may_say_when(self, bench: HandBench) -> None:
        """v2, HttpRequest: "The retry specified in the Retry-After HTTP response header is considered"."""
        queue = bench.queue(**SLOW)
        bench.sink.reply(Reply(503, {"Retry-After": "120"}))
        bench.task(queue, "a")
        bench.settle()
        assert bench.state(queue, "a").schedule_time == START + timedelta(seconds=120)


class TestPace:
    """How fast and how many at a time."""

    def test_a_queue_keeps_its_rate(self, bench: HandBench) -> None:
        """v2, RateLimits: "Tasks will be dispatched until the queue's bucket runs out of tokens", refilled at the rate."""
        queue = bench.queue(rate_limits={"max_dispatches_per_second": 10})
        for number in range(35):
            bench.task(queue, f"t{number}")
        counts = [len(bench.settle())] + [len(bench.advance(0.1)) for _ in range(10)]
        assert counts == [10 + tick for tick in range(11)]
        assert len(bench.advance(60)) == 35

    def test_a_burst_is_no_larger_than_the_bucket(self, bench: HandBench) -> None:
        """v2, RateLimits: max_burst_size is "generally at least equal to max_dispatches_per_second", however long the queue rested."""
        queue = bench.queue(rate_limits={"max_dispatches_per_second": 5})
        assert bench.client.get_queue(name=queue).rate_limits.max_burst_size == 5
        bench.advance(HOUR)
        for number in range(8):
            bench.task(queue, f"t{number}")
        assert len(bench.settle()) == 5

    def test_retries_count_too(self, bench: HandBench) -> None:
        """v2, RateLimits: "regardless of whether the dispatch is a first task attempt or a retry"."""
        queue = bench.queue(
            rate_limits={"max_dispatches_per_second": 1}, retry_config={"min_backoff": {"nanos": 1_000_000}, "max_attempts": 4}
        )
        bench.sink.reply(*[500] * 4)
        bench.task(queue, "a")
        assert [len(bench.advance(0.5)) for _ in range(6)] == [1, 2, 2, 3, 3, 4]

    def test_a_rate_may_be_below_one(self, bench: HandBench) -> None:
        """v2, RateLimits: max_dispatches_per_second is a double."""
        queue = bench.queue(rate_limits={"max_dispatches_per_second": 0.1})
        for number in range(3):
            bench.task(queue, f"t{number}")
        assert [len(bench.settle()), len(bench.advance(9.9)), len(bench.advance(0.1)), len(bench.advance(10))] == [1, 1, 2, 3]

    def test_a_worker_that_is_overloaded_slows_its_queue_for_a_while(self, bench: HandBench) -> None:
        """v2, HttpRequest: "Cloud Tasks may temporarily reduce the queue's effective rate. User-specified settings will not be changed"."""
        queue = bench.queue(rate_limits={"max_dispatches_per_second": 8}, **SLOW)
        bench.sink.reply(*[503] * 8)
        bench.client.pause_queue(name=queue)
        for number in range(40):
            bench.task(queue, f"t{number}")
        bench.client.resume_queue(name=queue)
        assert len(bench.settle()) == 8
        assert len(bench.advance(1)) == 9
        assert bench.client.get_queue(name=queue).rate_limits.max_dispatches_per_second == 8
        assert len(bench.advance(8)) >= 40

    def test_at_most_so_many_at_once(self, bench: HandBench) -> None:
        """v2, RateLimits: past max_concurrent_dispatches it "stops dispatching tasks until the number of concurrent requests decreases"."""
        queue = bench.queue(rate_limits={"max_concurrent_dispatches": 3})
        bench.sink.reply(*[Reply(held=True)] * 3)
        for number in range(5):
            bench.task(queue, f"t{number}")
        bench.sink.wait(3)
        bench.jump(5)
        assert len(bench.sink.received) == 3
        bench.sink.release.set()
        assert len(bench.settle()) == 5


class TestOperations:
    """What operators do with queues and tasks."""

    def test_a_paused_queue_takes_and_does_not_give(self, bench: HandBench) -> None:
        """v2, Queue.State: "Cloud Tasks will stop delivering tasks from it, but more tasks can still be added to it"."""
        queue = bench.queue()
        assert bench.client.pause_queue(name=queue).state == types.Queue.State.PAUSED
        bench.task(queue, "a")
        assert bench.advance(HOUR) == []
        assert bench.client.resume_queue(name=queue).state == types.Queue.State.RUNNING
        assert len(bench.settle()) == 1

    def test_a_queue_can_be_purged(self, bench: HandBench) -> None:
        """v2, PurgeQueue: "All tasks created before this method is called are permanently deleted"."""
        queue = bench.queue()
        bench.client.pause_queue(name=queue)
        for number in range(5):
            bench.task(queue, f"t{number}")
        assert bench.client.purge_queue(name=queue).purge_time == START
        bench.client.resume_queue(name=queue)
        assert (bench.left(queue), bench.settle()) == ([], [])

    def test_a_queue_goes_with_its_tasks(self, bench: HandBench) -> None:
        """v2, DeleteQueue: "will delete the queue even if it has tasks in it"."""
        queue = bench.queue()
        bench.client.pause_queue(name=queue)
        bench.task(queue, "a")
        bench.client.delete_queue(name=queue)
        for ask in (
            lambda: bench.state(queue, "a"),
            lambda: bench.client.get_queue(name=queue),
            lambda: bench.client.delete_queue(name=queue),
        ):
            with pytest.raises(NotFound):
                ask()
        assert bench.advance(HOUR) == []

    def test_a_task_can_be_deleted(self, bench: HandBench) -> None:
        """v2, DeleteTask: "if it is scheduled or dispatched", not "if it has executed successfully or permanently failed"."""
        queue = bench.queue(**SLOW)
        later = bench.task(queue, "later", schedule_time=START + timedelta(hours=1)).name
        bench.client.delete_task(name=later)
        bench.sink.reply(Reply(500, held=True))
        running = bench.task(queue, "running").name
        bench.sink.wait(1)
        bench.client.delete_task(name=running)
        bench.sink.release.set()
        assert len(bench.advance(2 * HOUR)) == 1
        done = bench.task(queue, "done").name
        bench.settle()
        for gone in (later, running, done):
            with pytest.raises(NotFound):
                bench.client.delete_task(name=gone)

    def test_a_task_can_be_run_at_once(self, bench: HandBench) -> None:
        """v2, RunTask: "even if the task is already running, the queue has reached its RateLimits or is PAUSED"."""
        queue = bench.queue(rate_limits={"max_dispatches_per_second": 0.001, "max_concurrent_dispatches": 1})
        bench.sink.reply(Reply(held=True), Reply(held=True))
        bench.task(queue, "first")
        bench.sink.wait(1)
        bench.client.pause_queue(name=queue)
        later = bench.task(queue, "later", schedule_time=START + timedelta(days=1)).name
        assert bench.client.run_task(name=later).dispatch_count == 1
        assert bench.client.run_task(name=f"{queue}/tasks/first").dispatch_count == 2
        assert sorted(call.task for call in bench.sink.wait(3)) == ["first", "first", "later"]
        bench.sink.release.set()
        bench.settle()
        assert bench.left(queue) == []
        with pytest.raises(NotFound):
            bench.client.run_task(name=later)

    def test_a_task_that_was_run_and_failed_waits_from_then(self, bench: HandBench) -> None:
        """v2, RunTask: schedule_time "will be reset to the time that RunTask was called plus the retry delay"."""
        queue = bench.queue(**SLOW)
        bench.sink.reply(500)
        task = bench.task(queue, "a", schedule_time=START + timedelta(days=1)).name
        bench.jump(100)
        bench.client.run_task(name=task)
        bench.settle()
        assert bench.state(queue, "a").schedule_time == START + timedelta(seconds=110)

    def test_a_body_is_shown_when_all_is_asked_for(self, bench: HandBench) -> None:
        """v2, Task.View: BASIC "omits fields which can be large", FULL: "All information is returned"."""
        queue = bench.queue()
        bench.client.pause_queue(name=queue)
        made = bench.task(queue, "a", request={"body": b"secret"})
        assert (made.http_request.body, made.view) == (b"", types.Task.View.BASIC)
        assert bench.client.get_task(name=made.name).http_request.body == b""
        assert bench.state(queue, "a").http_request.body == b"secret"
        assert [task.http_request.body for task in bench.client.list_tasks(parent=queue)] == [b""]

    def test_lists_come_in_pages(self, bench: HandBench) -> None:
        """v2, ListTasksRequest and ListQueuesRequest: page_token "must be the value of next_page_token"; queues by name."""
        queue = bench.queue("q-1")
        bench.client.pause_queue(name=queue)
        for number in range(7):
            bench.task(queue, f"t{number}")
        pages = list(bench.client.list_tasks(types.ListTasksRequest(parent=queue, page_size=3)).pages)
        assert [len(page.tasks) for page in pages] == [3, 3, 1]
        assert sorted(task.name[-2:] for page in pages for task in page.tasks) == [f"t{number}" for number in range(7)]
        bench.queue("q-3"), bench.queue("q-2")
        listed = bench.client.list_queues(types.ListQueuesRequest(parent=bench.location, page_size=2))
        assert [queue.name[-3:] for queue in listed] == ["q-1", "q-2", "q-3"]
        with pytest.raises(InvalidArgument):
            bench.client.list_tasks(types.ListTasksRequest(parent=queue, page_token="no token"))
        with pytest.raises(NotFound):
            bench.client.list_tasks(parent=f"{bench.location}/queues/none")


class TestFaults:
    """Delivery is at least once and in any order (common-pitfalls), and the double can show it."""

    def test_an_answer_may_be_lost(self, bench: HandBench) -> None:
        """common-pitfalls, "Duplicate execution": the worker did it, and is called again."""
        bench.double.go_wrong(Faults(lost_answers=1))
        queue = bench.queue(**SLOW)
        bench.task(queue, "a")
        assert len(bench.settle()) == 1
        bench.double.go_wrong()
        assert [call.retry for call in bench.advance(10)] == [0, 1]
        assert bench.left(queue) == []

    def test_a_delivery_may_come_twice(self, bench: HandBench) -> None:
        """common-pitfalls, "Duplicate execution": "more than 99.999% of tasks are executed only once", and the rest are not."""
        bench.double.go_wrong(Faults(duplicates=1))
        bench.task(bench.queue(), "a")
        assert [call.retry for call in bench.sink.wait(2)] == [0, 0]

    def test_a_request_may_be_lost(self, bench: HandBench) -> None:
        """The worker knows nothing of it, and is called later."""
        bench.double.go_wrong(Faults(lost_requests=1))
        bench.task(bench.queue(**SLOW), "a")
        assert bench.settle() == []
        bench.double.go_wrong()
        assert [call.retry for call in bench.advance(10)] == [1]

    def test_order_is_nobody_s_promise(self, bench: HandBench) -> None:
        """common-pitfalls, "Execution order": "There are no guarantees … do not rely on it"."""
        queue = bench.queue(rate_limits={"max_concurrent_dispatches": 1})
        bench.client.pause_queue(name=queue)
        names = [f"t{number:02}" for number in range(30)]
        for name in names:
            bench.task(queue, name)
        bench.double.go_wrong(Faults(shuffled=True))
        bench.client.resume_queue(name=queue)
        delivered = [call.task for call in bench.settle()]
        assert sorted(delivered) == names
        assert delivered != names

    def test_the_api_may_refuse_or_answer_nothing(self, bench: HandBench) -> None:
        """https://google.aip.dev/194: UNAVAILABLE may be tried again, and says nothing of whether the call was carried out."""
        queue = bench.queue()
        bench.client.pause_queue(name=queue)
        for faults, left in ((Faults(refused_calls=1), []), (Faults(lost_replies=1), ["a"])):
            bench.double.go_wrong(faults)
            with pytest.raises(ServiceUnavailable):
                bench.task(queue, "a")
            bench.double.go_wrong()
            assert bench.left(queue) == left

    def test_the_api_may_be_away_for_a_while(self, bench: HandBench) -> None:
        """And is there again when the time is over."""
        queue = bench.queue()
        bench.double.service.go_down(10)
        with pytest.raises(GoogleAPICallError):
            bench.client.get_queue(name=queue, retry=None)
        bench.jump(10)
        assert bench.client.get_queue(name=queue).name == queue
