"""Templates: reusable sets of fields."""

from __future__ import annotations

from datetime import datetime

from sheaf.domain.jobs import Template as Record
from sheaf.http.schemas import examples
from sheaf.http.schemas.base import Id, Listed, Name, PageQuery, Schema, Text
from sheaf.http.schemas.fields import Field, Fields


class Template(Schema):
    """A named set of fields."""

    model_config = examples.shown(examples.TEMPLATE)

    id: Id
    name: str
    description: str
    fields: list[Field]
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, template: Record) -> Template:
        """The template as it is answered."""
        return cls(
            id=template.id,
            name=template.name,
            description=template.description,
            fields=[Field.of(field) for field in template.fields],
            created_at=template.created_at,
            updated_at=template.updated_at,
        )


class TemplateListQuery(PageQuery):
    """Which templates to list."""

    name: Name | None = None
    """Only the template of that name, whatever its case."""


class TemplateList(Listed):
    """Templates, sorted by name."""

    model_config = examples.shown(examples.TEMPLATE_LIST)

    templates: list[Template]


class TemplateInput(Schema):
    """A set of fields to save."""

    model_config = examples.shown(examples.TEMPLATE_INPUT)

    name: Name
    """Unique among your templates, whatever its case."""
    description: Text = ""
    fields: Fields


class TemplateChange(Schema):
    """What to change of a template; what is left out stays."""

    model_config = examples.shown(examples.TEMPLATE_CHANGE)

    name: Name | None = None
    description: Text | None = None
    fields: Fields | None = None
