"""Terraform reads and refuses the same JSON: every text is a file of one module, in two runs for all of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cogcheck.model import Document
from cogcheck.syntax import tfjson

if TYPE_CHECKING:
    from conftest import Terraform

VALID = [
    '{"output": {"@": {"value": 1}}}',
    '{"//": "comment", "output": {"@": {"value": 1, "//": {"any": "${thing"}}}}',
    '[{"output": [{"@": [{"value": 1}]}]}, {"locals": [{"@x": 1}, {"@y": 2}]}]',
    '{"output": {"@": {"value": 1}}, "output": {"@2": {"value": 1}}}',
    '{"output": {"@": {"value": {"//": "a member", "x": 1}}}}',
    '{"output": {"@": {"value": {"${upper(\\"x\\")}": 1}}}}',
    '{"output": {"@": {"value": "$${literal} %%{too}"}}}',
    '{"output": {"@": {"value": "%{ if true }yes%{ endif }"}}}',
    '{"output": {"@": {"value": [1.50, -1e3, true, null, "\\ud83d\\ude00", "\\ud800"]}}}',
    '{"output": {"@": {"value": 1, "description": "${no template"}}}',
    '{"variable": {"@": {"default": "${no template", "type": "string"}}}',
    '{"variable": {"@": {"type": "map(object({ a = string }))", "default": {}}}}',
    '{"variable": {"@": {"type": "list"}}}',
    '{"variable": {"@": {"validation": {"condition": "${var.@ != 1}", "error_message": "One is not allowed."}}}}',
    '{"output": {"@": {"value": 1, "depends_on": ["terraform_data.@"]}}, "resource": {"terraform_data": {"@": {}}}}',
    '{"resource": {"terraform_data": {"@": {"lifecycle": {"ignore_changes": ["input"], "prevent_destroy": true}}}}}',
    '{"resource": {"terraform_data": {"@": {"lifecycle": [{"ignore_changes": "all"}]}}}}',
    '{"resource": {"terraform_data": {"@": [[{"input": 1}, {"triggers_replace": 2}]], "@2": null, "@3": [null]}}}',
    '{"resource": {"terraform_data": {"@": {"provisioner": [{"local-exec": {"command": "true"}}]}}}}',
    '{"locals": null, "terraform": {}}',
]
REFUSED_WHEN_LOADED = [
    "",
    "3",
    '"x"',
    "[1]",
    "{",
    '{"output": {"@": {"value": 1},}}',
    '{"output": {"@": {"value": 1}} "locals": {}}',
    '{ // comment\n"output": {"@": {"value": 1}}}',
    "{'output': {}}",
    '{"output": {"@": {"value": "a\tb"}}}',
    '{"output": {"@": {"value": "\\q"}}}',
    '{"output": {"@": {"value": True}}}',
    '{"outputs": {}}',
    '{"resource": {}}',
    '{"resource": null}',
    '{"resource": []}',
    '{"resource": "x"}',
    '{"resource": {"terraform_data": "x"}}',
    '{"resource": {"terraform_data": {"@": 1}}}',
    '{"resource": {"terraform_data": {"//": "comment"}}}',
    '{"output": {"//": "comment"}}',
    '{"output": {"@": {"value": 1, "value": 2}}}',
    '{"output": {"@": {"value": 1, "depends_on": ["${terraform_data.@}"]}}}',
    '{"resource": {"terraform_data": {"@": {"lifecycle": {"ignore_changes": ["${input}"]}}}}}',
    '{"variable": {"@": {"type": "${string}"}}}',
]
REFUSED_WHEN_VALIDATED = [
    '{"output": {"@": {"value": {"x": 1, "x": 2}}}}',
    '{"output": {"@": {"value": "${1 +}"}}}',
    '{"output": {"@": {"value": "${1"}}}',
    '{"output": {"@": {"value": "%{ if true }"}}}',
    '{"output": {"@": {"value": ["${1 2}"]}}}',
]


def files(texts: list[str], prefix: str) -> dict[str, str]:
    return {f"{prefix}{index}.tf.json": text.replace("@", f"{prefix}{index}") for index, text in enumerate(texts)}


def refused_here(texts: dict[str, str]) -> set[str]:
    return {name for name, text in texts.items() if tfjson.parse(Document(name, text, "tfjson")).problems}


def refused_by_terraform(terraform: Terraform, directory: Path, texts: dict[str, str], *, init: bool) -> set[str]:
    for name, text in texts.items():
        (directory / name).write_text(text, encoding="utf-8")
    found = terraform.validate(directory, init=init)["diagnostics"]
    return {each["range"]["filename"] for each in found if each["severity"] == "error" and "range" in each}


def test_what_terraform_refuses_to_load(terraform: Terraform, tmp_path: Path) -> None:
    texts = files(VALID, "valid") | files(REFUSED_WHEN_LOADED, "refused")
    expected = set(files(REFUSED_WHEN_LOADED, "refused"))
    assert refused_by_terraform(terraform, tmp_path, texts, init=False) == expected
    assert refused_here(texts) == expected


def test_what_terraform_refuses_to_validate(terraform: Terraform, tmp_path: Path) -> None:
    texts = files(VALID, "valid") | files(REFUSED_WHEN_VALIDATED, "refused")
    expected = set(files(REFUSED_WHEN_VALIDATED, "refused"))
    assert refused_by_terraform(terraform, tmp_path, texts, init=True) == expected
    assert refused_here(texts) == expected
