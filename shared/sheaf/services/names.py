"""Names that are unique in a tenant, held by a marker beside the record."""

from __future__ import annotations

from collections.abc import Sequence

from sheaf.domain import paths
from sheaf.domain.errors import Conflict, InvalidInput, NotFound, PreconditionFailed
from sheaf.ports.store import Create, Delete, Write
from sheaf.services.kernel import Kernel

MAX_NAME = 200


def clean(name: str) -> str:
    """The name without outer space; raises InvalidInput for an empty, overlong or unprintable one."""
    name = " ".join(name.split())
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise InvalidInput(f"A name has 1 to {MAX_NAME} printable characters.", field="name")
    return name


def claim(tenant: str, kind: str, name: str, owner_id: str) -> Create:
    """The write that takes a name; its commit fails when it is taken."""
    return Create(path=paths.unique_name(tenant, kind, name), data={"owner_id": owner_id, "name": name})


def free(tenant: str, kind: str, name: str) -> Delete:
    """The write that gives a name back."""
    return Delete(path=paths.unique_name(tenant, kind, name))


def rename(tenant: str, kind: str, old: str, new: str, owner_id: str) -> list[Write]:
    """The writes that swap one name for another; none where only case or space differ."""
    if paths.unique_name(tenant, kind, old) == paths.unique_name(tenant, kind, new):
        return []
    return [free(tenant, kind, old), claim(tenant, kind, new, owner_id)]


def commit(kernel: Kernel, tenant: str, kind: str, name: str, writes: Sequence[Write]) -> None:
    """Commit the writes that create a record and take its name; raises Conflict when another takes it first."""
    check_free(kernel, tenant, kind, name)
    try:
        kernel.store.commit(writes)
    except PreconditionFailed:
        check_free(kernel, tenant, kind, name)
        raise


def holder(kernel: Kernel, tenant: str, kind: str, name: str, what: str) -> str:
    """The id of the record that has the name; raises NotFound."""
    marker = kernel.store.get(paths.unique_name(tenant, kind, name))
    if marker is None:
        raise NotFound(f"There is no {what} named {name!r}.", what=what, name=name)
    return str(marker.data["owner_id"])


def check_free(kernel: Kernel, tenant: str, kind: str, name: str, owner_id: str = "") -> None:
    """Raise Conflict when another record has the name; the commit is what decides, this is for its message."""
    holder = kernel.store.get(paths.unique_name(tenant, kind, name))
    if holder is not None and holder.data["owner_id"] != owner_id:
        raise Conflict(f"There is already one named {holder.data['name']!r}. Choose another name.", code="name_taken", name=name)
