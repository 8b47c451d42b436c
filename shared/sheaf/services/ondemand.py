"""A kernel that opens nothing before it is asked for it: what starts often and answers little does not wait for what it does not use."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any

from sheaf.domain.errors import InvalidInput, Unavailable
from sheaf.services.kernel import Kernel

_log = logging.getLogger(__name__)


class OnDemand(Kernel):
    """A kernel whose parts are made when they are first asked for, once each, by whichever thread is first."""

    #: How the parts are made that have not been asked for; a copy (``replace``) has all of them.
    _waiting: Mapping[str, Callable[[], Any]] = {}

    @classmethod
    def of(cls, waiting: Mapping[str, Callable[[], Any]], given: Mapping[str, Any]) -> Kernel:
        """A kernel of parts that are there, and of parts that are made by these."""
        blank: dict[str, Any] = dict.fromkeys(waiting)
        made = cls(**blank, **given)
        for name in waiting:
            object.__delattr__(made, name)
        object.__setattr__(made, "_waiting", waiting)
        object.__setattr__(made, "_making", threading.RLock())
        return made

    def __getattr__(self, name: str) -> Any:
        """A part that is not there yet; raises Unavailable where the installation's settings do not let it be opened."""
        if name not in self._waiting:
            raise AttributeError(name, name=name, obj=self)
        with self._making:
            try:
                return object.__getattribute__(self, name)
            except AttributeError:
                object.__setattr__(self, name, self._made(name))
        return object.__getattribute__(self, name)

    def _made(self, name: str) -> Any:
        try:
            return self._waiting[name]()
        except InvalidInput as error:
            _log.error("the %s cannot be opened: %s", name, error.message)
            raise Unavailable("This installation is not set up to its end; its operator's log says what is missing.") from error
