"""Plans for tests: small ones made here, real ones from the fixtures."""

from __future__ import annotations

import json
from pathlib import Path

from cogcheck.catalogue.load import catalogue
from cogcheck.catalogue.shapes import BlockShape
from cogcheck.model import Block, Document, Known, ListValue, Null, ObjectValue, Resource, Unknown, Value
from cogcheck.terraform import plan
from cogcheck.terraform.plan import PlanResult

TYPE = "aws_cognito_user_pool"
FIXTURES = Path(__file__).parent.parent / "fixtures"


def shapes() -> dict[str, BlockShape | None]:
    return {type_: shape.root for type_, shape in catalogue().shapes.items()}


def read(text: str) -> PlanResult:
    return plan.resources(Document("plan.json", text, "plan"), shapes())


def real(name: str) -> PlanResult:
    return read((FIXTURES / "plans" / name / "plan.json").read_text(encoding="utf-8"))


def made(values: object, expressions: object = None, **change: object) -> str:
    """A plan with one resource. `expressions` are those of its configuration, `change` replaces parts of its change."""
    resource = {"address": f"{TYPE}.main", "mode": "managed", "type": TYPE, "name": "main", "values": values}
    whole = {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": [{**resource, "provider_name": "hashicorp/aws"}]}},
        "resource_changes": [
            {**resource, "change": {"actions": ["create"], "before": None, "after": values, **change}}
        ],
    }
    if expressions is not None:
        configured = {"mode": "managed", "type": TYPE, "name": "main", "expressions": expressions}
        whole["configuration"] = {"root_module": {"resources": [configured]}}
    return json.dumps(whole)


def constants(**values: object) -> dict[str, object]:
    return {name: {"constant_value": value} for name, value in values.items()}


def only(result: PlanResult) -> Resource:
    assert result.problems == ()
    assert len(result.resources) == 1
    return result.resources[0]


def plain(value: Value) -> object:
    """A value as plain data; an unknown one as its identity in angle brackets."""
    match value:
        case Known(value=content):
            return content
        case Null():
            return None
        case ListValue(items=items):
            return [plain(item) for item in items]
        case ObjectValue(entries=entries):
            return {key: plain(item) for key, item in entries.items()}
        case Unknown(identity=identity):
            return f"<{identity or ''}>"


def body(block: Block) -> dict[str, object]:
    """A block as plain data: its arguments, and its blocks as lists under their type."""
    found: dict[str, object] = {name: plain(argument.value) for name, argument in block.arguments.items()}
    for nested in block.blocks:
        of_type = found.setdefault(nested.type, [])
        assert isinstance(of_type, list)
        of_type.append(body(nested))
    return found
