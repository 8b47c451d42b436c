"""Which models are asked, in which order: the engine that was chosen, then those of ``SHEAF_MODEL_FALLBACKS``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from sheaf.domain.errors import InvalidInput
from sheaf.extraction.engine import Memo
from sheaf.extraction.models.client import Client, Spacing
from sheaf.extraction.models.engine import ModelEngine
from sheaf.settings import Settings

if TYPE_CHECKING:
    from pydantic_ai.models import Model


@dataclass(frozen=True, kw_only=True, slots=True)
class Vendor:
    """How one vendor's model is reached."""

    #: Makes the library's model, on first use.
    model: Callable[[], Model]
    model_name: str
    #: The settings that it cannot do without, by the name of their variable.
    needed: Mapping[str, str]
    native: bool = True


def engine(kind: str, settings: Settings, memo: Memo) -> ModelEngine:
    """The engine of a kind with its fall-backs.

    Raises:
        InvalidInput: code ``engine_not_configured``, where a setting is missing, code ``engine_not_installed`` without the library, or for
            an unknown fall-back.
    """
    spacing = Spacing(settings.model_requests_per_minute)
    names = [kind, *(name.strip() for name in settings.model_fallbacks.split(",") if name.strip())]
    chain = [_client(name, settings, spacing) for name in dict.fromkeys(names)]
    if find_spec("pydantic_ai") is None:
        message = f"The engine {kind!r} needs a library that is not installed. Install it with: pip install 'sheaf[models]'."
        raise InvalidInput(message, code="engine_not_installed", field="engine")
    return ModelEngine(name=kind, chain=chain, memo=memo)


def _client(kind: str, settings: Settings, spacing: Spacing) -> Client:
    vendor = _vendor(kind, settings)
    missing = [name for name, value in vendor.needed.items() if not value]
    if missing:
        raise InvalidInput(
            f"The engine {kind!r} is not set up on this installation: set {', '.join(missing)}.",
            code="engine_not_configured",
            field="engine",
        )
    return Client(
        name=f"{kind}/{vendor.model_name}", model=vendor.model, spacing=spacing, sees=settings.model_pictures, native=vendor.native
    )


def _vendor(kind: str, settings: Settings) -> Vendor:
    """What the engine's module says of its vendor: engines with a model are the modules of their names that say so."""
    module = f"sheaf.extraction.engines.{kind}"
    made = getattr(import_module(module), "vendor", None) if kind.isidentifier() and find_spec(module) else None
    if made is None:
        message = f"SHEAF_MODEL_FALLBACKS names {kind!r}, which is no engine with a model."
        raise InvalidInput(message, code="unknown_engine", field="model_fallbacks")
    found: Vendor = made(settings)
    return found
