"""What every application has, and small pieces of answers."""

from __future__ import annotations

import pytest
from flask import Flask, Request, Response, request
from werkzeug.http import parse_options_header
from werkzeug.test import EnvironBuilder

from sheaf.http import application, serving
from sheaf.http.binding import expected_tags
from sheaf.http.pages import _prose, _type_of


@pytest.mark.parametrize(
    "name",
    [
        "plain.csv",
        "with space.csv",
        'quo"te.csv',
        "back\\slash.csv",
        "Übersicht – 发票.csv",
        "a\r\nX: y.csv",
        ";x=y.csv",
        "'.csv",
        "%41.csv",
    ],
)
def test_a_name_survives_the_header_and_stays_in_it(name: str) -> None:
    """Whatever it holds: the header is one line of ASCII that says an attachment of that name."""
    header = application.attachment(name)["Content-Disposition"]
    assert header.isascii()
    assert header.isprintable()
    kind, options = parse_options_header(header)
    assert (kind, options["filename"]) == ("attachment", name)


@pytest.mark.parametrize(
    ("header", "tags"),
    [
        (None, None),
        ("*", None),
        (" * ", None),
        ('"a"', {"a"}),
        ('"a", "b"', {"a", "b"}),
        ('W/"a", "b"', {"b"}),
        ("a", set()),
        ("", set()),
        ('"a" "b"', set()),
        (", ".join(f'"{n}"' for n in range(10_000)), {str(n) for n in range(20)}),
    ],
)
def test_versions_are_read_from_the_header(header: str | None, tags: set[str] | None) -> None:
    """Strong ones alone, and no more than anyone needs."""
    asked = Request(EnvironBuilder(headers=[] if header is None else [("If-Match", header)]).get_environ())
    assert expected_tags(asked) == tags


def test_descriptions_are_escaped_before_they_are_marked_up() -> None:
    """Code and strong text are ours, everything else is text."""
    assert _prose("a <b> `<c>` **d**\n\n* one\n  two\n* three") == (
        "<p>a &lt;b&gt; <code>&lt;c&gt;</code> <strong>d</strong></p>\n<ul><li>one two</li><li>three</li></ul>"
    )


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"$ref": "#/components/schemas/Job"}, "Job"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Field"}}, "list of Field"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string or null"),
        ({}, "any"),
    ],
)
def test_a_schema_is_told_in_a_few_words(schema: dict[str, object], words: str) -> None:
    """For the table of parameters and members."""
    assert _type_of(schema) == words


def test_a_function_passes_requests_on_whole() -> None:
    """The application sees the body and the caller the answer; afterwards the body is at its end for whoever reads on."""

    def echo() -> Response:
        return Response(request.stream.read(), status=201, headers={"X-Query": request.query_string.decode()})

    inner = application.new(echo)
    builder = EnvironBuilder("/echo", method="POST", query_string="a=1", data=b"x" * 100_000)
    outer = Request(builder.get_environ())
    with Flask("outer").app_context():
        answer = serving.pass_on(inner, outer)
    assert (answer.status_code, answer.headers["X-Query"], len(answer.get_data())) == (201, "a=1", 100_000)
    assert outer.get_data() == b""


def test_a_resource_answers_its_methods_and_tells_them() -> None:
    """HEAD goes where GET does, OPTIONS says what there is, and what there is not is a problem that says it as well."""
    client = application.new(
        lambda: application.by_method({"GET": lambda: Response("read"), "PUT": lambda: Response("written")})
    ).test_client()
    answers = {method: client.open("/any/where", method=method) for method in ("GET", "HEAD", "PUT", "OPTIONS", "DELETE")}
    assert {method: (answer.status_code, answer.text) for method, answer in answers.items() if method != "DELETE"} == {
        "GET": (200, "read"),
        "HEAD": (200, ""),
        "PUT": (200, "written"),
        "OPTIONS": (200, ""),
    }
    assert (answers["DELETE"].status_code, answers["DELETE"].mimetype) == (405, "application/problem+json")
    assert {answers[method].headers["Allow"] for method in ("OPTIONS", "DELETE")} == {"GET, HEAD, OPTIONS, PUT"}
