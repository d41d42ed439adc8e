"""Broken input in JSON: each file gives exactly the problems that stand in expected.json."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from cogcheck.documents import read
from cogcheck.model import Document, Problem
from cogcheck.syntax import tfjson
from cogcheck.terraform import plan

DIRECTORY = Path(__file__).parent / "fixtures" / "broken-json"
EXPECTED: dict[str, list[list[object]]] = json.loads((DIRECTORY / "expected.json").read_text(encoding="utf-8"))


def problems(path: Path) -> tuple[Problem, ...]:
    document = read(os.fspath(path))
    assert isinstance(document, Document)
    if document.kind == "tfjson":
        return tfjson.parse(document).problems
    return plan.resources(document, {}).problems


def test_every_file_is_expected() -> None:
    assert sorted(EXPECTED) == sorted(path.name for path in DIRECTORY.iterdir() if path.name not in OTHERS)


OTHERS = ("README.md", "expected.json")


@pytest.mark.parametrize("name", EXPECTED)
def test_problems(name: str) -> None:
    found = [[problem.slug, *problem.span.first, problem.message] for problem in problems(DIRECTORY / name)]
    assert found == EXPECTED[name]
