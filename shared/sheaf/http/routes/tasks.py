"""Tasks: what became of each file."""

from __future__ import annotations

from sheaf.http.operations import Call, Routes
from sheaf.http.schemas.base import RunQuery
from sheaf.http.schemas.tasks import Failure, FailureList, FoundTasks, Task, TaskList, TaskListQuery, TaskQuery
from sheaf.services import files, progress, runs, tasks

routes = Routes("tasks", "What became of each file: attempts, errors, retries, results.")


@routes.get("/jobs/{job_id}/tasks")
def list_tasks(call: Call, job_id: str, query: TaskListQuery) -> TaskList:
    """List a run's tasks in the order of their files.

    With `status`, a page of a run that is at work may come out short while `next_cursor` goes on.
    """
    run = runs.of_job(call.kernel, call.tenant, job_id, query.run_id)
    page = tasks.listing(call.kernel, run, status=query.status, after=query.cursor, limit=query.limit)
    return TaskList(job_run_id=run.id, tasks=[Task.of(task, run) for task in page.tasks], next_cursor=page.cursor)


@routes.get("/jobs/{job_id}/tasks/{task_id}")
def get_task(call: Call, job_id: str, task_id: str, query: RunQuery) -> Task:
    """Get a file's task; its id is the file's."""
    run = runs.of_job(call.kernel, call.tenant, job_id, query.run_id)
    return Task.of(files.get(call.kernel, call.tenant, run.id, task_id), run)


@routes.get("/jobs/{job_id}/failures")
def list_failures(call: Call, job_id: str, query: RunQuery) -> FailureList:
    """List why files of a run failed: by category, with the first files of each."""
    run = runs.of_job(call.kernel, call.tenant, job_id, query.run_id)
    counts = progress.counts(call.kernel, run)
    groups = tasks.failures(call.kernel, run, counts)
    return FailureList(job_run_id=run.id, tasks_failed=counts.failed, failures=[Failure.of(group) for group in groups])


@routes.get("/tasks")
def find_tasks(call: Call, query: TaskQuery) -> FoundTasks:
    """Find the tasks of a file by its `file_url`, or by the record that it is attached to; over all jobs and runs, newest first."""
    if query.file_url is not None:
        page = tasks.of_file(call.kernel, call.tenant, query.file_url, after=query.cursor, limit=query.limit)
    else:
        link = {"record_id": query.record_id, "attachment_id": query.attachment_id}
        page = tasks.of_record(call.kernel, call.tenant, **link, after=query.cursor, limit=query.limit)
    return FoundTasks(tasks=[Task.of(task, run) for run, task in page.found], next_cursor=page.cursor)
