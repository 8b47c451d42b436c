"""Gemini by its API key (https://ai.google.dev/api)."""

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
    return engine("gemini", settings, memo)


def vendor(settings: Settings) -> Vendor:
    """How the model is reached."""

    @cache
    def model() -> Model:
        from pydantic_ai.models.google import GoogleModel
        from pydantic_ai.providers.google import GoogleProvider

        provider = GoogleProvider(api_key=settings.gemini_key, base_url=settings.gemini_url or None)
        return GoogleModel(settings.gemini_model, provider=provider)

    needed = {"SHEAF_GEMINI_KEY": settings.gemini_key, "SHEAF_GEMINI_MODEL": settings.gemini_model}
    return Vendor(model=model, model_name=settings.gemini_model, needed=needed, sold_by="google")
