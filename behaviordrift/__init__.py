"""behaviordrift: what task ratios in fine-tuning do to a model's behaviour, with evidence.

>>> import behaviordrift
>>> behaviordrift.__version__
'0.1.0'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from behaviordrift.errors import BehaviordriftError
    from behaviordrift.generation.engine import Decoding
    from behaviordrift.generation.planning import Selection
    from behaviordrift.study import Options, Study, score

_HOMES = {
    "BehaviordriftError": "behaviordrift.errors",
    "Decoding": "behaviordrift.generation.engine",
    "Options": "behaviordrift.study",
    "Selection": "behaviordrift.generation.planning",
    "Study": "behaviordrift.study",
    "score": "behaviordrift.study",
}

__all__ = ["BehaviordriftError", "Decoding", "Options", "Selection", "Study", "__version__", "score"]


def __getattr__(name: str) -> Any:
    """Load a public name from its home when it is first used, so that importing the package stays fast."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
