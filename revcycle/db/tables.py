"""All tables on one metadata: importing this module declares every one of them."""

import importlib
import pkgutil

import revcycle.db
from revcycle.db.schema import metadata

for _module in pkgutil.iter_modules(revcycle.db.__path__):
    if _module.name != "tables":
        importlib.import_module(f"revcycle.db.{_module.name}")

__all__ = ["metadata"]
