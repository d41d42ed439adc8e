"""What a start loads: every library costs each user time at each start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from samples import BROKEN, VALID, package_path, write

HEAVY = {
    "jsonschema",
    "sarif_om",
    "hcl2",
    "lark",
    "tree_sitter",
    "tree_sitter_hcl",
    "yaml",
    "pathspec",
    "attr",
    "regex",
}


def loaded(*arguments: str, cwd: Path) -> set[str]:
    """The top-level packages that the program has loaded when it ends."""
    program = (
        "import sys, cogcheck.__main__ as program\n"
        "def tell(code):\n"
        "    print('\\n'.join({name.split('.')[0] for name in sys.modules}), file=sys.stderr)\n"
        "    sys.exit(code)\n"
        "program._leave = tell\n"
        f"sys.argv = {['cogcheck', *arguments]!r}\n"
        "program.main()\n"
    )
    environment = {**os.environ, "PYTHONPATH": package_path()}
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=cwd, capture_output=True, text=True, env=environment, check=False
    )
    assert result.returncode in (0, 1)
    return set(result.stderr.split())


def compiled() -> bool:
    """Whether the rules are those of a wheel, in one JSON file."""
    return (Path(package_path()) / "cogcheck" / "rules" / "catalogue.json").is_file()


def allowed() -> set[str]:
    return set() if compiled() else {"yaml"}


def test_the_version_loads_nothing(tmp_path: Path) -> None:
    assert loaded("--version", cwd=tmp_path) & (HEAVY | {"click", "json"}) == set()


@pytest.mark.parametrize("arguments", [["rules"], ["rules", "COG4011"], ["rules", "--format", "json"]])
def test_the_rules_load_no_parser(tmp_path: Path, arguments: list[str]) -> None:
    assert loaded(*arguments, cwd=tmp_path) & HEAVY == allowed()


@pytest.mark.parametrize("text", [VALID, BROKEN])
def test_a_scan_of_valid_syntax_loads_one_reader(tmp_path: Path, text: str) -> None:
    write(tmp_path, {"main.tf": text})
    assert loaded("scan", cwd=tmp_path) & HEAVY == allowed() | {"tree_sitter", "tree_sitter_hcl"}


def test_ignore_files_and_json(tmp_path: Path) -> None:
    write(
        tmp_path, {"main.tf.json": '{"resource": {"aws_cognito_user_pool": {"a": {"name": "a"}}}}', ".gitignore": "x\n"}
    )
    assert loaded("scan", cwd=tmp_path) & HEAVY == allowed() | {"pathspec"}
