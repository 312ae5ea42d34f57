"""Customer value, computed: what a customer gains and pays, is worth, and what follows.

The rooms of the package are attributes: ``crm.delivered_value``, ``crm.lifetime_value``. They load
when they are first named, so ``import crmlab`` stays fast.
"""

import importlib
from pathlib import Path

_ROOMS = sorted(
    path.stem
    for path in Path(__file__).parent.iterdir()
    if path.name[0] not in "._" and (path.suffix == ".py" or (path / "__init__.py").exists())
)
_NAMES = {"load": "database", "CustomerDatabase": "database"}

__all__ = [*_ROOMS, *_NAMES]


def __getattr__(name: str) -> object:
    if name in _ROOMS:
        return importlib.import_module(f"crmlab.{name}")
    if name in _NAMES:
        return getattr(importlib.import_module(f"crmlab.{_NAMES[name]}"), name)
    raise AttributeError(f"module 'crmlab' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
