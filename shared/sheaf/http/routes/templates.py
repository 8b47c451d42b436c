"""Templates: reusable sets of fields."""

from __future__ import annotations

from sheaf.domain.errors import NotFound
from sheaf.domain.jobs import Template as Record
from sheaf.http.operations import Answer, Call, Routes
from sheaf.http.schemas.base import given
from sheaf.http.schemas.fields import records
from sheaf.http.schemas.templates import Template, TemplateChange, TemplateInput, TemplateList, TemplateListQuery
from sheaf.services import templates
from sheaf.services.records import tag

routes = Routes("templates", "Named sets of fields that runs can start from.")


@routes.get("/templates")
def list_templates(call: Call, query: TemplateListQuery) -> TemplateList:
    """List templates, sorted by name."""
    if query.name is not None:
        return _named(call, query.name)
    page = templates.listing(call.kernel, call.tenant, after=query.cursor, limit=query.limit)
    return TemplateList(templates=[Template.of(template) for template in page.templates], next_cursor=page.cursor)


def _named(call: Call, name: str) -> TemplateList:
    try:
        found = [Template.of(templates.find(call.kernel, call.tenant, name))]
    except NotFound:
        found = []
    return TemplateList(templates=found, next_cursor=None)


@routes.post("/templates", status=201, keyed=True)
def create_template(call: Call, body: TemplateInput) -> Answer[Template]:
    """Save a set of fields under a name."""
    fields = records(body.fields)
    template = templates.create(call.kernel, call.tenant, name=body.name, fields=fields, description=body.description)
    return _answer(template, location=f"/api/templates/{template.id}")


@routes.get("/templates/{template_id}", guarded=True)
def get_template(call: Call, template_id: str) -> Answer[Template]:
    """Get a template."""
    return _answer(templates.get(call.kernel, call.tenant, template_id))


@routes.patch("/templates/{template_id}", guarded=True)
def change_template(call: Call, template_id: str, body: TemplateChange) -> Answer[Template]:
    """Change a template; runs that started from it keep their own copy."""
    changes = given(body, "name", "description")
    if body.fields is not None:
        changes["fields"] = records(body.fields)
    return _answer(templates.update(call.kernel, call.tenant, template_id, expected=call.expected, **changes))


@routes.delete("/templates/{template_id}")
def delete_template(call: Call, template_id: str) -> None:
    """Delete a template."""
    templates.delete(call.kernel, call.tenant, template_id)


def _answer(template: Record, location: str | None = None) -> Answer[Template]:
    return Answer(body=Template.of(template), tag=tag(template), location=location)
