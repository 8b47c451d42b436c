"""The files of a run over HTTP: announced, uploaded, imported, listed, removed (A8, A13, B1, B2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from sheaf.domain import paths
from tests.acceptance.api.harness import MAX_FILE_BYTES, Api, Json, connect, parsed
from tests.faults.kit import packed

#: What a store answers to bytes that it took in: ours, and Cloud Storage.
ARRIVED = {200, 201}


def announced(api: Api, job: Json, name: str = "a.txt", **members: Any) -> Json:
    """A file that a run awaits the bytes of."""
    file: Json = api.post(f"/jobs/{job['id']}/files", {"files": [{"name": name, **members}]})["files"][0]
    return file


def put(api: Api, file: Json, content: bytes, url: str | None = None, **headers: str) -> int:
    """Send a file's bytes where its announcement said; answers the status."""
    upload = file["upload"]
    return api.client.put(url or upload["url"], content=content, headers=upload["headers"] | headers).status_code


def test_bytes_go_to_the_signed_url_and_are_confirmed(api: Api) -> None:
    """Then the file's size and format are known, and its bytes come back as they were."""
    job = api.job()
    file = announced(api, job, "folder/a.txt")
    assert (file["uploaded"], file["format"], file["status"]) == (False, "unknown", "pending")
    assert put(api, file, b"hello") in ARRIVED
    at = f"/jobs/{job['id']}/files/{file['id']}"
    confirmed = api.post(f"{at}/uploaded", expect=200)
    assert (confirmed["uploaded"], confirmed["file_size"], confirmed["format"], confirmed["upload"]) == (True, 5, "text", None)
    assert api.client.get(f"/api{at}/content", follow_redirects=True).content == b"hello"


@pytest.mark.embedded("Cloud Storage's stand-in does not hold to what a signed URL demands")
def test_bytes_come_as_a_download(api: Api) -> None:
    """Under the file's name, and never as a page of this origin."""
    job = api.job()
    file = api.upload(job["id"], b"hello")[0]
    content = api.client.get(f"/api/jobs/{job['id']}/files/{file['id']}/content", follow_redirects=True)
    assert content.headers["Content-Disposition"] == "attachment; filename=0.txt"
    assert content.headers["Content-Type"] == "application/octet-stream"
    assert content.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.embedded("the app serves and checks these signed URLs itself; the cloud's are Cloud Storage's")
def test_bytes_lie_where_the_run_s_paths_say(api: Api) -> None:
    """Uploads below the run's own prefix."""
    job = api.job()
    file = announced(api, job)
    put(api, file, b"hello")
    blob = paths.upload_object("default", job["id"], job["latest_run_id"], file["id"])
    assert urlsplit(file["upload"]["url"]).path == f"/blobs/{blob}"
    info = api.kernel.blobs.info(blob)
    assert info is not None
    assert info.size == 5


def test_a_form_takes_several_files_in_order(api: Api) -> None:
    """Each is in the run at once."""
    job = api.job()
    added = api.upload(job["id"], b"one", b"two", b"three")
    assert [file["file_size"] for file in added] == [3, 3, 5]
    assert [file["id"] for file in api.get(f"/jobs/{job['id']}/files")["files"]] == [file["id"] for file in added]


def test_confirming_twice_changes_nothing(api: Api) -> None:
    """An answer that was lost is asked for again."""
    job = api.job()
    file = announced(api, job)
    put(api, file, b"hello")
    at = f"/jobs/{job['id']}/files/{file['id']}/uploaded"
    assert api.post(at, expect=200) == api.post(at, expect=200)


def test_bytes_that_have_not_arrived_are_not_confirmed(api: Api) -> None:
    """Nor read, nor submitted."""
    job = api.job()
    file = announced(api, job)
    at = f"/jobs/{job['id']}/files/{file['id']}"
    api.refused("POST", f"{at}/uploaded", 409, "not_uploaded")
    api.refused("GET", f"{at}/content", 409, "not_uploaded")
    assert api.refused("POST", f"/jobs/{job['id']}/submit", 409, "not_uploaded")["files"] == ["a.txt"]


@pytest.mark.embedded("the app serves and checks these signed URLs itself; the cloud's are Cloud Storage's")
def test_an_awaited_file_tells_anew_where_to_send_it(api: Api) -> None:
    """An upload that was begun too late can go on."""
    job = api.job()
    file = announced(api, job)
    api.clock.move(timedelta(hours=2))
    assert put(api, file, b"late") == 403
    fresh = api.get(f"/jobs/{job['id']}/files/{file['id']}")
    assert put(api, fresh, b"late") in ARRIVED


@pytest.mark.embedded("the app serves and checks these signed URLs itself; the cloud's are Cloud Storage's")
@pytest.mark.parametrize(
    "tamper",
    [
        lambda url: url.replace("signature=", "signature=x"),
        lambda url: url.partition("&signature")[0],
        lambda url: url.replace("max_bytes=4000", "max_bytes=4000000"),
        lambda url: url.replace("expires=", "expires=9"),
        lambda url: url.replace("/uploads/", "/results/"),
        lambda url: url.replace("text%2Fplain", "text%2Fhtml"),
        lambda url: url + "&max_bytes=9",
        lambda url: url + "%00",
        lambda url: url.partition("?")[0],
        lambda url: url.replace("/tenants/default/", "/tenants/other/"),
    ],
)
def test_a_changed_url_lets_nobody_write(api: Api, tamper: Any) -> None:
    """Whatever part of it is changed."""
    job = api.job()
    file = announced(api, job)
    url = tamper(file["upload"]["url"])
    assert url != file["upload"]["url"]
    assert put(api, file, b"evil", url) in {403, 404}
    assert api.client.get(url).status_code in {403, 404}
    api.refused("POST", f"/jobs/{job['id']}/files/{file['id']}/uploaded", 409, "not_uploaded")


@pytest.mark.embedded("the app serves and checks these signed URLs itself; the cloud's are Cloud Storage's")
def test_a_url_for_writing_is_none_for_reading(api: Api) -> None:
    """And the other way round."""
    job = api.job()
    file = announced(api, job)
    put(api, file, b"hello")
    assert api.client.get(file["upload"]["url"]).status_code == 403
    api.post(f"/jobs/{job['id']}/files/{file['id']}/uploaded", expect=200)
    url = api.client.get(f"/api/jobs/{job['id']}/files/{file['id']}/content").headers["Location"]
    assert api.client.get(url).content == b"hello"
    assert put(api, file, b"evil", url) == 403
    assert api.client.request("DELETE", url).status_code == 405


@pytest.mark.embedded("Cloud Storage's stand-in does not hold to what a signed URL demands")
def test_the_bytes_of_a_file_are_written_once(api: Api) -> None:
    """So that nobody who kept the URL can change a submitted run."""
    job = api.job()
    file = announced(api, job)
    assert put(api, file, b"first") in ARRIVED
    assert put(api, file, b"second") == 409
    api.post(f"/jobs/{job['id']}/files/{file['id']}/uploaded", expect=200)
    content = api.client.get(f"/api/jobs/{job['id']}/files/{file['id']}/content", follow_redirects=True)
    assert content.content == b"first"


def test_a_file_over_the_limit_is_refused_whichever_way_it_comes(api: Api) -> None:
    """By its announcement and as a form; and nothing of it is kept."""
    job, big = api.job(), b"x" * (MAX_FILE_BYTES + 1)
    at = f"/jobs/{job['id']}/files"
    api.refused("POST", at, 413, "file_too_large", json={"files": [{"name": "a", "size": len(big)}]})
    api.refused("POST", at, 413, "file_too_large", files=[("file", ("a.txt", big))])
    assert list(api.kernel.blobs.list("")) == []


@pytest.mark.embedded("Cloud Storage's stand-in does not hold to what a signed URL demands")
def test_an_upload_over_the_limit_is_refused(api: Api) -> None:
    """The URL is signed for so many bytes."""
    job, big = api.job(), b"x" * (MAX_FILE_BYTES + 1)
    at = f"/jobs/{job['id']}/files"
    file = announced(api, job)
    assert file["upload"]["max_bytes"] == MAX_FILE_BYTES
    assert put(api, file, big) == 413
    api.refused("POST", f"{at}/{file['id']}/uploaded", 409, "not_uploaded")
    assert list(api.kernel.blobs.list("")) == []


@pytest.mark.embedded("the app serves and checks these signed URLs itself; the cloud's are Cloud Storage's")
def test_an_upload_of_another_type_than_was_announced_is_refused(api: Api) -> None:
    """The type is part of what was signed."""
    job = api.job()
    file = announced(api, job)
    answer = api.client.put(file["upload"]["url"], content=b"x", headers={"Content-Type": "text/html"})
    assert answer.status_code == 415


@pytest.mark.embedded("the app serves and checks these signed URLs itself; the cloud's are Cloud Storage's")
def test_a_part_of_a_file_can_be_read(api: Api) -> None:
    """Ranges, and no bytes when the reader has them already."""
    job = api.job()
    file = api.upload(job["id"], b"0123456789")[0]
    url = api.client.get(f"/api/jobs/{job['id']}/files/{file['id']}/content").headers["Location"]
    part = api.client.get(url, headers={"Range": "bytes=2-5"})
    assert (part.status_code, part.content, part.headers["Content-Range"]) == (206, b"2345", "bytes 2-5/10")
    assert api.client.get(url, headers={"If-None-Match": part.headers["ETag"]}).status_code == 304
    assert api.client.get(url, headers={"Range": "bytes=99-"}).status_code == 416


def test_a_removed_file_is_gone(api: Api) -> None:
    """With its bytes, also for those who hold a URL of it."""
    job = api.job()
    file = api.upload(job["id"], b"hello")[0]
    at = f"/jobs/{job['id']}/files/{file['id']}"
    url = api.client.get(f"/api{at}/content").headers["Location"]
    assert api.send("DELETE", at).status_code == 204
    api.refused("GET", at, 404, "not_found")
    api.refused("DELETE", at, 404, "not_found")
    assert api.client.get(url).status_code == 404
    assert api.get(f"/jobs/{job['id']}/files")["total"] == 0


def test_a_file_of_another_run_is_not_found(api: Api) -> None:
    """Neither of another run of the job, nor of another job."""
    job, other = api.job("A"), api.job("B")
    file = api.upload(job["id"], b"hello")[0]
    api.refused("GET", f"/jobs/{other['id']}/files/{file['id']}", 404, "not_found")
    api.refused("GET", f"/jobs/{other['id']}/files/{file['id']}", 404, "not_found", params={"run_id": job["latest_run_id"]})
    api.post(f"/jobs/{job['id']}/runs", {})
    api.refused("GET", f"/jobs/{job['id']}/files/{file['id']}", 404, "not_found")
    assert api.get(f"/jobs/{job['id']}/files/{file['id']}", run_id=job["latest_run_id"])["id"] == file["id"]


def test_files_are_copied_from_another_run(api: Api) -> None:
    """Without what was unpacked from them, which is unpacked anew."""
    job = api.finished(packed({"in.txt": b"ok"}), b"ok")
    assert api.get(f"/jobs/{job['id']}/files")["total"] == 3
    second = api.post(f"/jobs/{job['id']}/runs", {})
    added = api.post(f"/jobs/{job['id']}/files", {"import": {"from_run_id": job["latest_run_id"]}})
    assert added == {"job_run_id": second["id"], "files": [], "imported": 2}
    assert api.get(f"/jobs/{job['id']}/files")["total"] == 2
    api.refused("POST", f"/jobs/{job['id']}/files", 404, "not_found", json={"import": {"from_run_id": "nowhere"}})
    api.refused("POST", f"/jobs/{job['id']}/files", 422, "same_run", json={"import": {"from_run_id": second["id"]}})


@pytest.mark.embedded("the folders of a server are no part of the cloud")
def test_files_of_the_server_are_imported_only_from_where_it_allows(api: Api, tmp_path: Path) -> None:
    """A server allows nowhere unless it is told to; links out of an allowed folder lead nowhere."""
    inside, outside = tmp_path / "in", tmp_path / "out"
    for folder in (inside, outside):
        folder.mkdir()
        (folder / "a.txt").write_bytes(b"ok")
    (inside / "link.txt").symlink_to(outside / "a.txt")
    job = api.job()
    at = f"/jobs/{job['id']}/files"
    api.refused("POST", at, 422, "path_not_allowed", json={"import": {"paths": [str(inside / "a.txt")]}})
    api.client = connect(replace(api.kernel, import_roots=(inside,)), api.settings)
    assert api.post(at, {"import": {"paths": [str(inside / "a.txt")]}})["imported"] == 1
    for path in (outside / "a.txt", inside / "link.txt", inside / ".." / "out" / "a.txt"):
        api.refused("POST", at, 422, "path_not_allowed", json={"import": {"paths": [str(path)]}})
    api.refused("POST", at, 404, "not_found", json={"import": {"paths": [str(inside / "none.txt")]}})


def test_a_container_hands_its_files_to_the_run(api: Api) -> None:
    """Listed behind it, with where they came from."""
    job = api.finished(packed({"b.txt": b"ok", "a.txt": b"ok"}))
    files = api.get(f"/jobs/{job['id']}/files")["files"]
    assert [file["filename"] for file in files] == ["0.txt", "0.txt/b.txt", "0.txt/a.txt"]
    assert {file["parent_id"] for file in files[1:]} == {files[0]["id"]}


def test_what_a_file_is_linked_to_is_kept(api: Api) -> None:
    """Its origin, its record, its options, and how often it may be tried."""
    job = api.job()
    link = {"record_id": "rec 1", "field_id": "f", "attachment_id": "att/1"}
    file = announced(api, job, file_url="gs://bucket/a.pdf", options={"page": 2, "ocr": None}, max_retries=7, **link)
    assert file | link == file
    assert (file["file_url"], file["options"]) == ("gs://bucket/a.pdf", {"page": 2, "ocr": None})
    assert api.get(f"/jobs/{job['id']}/tasks/{file['id']}")["max_retries"] == 7


@pytest.mark.embedded("it is refused before anything is read or written")
@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "C:\\etc\\passwd", "a/../etc/passwd"])
def test_a_name_that_points_elsewhere_stays_inside(api: Api, name: str) -> None:
    """What is left of it names the file."""
    job = api.job()
    assert announced(api, job, name)["filename"] in {"etc/passwd", "a/etc/passwd"}


@pytest.mark.embedded("it is refused before anything is read or written")
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid_request"),
        ({"files": []}, "invalid_request"),
        ({"files": [{"name": "a"}], "import": {"from_run_id": "x"}}, "invalid_request"),
        ({"files": [{"name": "x" * 1025}]}, "invalid_request"),
        ({"files": [{"name": ".."}]}, "invalid_input"),
        ({"files": [{"name": "a", "size": -1}]}, "invalid_request"),
        ({"files": [{"name": "a", "content_type": "text"}]}, "invalid_request"),
        ({"files": [{"name": "a", "attachment_id": "b"}]}, "invalid_request"),
        ({"files": [{"name": "a", "options": {"b": {}}}]}, "invalid_request"),
        ({"files": [{"name": "a", "options": {f"k{n}": 1 for n in range(51)}}]}, "invalid_request"),
        ({"files": [{"name": "a"}] * 501}, "invalid_request"),
        ({"import": {}}, "invalid_request"),
        ({"import": {"paths": ["/a"], "from_run_id": "b"}}, "invalid_request"),
        ({"import": {"paths": []}}, "invalid_request"),
    ],
)
def test_files_that_cannot_be_meant_are_refused(api: Api, body: Json, code: str) -> None:
    """And none is taken."""
    job = api.job()
    api.refused("POST", f"/jobs/{job['id']}/files", 422, code, json=body)
    assert api.get(f"/jobs/{job['id']}/files")["total"] == 0


@pytest.mark.embedded("it is refused before anything is read or written")
@pytest.mark.parametrize(
    "form",
    [
        {"files": [("picture", ("a.txt", b"ok"))]},
        {"files": [("file", ("a.txt", b"ok"))], "data": {"name": "b"}},
        {"files": [("file", (None, b"ok"))]},
    ],
)
def test_a_form_of_something_else_is_refused(api: Api, form: dict[str, Any]) -> None:
    """Parts are files named file, and nothing else."""
    job = api.job()
    api.refused("POST", f"/jobs/{job['id']}/files", 422, "invalid_request", **form)


@pytest.mark.embedded("it is refused before anything is read or written")
def test_a_content_type_the_route_does_not_take_is_refused(api: Api) -> None:
    """JSON or a form, and said so."""
    job = api.job()
    for kind in ("text/plain", "application/xml", "application/x-www-form-urlencoded"):
        headers = {"Content-Type": kind}
        api.refused("POST", f"/jobs/{job['id']}/files", 415, "unsupported_media_type", content=b"{}", headers=headers)


@pytest.mark.embedded("Cloud Storage's stand-in does not hold to what a signed URL demands")
def test_a_download_keeps_the_name_whatever_it_holds(api: Api) -> None:
    """Quotes, line breaks and other scripts cannot break out of the header."""
    job = api.job()
    name = 'Rech"nung\r\nX: y – 发票.txt'
    file = parsed(api.send("POST", f"/jobs/{job['id']}/files", json={"files": [{"name": name}]}), 201)["files"][0]
    put(api, file, b"hello")
    api.post(f"/jobs/{job['id']}/files/{file['id']}/uploaded", expect=200)
    answer = api.client.get(f"/api/jobs/{job['id']}/files/{file['id']}/content", follow_redirects=True)
    assert answer.content == b"hello"
    assert "X" not in answer.headers
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
