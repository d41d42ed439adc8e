"""JSON as a tree whose every key and value knows its place."""

from __future__ import annotations

from dataclasses import field
from typing import TypeAlias

from cogcheck.model import Scalar
from cogcheck.record import dataclass

MAX_DEPTH = 200
"""The deepest nesting that is read: ten times what configurations have, and shallow enough to be walked recursively."""
_MANY = 20
"""Of more members than this, each is found by its key and not by looking through all."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A string, number, boolean or null. `start` and `end` are offsets in code points, as everywhere here."""

    value: Scalar | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Array:
    """`[...]`. `complete` is False where the text broke off, or broke, inside."""

    items: tuple[Node, ...]
    start: int
    end: int
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Member:
    """`"key": value`; `start` and `end` are those of the key with its quotes."""

    key: str
    start: int
    end: int
    value: Node


@dataclass(frozen=True, slots=True)
class Object:
    """`{...}`, with every member as written: a key can occur more than once."""

    members: tuple[Member, ...]
    start: int
    end: int
    complete: bool = True
    _by_key: dict[str, Node] | None = field(default=None, init=False, repr=False, compare=False)

    def get(self, key: str) -> Node | None:
        """The value of a key; the last where there are several, as most programs take."""
        if len(self.members) > _MANY:
            if self._by_key is None:
                object.__setattr__(self, "_by_key", {member.key: member.value for member in self.members})
            return (self._by_key or {}).get(key)
        return next((member.value for member in reversed(self.members) if member.key == key), None)


Node: TypeAlias = Leaf | Array | Object
