"""Anthropic's models by their API key (https://docs.anthropic.com/en/api/messages)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sheaf.extraction.engine import Memo
from sheaf.extraction.models.chain import Vendor, engine
from sheaf.extraction.models.engine import ModelEngine
from sheaf.settings import Settings

if TYPE_CHECKING:
    from pydantic_ai.models import Model


def opened(settings: Settings, memo: Memo) -> ModelEngine:
    """The engine, and behind it those of ``SHEAF_MODEL_FALLBACKS``."""
    return engine("anthropic", settings, memo)


def vendor(settings: Settings) -> Vendor:
    """How the model is reached; it answers by the call of a tool."""

    @cache
    def model() -> Model:
        from pydantic_ai.models.anthropic import AnthropicModel
        from pydantic_ai.providers.anthropic import AnthropicProvider

        provider = AnthropicProvider(api_key=settings.anthropic_key, base_url=settings.anthropic_url or None)
        return AnthropicModel(settings.anthropic_model, provider=provider)

    needed = {"SHEAF_ANTHROPIC_KEY": settings.anthropic_key, "SHEAF_ANTHROPIC_MODEL": settings.anthropic_model}
    return Vendor(model=model, model_name=settings.anthropic_model, needed=needed, native=False, sold_by="anthropic")
