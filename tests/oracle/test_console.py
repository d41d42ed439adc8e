"""The evaluator against the real `terraform console`: values, types, and what is refused."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cogcheck.model import Document, Known, Span, Value
from cogcheck.syntax import hcl
from cogcheck.terraform import functions
from cogcheck.terraform.budget import Budget
from cogcheck.terraform.evaluate import Nothing, evaluate
from cogcheck.terraform.types import Type, type_of

pytestmark = pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")

_REFUSED = "refused"
_LINE = 60_000
"""The console reads lines of up to 64 KiB."""


def expressions() -> list[str]:
    lines = Path(__file__).with_name("expressions.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def run(directory: Path, *arguments: str, text: str = "") -> str:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(directory),
        "TF_CLI_CONFIG_FILE": os.devnull,
        "CHECKPOINT_DISABLE": "1",
        "TF_IN_AUTOMATION": "1",
    }
    command = ["terraform", *arguments]
    done = subprocess.run(command, input=text, capture_output=True, text=True, cwd=directory, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def batches(lines: list[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for line in lines:
        if size + len(line) > _LINE:
            yield batch
            batch, size = [], 0
        batch.append(line)
        size += len(line) + 40
    yield batch


def wrapped(line: str) -> str:
    return f'try(jsonencode([{line}]), "{_REFUSED}")'


def from_console(directory: Path, lines: list[str]) -> list[str]:
    """The JSON of each expression, from few runs: a session prints nothing but its last result."""
    found: list[str] = []
    for batch in batches(lines):
        together = f"jsonencode([{', '.join(map(wrapped, batch))}])"
        # Base64 needs no unquoting, and a sensitive result would not be shown.
        shown = run(directory, "console", text=f"nonsensitive(base64encode({together}))\n")
        found.extend(json.loads(b64decode(shown)))
    return found


def parsed(line: str) -> Any:
    document = Document("expressions.txt", line)
    expression, problems = hcl.expression(line, Span(document, 0, len(line)))
    assert problems == (), line
    return expression


class Empty(Nothing):
    """The directory that the console runs in."""

    def glob(self, directory: str, pattern: str) -> tuple[str, ...] | None:
        return ()


def ours(line: str) -> Value:
    return evaluate(parsed(line), Empty(), Budget())


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    lines = expressions()
    return dict(zip(lines, from_console(tmp_path_factory.mktemp("console"), lines), strict=True))


@pytest.mark.parametrize("line", expressions())
def test_value(line: str, results: dict[str, str]) -> None:
    value = ours(wrapped(line))
    assert (value.value if isinstance(value, Known) else value) == results[line]


def test_table_is_large(results: dict[str, str]) -> None:
    assert len(results) == len(expressions()) > 900


def shown_type(type_: Type) -> Any:
    if type_.kind == "any":
        return "dynamic"
    if type_.kind == "tuple":
        return ["tuple", [shown_type(item) for item in type_.items]]
    if type_.kind == "object":
        return ["object", {name: shown_type(item) for name, item in type_.attributes.items()}]
    return type_.kind if type_.element is None else [type_.kind, shown_type(type_.element)]


def agrees(ours: Any, theirs: Any) -> bool:
    """Whether types are equal, but for what nulls and empty collections here do not tell."""
    if ours == "dynamic" or ours == theirs:
        return True
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(agrees, ours, theirs))
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(agrees(ours[key], theirs[key]) for key in ours)
    return False


def test_types(results: dict[str, str], tmp_path: Path) -> None:
    """Lists, tuples and sets look the same in JSON, so the types are read from the outputs of a state."""
    told = [line for line, result in results.items() if result != _REFUSED and "issensitive" not in line]
    blocks = (f'output "o{at}" {{\n  value = nonsensitive({line})\n}}\n' for at, line in enumerate(told))
    (tmp_path / "main.tf").write_text("".join(blocks), encoding="utf-8")
    run(tmp_path, "apply", "-auto-approve", "-no-color")
    outputs = json.loads((tmp_path / "terraform.tfstate").read_text(encoding="utf-8"))["outputs"]
    wrong = []
    for at, line in enumerate(told):
        mine = shown_type(type_of(ours(line), Budget()))
        # A null is no output at all.
        theirs = outputs[f"o{at}"]["type"] if f"o{at}" in outputs else "dynamic"
        if not agrees(mine, theirs):
            wrong.append((line, mine, theirs))
    assert wrong == []


def test_functions(tmp_path: Path) -> None:
    """Every function that Terraform has, with the numbers of arguments that it takes."""
    signatures = json.loads(run(tmp_path, "metadata", "functions", "-json"))["function_signatures"]
    theirs = {name: signature for name, signature in signatures.items() if "::" not in name}
    # try and can are no functions over values.
    assert theirs.keys() - {"try", "can"} == functions.TOPICS.keys() | functions.UNTOLD.keys()
    for name in functions.TOPICS:
        function = functions.find(name)
        assert function is not None
        signature = theirs[name]
        taken = len(function.parameters), function.rest is not None
        assert taken == (len(signature.get("parameters", ())), "variadic_parameter" in signature), name
