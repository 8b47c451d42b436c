"""What Cloud Scheduler does: calls the trigger every so often, with an identity token of its own account."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import httpx

_log = logging.getLogger(__name__)
#: Cloud Scheduler's own for HTTP targets is three minutes.
_DEADLINE_S = 180.0


class Scheduler:
    """Posts to ``url`` every ``seconds`` from its start to its stop; a call that fails spoils no later one."""

    def __init__(self, url: str, token: Callable[[], str], *, seconds: float) -> None:
        self._url, self._token, self._seconds = url, token, seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scheduler", daemon=True)

    def start(self) -> None:
        """Begin, with a call at once."""
        self._thread.start()

    def stop(self) -> None:
        """Call no more."""
        self._stopping.set()

    def call(self) -> httpx.Response:
        """One call, now."""
        headers = {"Authorization": f"Bearer {self._token()}", "User-Agent": "Google-Cloud-Scheduler"}
        return httpx.post(self._url, headers=headers, timeout=_DEADLINE_S)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._call()
            self._stopping.wait(self._seconds)

    def _call(self) -> None:
        try:
            answer = self.call()
        except httpx.HTTPError as error:
            _log.warning("the trigger does not answer: %s", error)
        else:
            if answer.is_error:
                _log.warning("the trigger answers %s: %s", answer.status_code, answer.text[:200])
