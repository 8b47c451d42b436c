"""Any server that speaks OpenAI's chat completions: OpenAI itself, or a local Ollama, vLLM or llama.cpp by ``SHEAF_OPENAI_URL``."""

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
    return engine("openai", settings, memo)


def vendor(settings: Settings) -> Vendor:
    """How the model is reached. A server of one's own needs no key (https://platform.openai.com/docs/api-reference/chat)."""

    @cache
    def model() -> Model:
        from pydantic_ai.models.openai import OpenAIChatModel
        from pydantic_ai.providers.openai import OpenAIProvider

        provider = OpenAIProvider(base_url=settings.openai_url, api_key=settings.openai_key or "none")
        return OpenAIChatModel(settings.openai_model, provider=provider)

    needed = {"SHEAF_OPENAI_MODEL": settings.openai_model}
    own = settings.openai_url == "https://api.openai.com/v1"
    if own:
        needed["SHEAF_OPENAI_KEY"] = settings.openai_key
    return Vendor(model=model, model_name=settings.openai_model, needed=needed, sold_by="openai" if own else "")
