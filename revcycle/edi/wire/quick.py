"""Make instances of frozen dataclasses quickly.

A frozen dataclass with slots sets every field through ``object.__setattr__``, which takes as long as reading a whole
service line. A second class with the same slots that is not frozen sets them ten times as fast; its ``__post_init__``
then sets ``__class__`` to the frozen class, so callers get instances of that and nothing else.
"""

from dataclasses import field, fields, make_dataclass
from typing import Any, TypeVar, cast

Made = TypeVar("Made")


def quick(frozen: type[Made]) -> type[Made]:
    """Return a class of the same name that makes instances of the frozen dataclass faster.

    The class must have slots, no ``__post_init__`` and no base with fields.
    """

    def freeze(self: Any) -> None:
        self.__class__ = frozen

    told = [
        (one.name, one.type, field(default=one.default, default_factory=one.default_factory))
        for one in fields(cast(Any, frozen))
    ]
    twin = make_dataclass(
        frozen.__name__, told, namespace={"__post_init__": freeze}, slots=True, eq=False, repr=False
    )
    return cast(type[Made], twin)
