"""Settings of an installation, read once from the environment; ``docs/settings.md`` lists them and a test compares."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Mapping
from dataclasses import field, fields
from pathlib import Path

from sheaf.domain.errors import InvalidInput
from sheaf.domain.record import record

PREFIX = "SHEAF_"

#: Has Google's libraries take unsigned tokens for genuine.
_UNSIGNED = "FIREBASE_AUTH_EMULATOR_HOST"


@record(frozen=True, kw_only=True, slots=True)
class Settings:
    """One installation. Each is set by the environment variable ``SHEAF_`` and its name in capitals."""

    #: Folder of the embedded stores: documents, objects, queue and keys.
    data_dir: Path = field(default_factory=lambda: Path(".sheaf"))
    #: Address that ``sheaf up`` listens on; any but loopback demands ``SHEAF_API_KEY``.
    host: str = "127.0.0.1"
    port: int = 8321
    #: Worker processes; 0 is one per core.
    workers: int = 0
    #: The tenant of callers who are not told apart.
    tenant: str = "default"
    #: The key that callers must show as ``Authorization: Bearer …``; none is asked on loopback when it is empty.
    api_key: str = field(default="", repr=False)
    #: Most bytes of one file.
    max_file_bytes: int = 200 * 2**20
    #: Most bytes of memory that reading one file may take; 0 for no bound.
    max_file_memory: int = 2 * 2**30
    #: Languages whose letters are looked for on scans and photographs, as ISO 639-1 codes with commas between; ``any`` for all scripts.
    ocr_languages: str = "da,de,en,es,fi,fr,it,nl,no,pt,sv"
    #: Threads that one scan is read with; 0 for one per core, at most two.
    ocr_threads: int = 0
    #: Seconds between two sweeps of the embedded runtime.
    sweep_seconds: float = 15.0
    #: ``full``: what the embedded stores accept survives a power cut. ``process``: only the end of every process.
    durability: str = "full"
    #: Where documents, objects and queued messages are kept: a kind of the catalogue each.
    store: str = "sqlite"
    blobs: str = "disk"
    queue: str = "embedded"
    #: The Google Cloud project of the managed stores and queues.
    project: str = ""
    #: The Firestore database of the project.
    database: str = "(default)"
    #: The Cloud Storage bucket of the objects.
    bucket: str = ""
    #: The region of the Cloud Tasks queues.
    location: str = ""
    #: Where the managed queue calls the worker; also the audience of the identity tokens it shows there.
    worker_url: str = ""
    #: The service account that the managed queue calls the worker as.
    worker_caller: str = ""
    #: Where the scheduler calls the trigger; also the audience of the identity tokens it shows there.
    trigger_url: str = ""
    #: The service account that the scheduler calls the trigger as.
    trigger_caller: str = ""
    #: A Cloud Tasks double on loopback (``host:port``), spoken to without encryption; none in the cloud.
    tasks_endpoint: str = ""
    #: The keys that identity tokens are signed with, as a JWK set or X.509 certificates by key id.
    certificates_url: str = "https://www.googleapis.com/oauth2/v1/certs"
    #: A server that speaks OpenAI's chat completions, its key, and the model that is asked there.
    openai_url: str = "https://api.openai.com/v1"
    openai_key: str = field(default="", repr=False)
    openai_model: str = ""
    #: Gemini by its API key; the model is asked through Vertex AI as well.
    gemini_url: str = ""
    gemini_key: str = field(default="", repr=False)
    gemini_model: str = ""
    #: Anthropic's models.
    anthropic_url: str = ""
    anthropic_key: str = field(default="", repr=False)
    anthropic_model: str = ""
    #: Engines with a model that are asked in turn when the chosen one does not answer, separated by commas.
    model_fallbacks: str = ""
    #: Calls of models a minute from one process; 0 for no bound but the vendor's.
    model_requests_per_minute: int = 0
    #: What models cost, in dollars for a million tokens asked and answered: ``gpt-4o=2.50/10, openai/llama3.2=0/0``.
    model_prices: str = ""
    #: ``yes``: models are shown pictures of pages without text; ``no``: text alone leaves the installation.
    model_pictures: bool = True
    #: Days that a model's answer is kept and not paid for again; 0 keeps none. And most bytes of such answers that a tenant keeps.
    model_answers_days: int = 30
    model_answers_bytes: int = 256 * 2**20
    #: Werk24's key, and its servers where they are not the vendor's: uploads over HTTPS, answers over secure WebSockets.
    werk24_key: str = field(default="", repr=False)
    werk24_url: str = ""
    werk24_stream_url: str = ""
    #: ``text`` for people, ``json`` for collectors.
    log_format: str = "text"
    log_level: str = "INFO"

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65_535:  # noqa: PLR2004 - the range of TCP ports
            raise InvalidInput(f"{PREFIX}PORT must be 0 to 65535, not {self.port}.", field="port")
        for name in ("ocr_threads", "model_answers_days", "model_answers_bytes"):
            if getattr(self, name) < 0:
                raise InvalidInput(f"{PREFIX}{name.upper()} must be 0 or more, not {getattr(self, name)}.", field=name)
        if self.model_prices:
            from sheaf.domain.prices import prices

            prices(self.model_prices)
        if self.durability not in {"full", "process"}:
            raise InvalidInput(f"{PREFIX}DURABILITY is full or process, not {self.durability!r}.", field="durability")
        if self.log_format not in {"text", "json"}:
            raise InvalidInput(f"{PREFIX}LOG_FORMAT is text or json, not {self.log_format!r}.", field="log_format")

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach the address."""
        return is_loopback(self.host)


def in_cloud(environment: Mapping[str, str] | None = None) -> bool:
    """Whether the platform runs this process and strangers can reach it (Cloud Run's container contract sets K_SERVICE)."""
    return bool((os.environ if environment is None else environment).get("K_SERVICE"))


def is_loopback(host: str) -> bool:
    """Whether a host's name or address is this machine's own alone (RFC 6761, section 6.3)."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process; raises InvalidInput that names the variable at fault."""
    source = os.environ if environment is None else environment
    given = {f.name: source[PREFIX + f.name.upper()] for f in fields(Settings) if source.get(PREFIX + f.name.upper())}
    made = Settings(**{name: _typed(name, text) for name, text in given.items()})  # type: ignore[arg-type]  # typed one by one
    if source.get(_UNSIGNED) and (in_cloud(source) or not made.on_loopback):
        raise InvalidInput(
            f"Unset {_UNSIGNED}: with it identity tokens pass unsigned, and others than this machine can reach this service."
        )
    return made


def packed(settings: Settings) -> bytes:
    """The settings as bytes, for another process of this machine; :func:`unpacked` answers the like of them."""
    import msgspec

    return msgspec.msgpack.encode(settings, enc_hook=str)


def unpacked(data: bytes) -> Settings:
    """The settings that :func:`packed` was given."""
    import msgspec

    return msgspec.msgpack.decode(data, type=Settings, dec_hook=lambda kind, told: kind(told))


def _yes_or_no(text: str) -> bool:
    if text.casefold() not in {"yes", "true", "1", "no", "false", "0"}:
        raise ValueError(text)
    return text.casefold() in {"yes", "true", "1"}


_TYPES: Mapping[str, Callable[[str], object]] = {
    "data_dir": Path,
    "port": int,
    "workers": int,
    "max_file_bytes": int,
    "max_file_memory": int,
    "ocr_threads": int,
    "sweep_seconds": float,
    "model_requests_per_minute": int,
    "model_pictures": _yes_or_no,
    "model_answers_days": int,
    "model_answers_bytes": int,
}


def _typed(name: str, text: str) -> object:
    try:
        return _TYPES.get(name, str)(text)
    except ValueError as error:
        raise InvalidInput(f"{PREFIX}{name.upper()} cannot be {text!r}.", field=name) from error
