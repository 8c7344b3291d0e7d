"""All tables on one metadata: importing this module declares every one of them."""

import importlib
import pkgutil

import revcycle.db
from revcycle.db.schema import metadata

for _module in pkgutil.walk_packages(revcycle.db.__path__, "revcycle.db."):
    if _module.name != __name__:
        importlib.import_module(_module.name)

__all__ = ["metadata"]
