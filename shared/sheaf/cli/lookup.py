"""What a person names, found through the API: jobs by id or name, runs by id or number, templates and files by id or name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from itertools import islice
from typing import Any

from sheaf.cli.api import Api
from sheaf.client.errors import NotThere
from sheaf.domain.errors import NotFound

Json = Any

_ID = re.compile(r"[0-9a-f]{24,32}")
#: Names looked through for one that is near a name that is not there.
_NEAR_AMONG = 500


def job(api: Api, text: str) -> Json:
    """The job of that id or name; raises NotFound, with the nearest name where one is near."""
    return _by_id(api, f"/api/jobs/{text}", text) or _by_name(api, "/api/jobs", "jobs", "job", text)


def template(api: Api, text: str) -> Json:
    """The template of that id or name; raises NotFound."""
    return _by_id(api, f"/api/templates/{text}", text) or _by_name(api, "/api/templates", "templates", "template", text)


def run(api: Api, job_id: str, text: str | None) -> Json:
    """The job's run of that id or number, its latest one by default; raises NotFound."""
    return api.get(f"/api/jobs/{job_id}/runs/{run_id(api, job_id, text)}")


def ids(api: Api, job_text: str, run_text: str | None) -> tuple[str, str]:
    """The ids of a job and of a run of it."""
    job_id = job(api, job_text)["id"]
    return job_id, run_id(api, job_id, run_text)


def run_id(api: Api, job_id: str, text: str | None) -> str:
    """The id of the job's run of that id or number, or of its latest; raises NotFound for what can be neither."""
    if text is None or text == "latest":
        return _latest(api, job_id)
    if _ID.fullmatch(text):
        return text
    number = text.removeprefix("#")
    runs = api.pages(f"/api/jobs/{job_id}/runs", "runs") if number.isdecimal() else ()
    found = next((each["id"] for each in runs if str(each["number"]) == number), None)
    if found is None:
        raise NotFound(f"The job has no run {text!r}. Name one by its id or number.", what="run", id=text)
    return str(found)


def _latest(api: Api, job_id: str) -> str:
    return str(api.get(f"/api/jobs/{job_id}")["latest_run_id"])


def file(api: Api, job_id: str, run_id_: str, text: str) -> Json:
    """The run's file of that id or name; raises NotFound."""
    files = api.pages(f"/api/jobs/{job_id}/files", "files", run_id=run_id_)
    found = next((each for each in files if text in {each["id"], each["filename"]}), None)
    if found is None:
        raise NotFound(f"The run has no file {text!r}. 'sheaf files list' shows those it has.", what="file", name=text)
    return found


def _by_id(api: Api, path: str, text: str) -> Json:
    if not _ID.fullmatch(text):
        return None
    try:
        return api.get(path)
    except NotThere:
        return None


def _by_name(api: Api, path: str, key: str, what: str, name: str) -> Json:
    found = api.get(path, name=name)[key] if name.strip() else []
    if found:
        return found[0]
    raise NotFound(f"There is no {what} {name!r}.{_hint(api.pages(path, key), name)}", what=what, name=name)


def _hint(records: Iterable[Json], name: str) -> str:
    names = {each["name"].casefold(): each["name"] for each in islice(records, _NEAR_AMONG)}
    near = difflib.get_close_matches(name.casefold(), names, n=1)
    return f" Did you mean {names[near[0]]!r}?" if near else ""
