"""How much work it is to judge a resource: a short file can make many large ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cogcheck.model import Known, ListValue, ObjectValue
from cogcheck.record import dataclass
from cogcheck.terraform.travel import Parts

if TYPE_CHECKING:
    from cogcheck.model import Block, Problem, Value


@dataclass(frozen=True, slots=True)
class Late:
    """What is known only when resources were judged, as much is read when a rule first asks for it.

    `work` is about how many steps it took to evaluate and to judge them, `problems` are the limits that were met.
    """

    work: int = 0
    problems: tuple[Problem, ...] = ()


MOST = 1_500_000
"""The most that a root module or a plan may weigh: judging it takes some seconds."""
_BLOCK = 20
_VALUE = 10
"""An argument, an item of a list, or so many characters as follow."""
_CHARACTERS = 10_000


def weight(block: Block, most: int) -> int:
    """The weight of a resource's values; what weighs more than `most` is not weighed to its end."""
    found = 0
    blocks = [block]
    values: list[Value] = []
    while (blocks or values) and found <= most:
        if values:
            found += _one(values.pop(), values)
        else:
            current = blocks.pop()
            found += _BLOCK + _VALUE * len(current.arguments)
            blocks.extend(current.blocks)
            values.extend(argument.value for argument in current.arguments.values())
    return found


def _one(value: Value, pending: list[Value]) -> int:
    """The weight of a value without its parts, which are added to those that are yet to be weighed."""
    if isinstance(value, Known):
        return _VALUE * len(value.value) // _CHARACTERS if isinstance(value.value, str) else 0
    if isinstance(value, ListValue):
        pending.extend(value.items)
        return _VALUE * len(value.items)
    # Other mappings are evaluated only when somebody asks for an entry.
    if isinstance(value, ObjectValue) and isinstance(value.entries, dict | Parts):
        pending.extend(value.entries.values())
        return _VALUE * len(value.entries)
    return 0
