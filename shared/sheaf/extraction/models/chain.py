"""Which models are asked, in which order: the engine that was chosen, then those of ``SHEAF_MODEL_FALLBACKS``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from sheaf.domain.errors import InvalidInput
from sheaf.domain.prices import Price, prices
from sheaf.extraction.engine import Memo
from sheaf.extraction.models.client import Client, Spacing
from sheaf.extraction.models.engine import ModelEngine
from sheaf.settings import Settings

_MILLION, _FEW = 1_000_000, 1_000

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
    #: Who sells it, by the name that lists of prices have; "" where nobody knows what it costs.
    sold_by: str = ""


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
    return ModelEngine(name=kind, chain=chain, memo=memo, price=partial(_price_of, settings))


def _client(kind: str, settings: Settings, spacing: Spacing) -> Client:
    vendor = vendor_of(kind, settings)
    if vendor is None:
        message = f"SHEAF_MODEL_FALLBACKS names {kind!r}, which is no engine with a model."
        raise InvalidInput(message, code="unknown_engine", field="model_fallbacks")
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


def vendor_of(kind: str, settings: Settings) -> Vendor | None:
    """What the engine's module says of its vendor: engines with a model are the modules of their names that say so; None for another."""
    module = f"sheaf.extraction.engines.{kind}"
    made = getattr(import_module(module), "vendor", None) if kind.isidentifier() and find_spec(module) else None
    found: Vendor | None = made(settings) if made else None
    return found


def price_of(kind: str, model: str, settings: Settings) -> Price | None:
    """What a model of an engine costs: as the installation says, else as its vendor lists it; None where neither is known."""
    named = prices(settings.model_prices)
    given = named.get(f"{kind}/{model}") or named.get(model)
    vendor = vendor_of(kind, settings)
    return given or (_listed(vendor.sold_by, model) if vendor and vendor.sold_by and model else None)


def _price_of(settings: Settings, name: str) -> Price | None:
    """What a model costs by its name in a chain, ``gemini/gemini-2.5-flash``."""
    kind, _, model = name.partition("/")
    return price_of(kind, model, settings)


@cache
def _listed(seller: str, model: str) -> Price | None:
    """The list price of a model, by the data that come with the library of models (genai-prices, MIT): nothing is looked up elsewhere."""
    if find_spec("genai_prices") is None:
        return None
    from genai_prices import Usage, calc_price

    try:
        # So few tokens are of the first tier, where a price has any.
        asked = calc_price(Usage(input_tokens=_FEW), model_ref=model, provider_id=seller)
        answered = calc_price(Usage(output_tokens=_FEW), model_ref=model, provider_id=seller)
    except (LookupError, ValueError):
        return None
    return Price(asked=Decimal(asked.input_price) * (_MILLION // _FEW), answered=Decimal(answered.output_price) * (_MILLION // _FEW))
