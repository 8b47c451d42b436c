"""The same installation in the cloud: the functions as processes, reached over HTTP, their queue delivering when the test asks."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import httpx

from tests.acceptance.api.harness import MAX_FILE_BYTES, Api
from tests.homes.hand import Hand, hand
from tools.cloud.installation import TRIGGER_CALLER


@dataclass(slots=True)
class CloudApi(Api):
    """As :class:`Api`, on the cloud home."""

    home: Hand

    def drain(self) -> list[str]:
        """Have the queue deliver everything that is due, until nothing is; answers what came of each delivery."""
        return self.home.drain()

    def call_trigger(self, path: str) -> httpx.Response:
        """Call the trigger, as the scheduler does."""
        at = self.settings.trigger_url
        token = self.home.installation.backing.tasks.keys.token(TRIGGER_CALLER, at)
        return self.client.post(f"{at}{path}", headers={"Authorization": f"Bearer {token}"})


class _Key(httpx.Auth):
    """Shows the API key to the api function alone, and to no address that it signs."""

    def __init__(self, url: str, key: str) -> None:
        self._origin, self._key = httpx.URL(url), key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """See :class:`httpx.Auth`."""
        if (request.url.host, request.url.port) == (self._origin.host, self._origin.port):
            request.headers.setdefault("Authorization", f"Bearer {self._key}")
        yield request


def install_in_cloud() -> CloudApi:
    """An empty installation, with the job type and the bounds of the embedded one."""
    home = hand(MAX_FILE_BYTES)
    home.empty()
    made = home.installation
    client = httpx.Client(base_url=made.url, auth=_Key(made.url, made.key), timeout=120)
    return CloudApi(settings=made.settings, kernel=home.kernel, clock=home.clock, client=client, home=home)
