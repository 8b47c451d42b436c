"""The functions' own entry points, with some parts of the engine replaced by those of the function that ``SHEAF_TEST_PARTS`` names.

It is served in their stead (``module:attribute``, from settings to the parts of :func:`sheaf.bootstrap.kernel`), since documents that say
what becomes of them, and a clock that a test moves, are no part of the product.
"""

from __future__ import annotations

import importlib
import os
import runpy
from pathlib import Path
from typing import Any

from sheaf import bootstrap
from sheaf.services.kernel import Kernel
from sheaf.settings import Settings

PARTS = "SHEAF_TEST_PARTS"

_FUNCTIONS = Path(__file__).parents[2] / "functions"
_shipped = bootstrap.kernel


def _kernel(settings: Settings, **given: Any) -> Kernel:
    module, _, attribute = os.environ[PARTS].partition(":")
    parts = getattr(importlib.import_module(module), attribute)
    return _shipped(settings, **parts(settings), **given)


bootstrap.kernel = _kernel
_name = os.environ["FUNCTION_TARGET"]
globals()[_name] = runpy.run_path(str(_FUNCTIONS / _name / "main.py"))[_name]
