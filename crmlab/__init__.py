"""Customer value, computed: what a customer gains and pays, is worth, and what follows.

Each module carries the name of its lesson: ``crm.delivered_value``, ``crm.lifetime_value``.
Modules load when they are first named, so ``import crmlab`` stays fast.
"""

import importlib

_MODULES = (
    "check",
    "company",
    "database",
    "delivered_value",
    "drivers",
    "lifetime_value",
    "repeat_buying",
    "satisfaction",
    "scoring",
    "style",
    "tiers",
)
_NAMES = {"load": "database", "CustomerDatabase": "database"}

__all__ = [*_MODULES, *_NAMES]


def __getattr__(name):
    if name in _MODULES:
        return importlib.import_module(f"crmlab.{name}")
    if name in _NAMES:
        return getattr(importlib.import_module(f"crmlab.{_NAMES[name]}"), name)
    raise AttributeError(f"module 'crmlab' has no attribute {name!r}")


def __dir__():
    return sorted(__all__)
