"""The networks that ship with rapidocr (PP-OCRv6, Apache-2.0), run by onnxruntime on a pinned number of threads.

Only the files of rapidocr's wheel are used: its own code would fetch models that are missing, and gives the confidence of single
characters for that of words. See ``docs/decisions``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sheaf.domain.errors import FailureCategory, FileProblem

#: A batch in, a batch out.
Floats = NDArray[np.float32]
Network = Callable[[Floats], Floats]

_LIBRARIES = ("cv2", "onnxruntime", "PIL", "rapidocr")
HOW_TO_INSTALL = "Install it with: pip install 'sheaf[ocr]'."


class Models(NamedTuple):
    """Both networks, and what the classes of the second stand for."""

    #: Pictures (n × 3 × height × width, -1 to 1, sides multiples of 32) to the probability of text at each pixel (n × 1 × height × width).
    finder: Network
    #: Lines of text (n × 3 × 48 × width, -1 to 1) to the probabilities of each class at each eighth of the width (n × width / 8 × classes).
    speller: Network
    classes: Sequence[str]


def installed() -> bool:
    """Whether the extra is there, without loading any of it."""
    return all(find_spec(name) is not None for name in _LIBRARIES)


@cache
def models(threads: int) -> Models:
    """The networks, loaded once per process.

    Raises:
        FileProblem: ``unsupported`` when rapidocr's wheel holds other models than those that are known.
    """
    finder, speller = _session("det", threads), _session("rec", threads)
    characters = speller.get_modelmeta().custom_metadata_map["character"].splitlines()
    # Connectionist temporal classification: class 0 is "nothing new here"; the last one is the space, which the list leaves out.
    return Models(_network(finder), _network(speller), ("", *characters, " "))


def _session(kind: str, threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    # Waiting threads would otherwise spin, at the cost of the other workers of the machine.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Every page has another shape: what is kept for the last one is only in the way.
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(str(_file(kind)), options, providers=["CPUExecutionProvider"])


def _file(kind: str) -> Path:
    spec = find_spec("rapidocr")
    folders = spec.submodule_search_locations if spec is not None else None
    found = sorted(path for folder in folders or () for path in (Path(folder) / "models").glob(f"PP-OCR*_{kind}_*.onnx"))
    if not found:
        message = "The text recognition that is installed lacks its models. " + HOW_TO_INSTALL
        raise FileProblem(FailureCategory.UNSUPPORTED, message)
    return found[-1]


def _network(session: Any) -> Network:
    name = session.get_inputs()[0].name

    def run(batch: Floats) -> Floats:
        answer: Floats = session.run(None, {name: batch})[0]
        return answer

    return run
