"""What is shipped: one origin for each fact, and nothing that only works here."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from importlib.metadata import files, metadata, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from samples import CHECKOUT, package_path

import cogcheck
from cogcheck.catalogue.document import document
from cogcheck.catalogue.load import COMPILED, build, catalogue, compile_catalogue

LIBRARIES = ["PyYAML", "click", "jsonschema", "pathspec", "python-hcl2", "sarif-om", "tree-sitter", "tree-sitter-hcl"]
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
installed = pytest.mark.skipif(
    "COGCHECK_CHECKOUT" not in os.environ, reason="the package is not that of a wheel; make test installs one"
)


def test_the_catalogue_for_people_is_that_of_the_rules() -> None:
    text = (CHECKOUT / "rules" / "README.md").read_text(encoding="utf-8")
    assert text == document(catalogue()), "run `make docs`"


def test_links_within_the_catalogue_lead_somewhere() -> None:
    text = document(catalogue())
    headings = {line[4:].lower().replace(" ", "-") for line in text.splitlines() if line.startswith("### ")}
    assert set(re.findall(r"\]\(#([^)]*)\)", text)) == headings


def test_only_the_libraries_agreed_on_are_needed() -> None:
    names = [re.split(r"[<>=~! ]", one)[0] for one in PROJECT["project"]["dependencies"]]
    assert sorted(names) == LIBRARIES


def test_the_lowest_version_of_each_dependency_is_stated() -> None:
    stated = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]
    assert [one for one in stated if not re.fullmatch(r"[\w-]+>=[\d.]+(;.*)?", one)] == [], "make test-lowest needs it"


@pytest.mark.parametrize(
    ("machine", "native"),
    [
        *((machine, True) for machine in ("x86_64", "aarch64", "AMD64", "ARM64", "arm64")),
        *((machine, False) for machine in ("armv7l", "i686", "ppc64le", "riscv64", "s390x", "wasm32")),
    ],
)
def test_the_native_reader_is_needed_where_it_has_wheels(machine: str, native: bool) -> None:
    needed = map(Requirement, PROJECT["project"]["dependencies"])
    skipped = {one.name for one in needed if one.marker and not one.marker.evaluate({"platform_machine": machine})}
    assert skipped == (set() if native else {"tree-sitter", "tree-sitter-hcl"})


def test_the_public_address_stands_once() -> None:
    holders = [
        path.relative_to(package_path()).as_posix()
        for path in sorted(Path(cogcheck.__file__).parent.rglob("*.py"))
        if cogcheck.REPOSITORY in path.read_text(encoding="utf-8")
    ]
    assert holders == ["cogcheck/__init__.py"]


def test_no_path_of_a_machine_is_committed() -> None:
    checkout = Path(os.environ.get("COGCHECK_CHECKOUT", CHECKOUT))
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=checkout, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("this is no git checkout")
    machine = re.compile(rb"(?<![\w.~-])/(?:work|root|home/\w+|Users/\w+)/\w")
    names = [name for name in listed.stdout.decode().split("\0") if name and (checkout / name).is_file()]
    assert [name for name in names if machine.search((checkout / name).read_bytes())] == []


@installed
def test_the_tested_package_is_the_installed_one() -> None:
    checkout = Path(os.environ["COGCHECK_CHECKOUT"])
    assert Path(package_path()).name == "site-packages"
    assert not (CHECKOUT / "cogcheck").exists()
    assert checkout != CHECKOUT


@installed
def test_the_wheel_holds_the_rules_and_the_licence() -> None:
    shipped = {file.as_posix() for file in files("cogcheck") or []}
    assert f"cogcheck/rules/{COMPILED}" in shipped
    assert "cogcheck/py.typed" in shipped
    for path in (CHECKOUT / "rules").rglob("*.*"):
        assert f"cogcheck/rules/{path.relative_to(CHECKOUT / 'rules').as_posix()}" in shipped
    assert any(name.endswith("licenses/LICENSE") for name in shipped)
    assert not [name for name in shipped if name.split("/")[0] in ("tests", "rules", "benchmarks", "examples")]


@installed
def test_the_compiled_rules_are_those_of_the_checkout() -> None:
    assert build(compile_catalogue(CHECKOUT / "rules")) == catalogue()


@installed
def test_the_metadata() -> None:
    about = metadata("cogcheck")
    assert about["Version"] == cogcheck.__version__
    assert about["License-Expression"] == "Apache-2.0"
    assert about["Requires-Python"] == ">=3.11"
    assert len(requires("cogcheck") or []) == len(LIBRARIES)
