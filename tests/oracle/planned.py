"""What a real plan says of resources, compared with what was resolved.

Run as a script, it writes `planned_values.json` into each fixture project anew.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

from cogcheck.model import Block, Known, ListValue, Null, ObjectValue, Resource, Value

Planned: TypeAlias = Mapping[str, Mapping[str, Any]]
"""Addresses and what is known of the values there."""


PROJECTS = Path(__file__).parents[1] / "fixtures" / "projects"
TYPE = "aws_cognito_user_pool"
_STORED = "planned_values.json"
_MIRROR = "TF_PLUGIN_MIRROR"
_CONFIGURATION = "TF_CLI_CONFIG_FILE"


def stored(name: str) -> Planned:
    """What Terraform planned for a fixture project when it was last asked."""
    found: Planned = json.loads((PROJECTS / name / _STORED).read_text())
    return found


def cannot_plan() -> str | None:
    """Why Terraform cannot be asked for a plan here; None where it can."""
    if shutil.which("terraform") is None:
        return "terraform is not installed"
    if _MIRROR not in os.environ and not Path(os.environ.get(_CONFIGURATION, "none")).is_file():
        return f"neither {_MIRROR} nor {_CONFIGURATION} tells where the AWS provider is"
    return None


def plan(project: Path, work: Path) -> dict[str, Any]:
    """The plan of a copy of a project, made in `work`. Nothing is contacted."""
    copy = work / "project"
    shutil.copytree(project, copy, ignore=shutil.ignore_patterns(_STORED, ".terraform*"))
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TF_VAR_")}
    environment["CHECKPOINT_DISABLE"] = "1"
    if _MIRROR in environment:
        settings = work / "terraformrc"
        mirror = json.dumps(environment[_MIRROR])
        settings.write_text(f"provider_installation {{\n  filesystem_mirror {{\n    path = {mirror}\n  }}\n}}\n")
        environment[_CONFIGURATION] = str(settings)
    steps = (["init", "-backend=false"], ["plan", "-refresh=false", "-out=tfplan"], ["show", "-json", "tfplan"])
    for step in steps:
        flags = ["-no-color", *([] if step[0] == "show" else ["-input=false"])]
        command = ["terraform", step[0], *flags, *step[1:]]
        done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout)
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


def main() -> None:
    """Asks Terraform about every project and stores the answers."""
    for project in sorted(PROJECTS.iterdir()):
        with tempfile.TemporaryDirectory() as work:
            values = planned_values(plan(project, Path(work)), TYPE)
        (project / _STORED).write_text(json.dumps(values, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
