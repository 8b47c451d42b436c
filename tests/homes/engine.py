"""The engine of a cloud home, in a test's own process."""

from __future__ import annotations

import os
from typing import Any
from unittest.mock import patch

from sheaf import bootstrap
from sheaf.services.kernel import Kernel
from tools.cloud.installation import Installation


def kernel(installation: Installation, **given: Any) -> Kernel:
    """The engine on an installation's stores and queues, with the parts that are given instead of its own."""
    with patch.dict(os.environ, installation.backing.environment):
        return bootstrap.kernel(installation.settings, **given)
