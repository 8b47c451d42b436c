"""Gemini through Vertex AI, as the service account that the process runs as (https://cloud.google.com/vertex-ai/generative-ai/docs)."""

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
    return engine("vertex", settings, memo)


def vendor(settings: Settings) -> Vendor:
    """How the model is reached: in the installation's own project and region."""

    @cache
    def model() -> Model:
        from pydantic_ai.models.google import GoogleModel
        from pydantic_ai.providers.google_cloud import GoogleCloudProvider

        provider = GoogleCloudProvider(project=settings.project, location=settings.location)
        return GoogleModel(settings.gemini_model, provider=provider)

    needed = {"SHEAF_PROJECT": settings.project, "SHEAF_LOCATION": settings.location, "SHEAF_GEMINI_MODEL": settings.gemini_model}
    return Vendor(model=model, model_name=settings.gemini_model, needed=needed, sold_by="google")
