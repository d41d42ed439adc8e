"""What a real plan says of resources, compared with what was resolved."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

from cogcheck.model import Block, Known, ListValue, Null, ObjectValue, Resource, Value

Planned: TypeAlias = Mapping[str, Mapping[str, Any]]
"""Addresses and what is known of the values there."""


PROJECTS = Path(__file__).parents[1] / "fixtures" / "projects"
TYPE = "aws_cognito_user_pool"
STORED = "planned_values.json"


def stored(name: str) -> Planned:
    """What Terraform planned for a fixture project when it was last asked."""
    found: Planned = json.loads((PROJECTS / name / STORED).read_text())
    return found


def planned_values(plan: Mapping[str, Any], type_: str) -> dict[str, dict[str, Any]]:
    """The resources of a type in a plan's `planned_values`, in all modules."""
    found: dict[str, dict[str, Any]] = {}
    pending = [plan["planned_values"]["root_module"]]
    while pending:
        module = pending.pop()
        pending.extend(module.get("child_modules", ()))
        found.update({one["address"]: one["values"] for one in module.get("resources", ()) if one["type"] == type_})
    return dict(sorted(found.items()))


def differences(resources: Sequence[Resource], planned: Planned) -> list[str]:
    """Everything that a plan has otherwise than the resolved resources, where both know it."""
    ours = {resource.address: resource.block for resource in resources if resource.instances}
    found = [f"{address}: only planned" for address in planned if address not in ours]
    found += [f"{address}: only resolved" for address in ours if address not in planned]
    for address, block in ours.items():
        found += [f"{address}: {text}" for text in _block(block, planned.get(address, {}))]
    return found


def unknowns(block: Block, path: str = "") -> Iterator[str]:
    """The arguments of a block that could not be resolved."""
    for name, argument in block.arguments.items():
        if not isinstance(argument.value, Null) and _plain(argument.value) is None:
            yield path + name
    for nested in block.blocks:
        yield from unknowns(nested, f"{path}{nested.type}.")


def _block(block: Block, planned: Mapping[str, Any]) -> Iterator[str]:
    for name, argument in block.arguments.items():
        yield from _argument(name, argument.value, planned)
    for type_ in {nested.type for nested in block.blocks} | _filled(planned):
        if type_ not in planned:
            continue  # computed: known after apply
        left = [dict(one) for one in planned[type_]]
        for nested in block.of_type(type_):
            match = next((one for one in left if not list(_block(nested, one))), None)
            if match is None:
                yield f"{type_}: no planned block is like {_shown(nested)}, of {left}"
            else:
                left.remove(match)
        if left and type_ not in block.open:
            yield f"{type_}: only planned {left}"


def _filled(planned: Mapping[str, Any]) -> set[str]:
    """The names of blocks that there are."""
    return {name for name, value in planned.items() if isinstance(value, list) and value and isinstance(value[0], dict)}


def _argument(name: str, value: Value, planned: Mapping[str, Any]) -> Iterator[str]:
    if name not in planned:
        return
    ours = _plain(value)
    if ours is not None and not _alike(ours, planned[name]):
        yield f"{name}: {ours!r} is planned as {planned[name]!r}"
    if isinstance(value, Null) and planned[name] not in (None, [], {}, "", "OFF", "INACTIVE"):
        yield f"{name}: null is planned as {planned[name]!r}"


def _alike(ours: Any, planned: Any) -> bool:
    """Whether a value is a planned one, which the schema has converted: sets are sorted, texts may be numbers."""
    if isinstance(ours, list) and isinstance(planned, list):
        return sorted(set(map(_text, ours))) == sorted(set(map(_text, planned)))
    if isinstance(ours, dict) and isinstance(planned, dict):
        return {key: _text(one) for key, one in ours.items()} == {key: _text(one) for key, one in planned.items()}
    return _text(ours) == _text(planned)


def _text(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _plain(value: Value) -> Any:
    """A value without places; None where it is not known as a whole."""
    match value:
        case Known(value=Decimal() as number):
            return float(number)
        case Known(value=scalar):
            return scalar
        case ListValue(items=items, open=False):
            plain: list[Any] = [_plain(item) for item in items]
            return None if None in plain else plain
        case ObjectValue(entries=entries, open=False):
            members = {key: _plain(entry) for key, entry in entries.items()}
            return None if None in members.values() else members
    return None


def _shown(block: Block) -> dict[str, Any]:
    return {name: _plain(argument.value) for name, argument in block.arguments.items()}
