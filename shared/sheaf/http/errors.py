"""Errors that only HTTP knows, as part of the product's tree."""

from __future__ import annotations

from sheaf.domain.errors import SheafError


class MalformedBody(SheafError):
    """The body is not what its media type says."""

    code = "malformed_body"


class Unauthenticated(SheafError):
    """The caller showed no credentials, or wrong ones."""

    code = "unauthenticated"


class Forbidden(SheafError):
    """The caller may not do this, whoever it is."""

    code = "forbidden"
