"""The engine of a cloud home, in a test's own process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from unittest.mock import patch

from sheaf import bootstrap
from sheaf.services.kernel import Kernel
from tools.cloud.installation import Installation


@contextmanager
def kernel(installation: Installation, **given: Any) -> Iterator[Kernel]:
    """The engine on an installation's stores and queues while the block runs, with the parts that are given instead of its own."""
    with patch.dict(os.environ, installation.backing.environment):
        made = bootstrap.kernel(installation.settings, **given)
    queue: Any = made.queue
    with closing(made.store), closing(queue):
        yield made
