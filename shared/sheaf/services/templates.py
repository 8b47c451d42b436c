"""Templates: reusable, named sets of fields."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

from sheaf.domain import paths
from sheaf.domain.errors import PreconditionFailed, Unavailable
from sheaf.domain.fields import Field, validate_fields
from sheaf.domain.jobs import Template
from sheaf.ports.store import Create, Delete, Order, Query
from sheaf.services import names
from sheaf.services.kernel import Kernel
from sheaf.services.records import MAX_RACES, change, check_tag, dump, fetch, load

_KIND = "templates"


@dataclass(frozen=True, slots=True)
class TemplatePage:
    """Templates by name; ``cursor`` continues."""

    templates: list[Template]
    cursor: str | None


def create(kernel: Kernel, tenant: str, *, name: str, fields: Sequence[Field], description: str = "") -> Template:
    """Save a set of fields under a name; raises Conflict when the name is taken."""
    now = kernel.clock.now()
    template = Template(
        id=kernel.ids.new(),
        tenant=tenant,
        name=names.clean(name),
        description=description,
        fields=validate_fields(fields),
        created_at=now,
        updated_at=now,
    )
    write = Create(path=paths.template(tenant, template.id), data=dump(template))
    names.commit(kernel, tenant, _KIND, template.name, [names.claim(tenant, _KIND, template.name, template.id), write])
    return template


def get(kernel: Kernel, tenant: str, template_id: str) -> Template:
    """One template; raises NotFound."""
    return fetch(kernel.store, paths.template(tenant, template_id), Template, "template").value


def find(kernel: Kernel, tenant: str, name: str) -> Template:
    """The template of that name, whatever its case; raises NotFound."""
    return get(kernel, tenant, names.holder(kernel, tenant, _KIND, name, "template"))


def listing(kernel: Kernel, tenant: str, *, after: str | None = None, limit: int = 50) -> TemplatePage:
    """The tenant's templates, sorted by name."""
    page = kernel.store.query(Query(collection=paths.templates(tenant), order=(Order("name"),), limit=limit, after=after))
    return TemplatePage([load(document, Template).value for document in page.documents], page.cursor)


def update(
    kernel: Kernel,
    tenant: str,
    template_id: str,
    *,
    name: str | None = None,
    fields: Sequence[Field] | None = None,
    description: str | None = None,
    expected: Container[str] | None = None,
) -> Template:
    """Change what is given; runs that started from it keep their own copy. ``expected`` is as for jobs."""
    wanted = {
        "name": names.clean(name) if name is not None else None,
        "fields": validate_fields(fields) if fields is not None else None,
        "description": description,
    }
    given = {key: value for key, value in wanted.items() if value is not None} | {"updated_at": kernel.clock.now()}
    new_name = str(given.get("name", ""))

    def decide(template: Template) -> dict[str, Any]:
        check_tag(template, expected)
        if new_name:
            names.check_free(kernel, tenant, _KIND, new_name, template_id)
        return given

    change(
        kernel.store,
        paths.template(tenant, template_id),
        Template,
        decide,
        also=lambda old: names.rename(tenant, _KIND, old.name, new_name or old.name, old.id),
    )
    return get(kernel, tenant, template_id)


def delete(kernel: Kernel, tenant: str, template_id: str) -> None:
    """Remove a template and free its name; raises NotFound."""
    path = paths.template(tenant, template_id)
    for _ in range(MAX_RACES):
        stored = fetch(kernel.store, path, Template, "template")
        try:
            kernel.store.commit([names.free(tenant, _KIND, stored.value.name), Delete(path=path, version=stored.version)])
        except PreconditionFailed:
            continue
        return
    raise Unavailable("The template is being changed by many callers at once. Try again.")
