"""Small projects for the tests of resolution, and short ways to say what came out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cogcheck.catalogue.load import catalogue
from cogcheck.documents import discover
from cogcheck.model import Argument, Block, Known, ListValue, Null, ObjectValue, Resource, Unknown, Value
from cogcheck.options import Options
from cogcheck.terraform.project import Project, resources

TYPE = "aws_cognito_user_pool"


def write(directory: Path, **files: str) -> Path:
    """A repository with files. In their names `__` stands for `/` and `_tf`, `_tfvars`, `_json` for extensions."""
    (directory / ".git").mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = directory / name.replace("__", "/").replace("_tfvars", ".tfvars").replace("_tf", ".tf").replace(
            "_json", ".json"
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return directory


def resolve(*paths: Path, options: Options | None = None) -> Project:
    """The user pools below the paths."""
    options = options or Options()
    named = [str(path) for path in paths]
    discovery = discover(named, (TYPE.encode(),), exclude=options.exclude, base=options.base)
    return resources(discovery, options, {TYPE: catalogue().shapes[TYPE].root})


def only(project: Project) -> Resource:
    """The only resource of a project without problems."""
    assert project.problems == ()
    (resource,) = project.resources
    return resource


def argument(resource: Resource, path: str) -> Argument:
    """An argument by its dotted path; of repeated blocks the first."""
    block = resource.block
    *types, name = path.split(".")
    for type_ in types:
        block = block.of_type(type_)[0]
    return block.arguments[name]


def value(resource: Resource, path: str) -> Value:
    """The value of an argument."""
    return argument(resource, path).value


def plain(value: Value) -> Any:
    """A value without places; `...` where it is unknown."""
    match value:
        case Known(value=scalar):
            return scalar
        case Null():
            return None
        case Unknown():
            return ...
        case ListValue(items=items):
            return [plain(item) for item in items]
        case ObjectValue(entries=entries):
            return {key: plain(entry) for key, entry in entries.items()}


def arguments(block: Block) -> dict[str, Any]:
    """The arguments of a block without places."""
    return {name: plain(argument.value) for name, argument in block.arguments.items()}


def trail(value: Value) -> list[str]:
    """The way that a value came: what each step says, and its file and line."""
    return [f"{step.message}, {Path(step.span.document.path).name}:{step.span.first[0]}" for step in value.trail]


def reason(value: Value) -> str:
    """Why a value is unknown."""
    assert isinstance(value, Unknown)
    return value.reason
