"""What the tests of the evaluator share: a scope made of a dictionary, and values written short."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from cogcheck.model import Document, Known, ListValue, Null, ObjectValue, Span, Step, Unknown, Value
from cogcheck.syntax import hcl
from cogcheck.syntax.body import Expression
from cogcheck.terraform.budget import Budget
from cogcheck.terraform.evaluate import evaluate

HERE = Span(Document("somewhere.tf", ""), 0, 0)


class Names:
    """`var.NAME` and `local.NAME` are the given values; everything else is unknown under its own name."""

    def __init__(self, values: Mapping[str, Value] | None = None, files: Mapping[str, str] | None = None) -> None:
        self.values = values or {}
        self.files = files or {}

    def resolve(self, path: tuple[str, ...], span: Span) -> tuple[Value, int]:
        if path[0] in ("var", "local") and len(path) > 1 and path[1] in self.values:
            return self.values[path[1]], 2
        return Unknown(f"{'.'.join(path)} is not known", span, identity=".".join(path)), len(path)

    def read(self, path: str) -> str | None:
        return self.files.get(path)

    def glob(self, directory: str, pattern: str) -> tuple[str, ...] | None:
        if directory.startswith(".."):
            return None
        found = (path.rpartition("/") for path in self.files)
        end = pattern.lstrip("*")
        return tuple(sorted(name for head, _, name in found if (head or ".") == directory and name.endswith(end)))


def expression(text: str) -> Expression:
    file = hcl.parse(Document("main.tf", f"x = {text}\n"))
    assert file.problems == (), text
    return file.body.attributes["x"].expression


def value(
    text: str,
    names: Mapping[str, Value] | None = None,
    *,
    budget: Budget | None = None,
    files: Mapping[str, str] | None = None,
) -> Value:
    """The value of an expression over the given variables."""
    return evaluate(expression(text), Names(names, files), budget or Budget())


def known(scalar: str | bool | int | Decimal, *steps: str, sensitive: bool = False) -> Known:
    """A scalar that came through some steps."""
    return Known(scalar, HERE, tuple(Step(step, HERE) for step in steps), sensitive)


def items(*members: Value, kind: Any = "list", is_open: bool = False) -> ListValue:
    return ListValue(members, HERE, kind, is_open)


def entries(members: Mapping[str, Value], kind: Any = "object", is_open: bool = False) -> ObjectValue:
    return ObjectValue(members, HERE, kind, is_open, identity="module.m.x" if is_open else None)


def plain(found: Value) -> Any:
    """A value without its places; what is unknown is "?", what is open ends in "..."."""
    if isinstance(found, Known):
        return found.value
    if isinstance(found, Null):
        return None
    if isinstance(found, Unknown):
        return "?"
    if isinstance(found, ListValue):
        return [plain(item) for item in found.items] + (["..."] if found.open else [])
    return {key: plain(item) for key, item in found.entries.items()} | ({"...": "..."} if found.open else {})


def steps(found: Value) -> list[str]:
    return [step.message for step in found.trail]
