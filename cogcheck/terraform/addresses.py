"""Addresses as Terraform writes them, and references as expressions hold them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cogcheck.syntax.body import GetAttr, Index, Literal, Name, Parens

if TYPE_CHECKING:
    from cogcheck.syntax.body import Expression

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_KEY = re.compile(r'\[(?:\d+|\*|"(?:[^"\\]|\\.)*")\]')

STAR = "[*]"
"""The instance key where the instances are unknown."""

_LONGEST = 100


def key(value: str | int) -> str:
    """An instance key: `[0]` or `["eu"]`."""
    if isinstance(value, int):
        return f"[{value}]"
    escaped = value.translate(_ESCAPES).replace("${", "$${").replace("%{", "%%{")
    return f'["{escaped}"]'


def without_keys(address: str) -> str:
    """An address or identity without its instance keys."""
    return _KEY.sub("", address) if "[" in address else address


def join(prefix: str, name: str) -> str:
    """A name below a module's address, which is empty for the root."""
    return f"{prefix}.{name}" if prefix else name


def reference(expression: Expression) -> tuple[str, ...] | None:
    """The names and keys of a reference as an address has them, `("module", "a", '["eu"]', "aws_x", "y", "[0]")`.

    None where the expression is no reference. A key that is no literal is `[*]`.
    """
    steps: list[str] = []
    while not isinstance(expression, Name):
        if len(steps) == _LONGEST:
            return None
        match expression:
            case GetAttr(source=source, name=name):
                steps.append(f"[{name}]" if name.isdigit() else name)
                expression = source
            case Index(source=source, key=at):
                value = at.value if isinstance(at, Literal) else None
                steps.append(key(value) if isinstance(value, str | int) else STAR)
                expression = source
            case Parens(inner=inner):
                expression = inner
            case _:
                return None
    return (expression.name, *reversed(steps))


def dotted(expression: Expression) -> str | None:
    """A reference without its keys: `password_policy[0].minimum_length` is `password_policy.minimum_length`."""
    steps = reference(expression)
    return None if steps is None else ".".join(step for step in steps if not step.startswith("["))


def spelled(expression: Expression) -> str | None:
    """A reference as an address, with its keys."""
    steps = reference(expression)
    if steps is None:
        return None
    return steps[0] + "".join(step if step.startswith("[") else f".{step}" for step in steps[1:])
