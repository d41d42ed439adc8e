"""What fuzzing starts from: the fixtures, and what the tests of other parts are about."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from targets import PLACES, packed

from cogcheck.baseline import dump, entries
from cogcheck.catalogue.load import catalogue, compile_catalogue
from cogcheck.options import Options
from cogcheck.scan import scan

_TESTS = Path(__file__).parent.parent
_FIXTURES = _TESTS / "fixtures"
_RULES = _TESTS.parent / "rules"
_SETTINGS = (
    b'select = ["all"]\nignore = ["COG1006", "wrong-length"]\n',
    b'exclude = ["modules/**", "!modules/a/"]\n',
    b'provider-version = "5.70.0"\nworkspace = "prod"\n',
    b'fail-on = "warning"\npacks = ["recommended", "prowler"]\n',
    b'var-files = ["values/prod.tfvars"]\n',
    b'rule-files = ["own.yaml"]\n',
    b'require-reason = true\nbaseline = "known.json"\n',
)
_TABLES = (
    b'[severity]\nCOG1006 = "warning"\nCOG2 = "info"\n',
    b'[per-file-ignores]\n"*.tf" = ["COG1006"]\n"/modules/" = ["all"]\n',
    b"[rule-options.short-passwords]\nmin = 12\n",
)
_IGNORES = (
    b"cogcheck:ignore=COG1006 -- reason",
    b"cogcheck:ignore=value-not-allowed, wrong-length",
    b"cogcheck:ignore=all",
    b"cogcheck:ignore-file=COG1006 -- for now",
    b"cogcheck:ignore=COG1",
)
_GITIGNORE = (
    b"*.tf\n!main.tf\n",
    b"/modules/\n# comment\n\\#x\n",
    b"**/a/**\n[a-z]*.tf\nb?\n",
    b"\xef\xbb\xbfmodules/a\r\n \n\\ \n!\n",
)
_LOCK = b"""\
provider "registry.terraform.io/hashicorp/aws" {
  version     = "5.70.0"
  constraints = ">= 4.0.0, ~> 5.0"
  hashes = [
    "h1:abc=",
  ]
}
"""


def seeds(target: str) -> list[bytes]:
    """The seeds of a target, each once, the smallest first."""
    return sorted(set(_SEEDS[target]()), key=lambda seed: (len(seed), seed))


def _files(*patterns: str, below: Path = _FIXTURES) -> Iterator[bytes]:
    for pattern in patterns:
        for path in sorted(below.glob(pattern)):
            yield path.read_bytes()


def _configurations() -> Iterator[bytes]:
    yield from _files("**/*.tf")
    yield from _texts("syntax/hcl_constructs.py")
    for line in _lines():
        yield b'locals {\n  a = %s\n}\nresource "aws_cognito_user_pool" "a" {\n  name = local.a\n}\n' % line


def _texts(*patterns: str) -> Iterator[bytes]:
    """The strings in tests, of which many are configurations."""
    for pattern in patterns:
        for path in sorted(_TESTS.glob(pattern)):
            for node in ast.walk(ast.parse(path.read_bytes())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) > 2:
                    yield node.value.encode("utf-8", "surrogatepass")


def _lines() -> Iterator[bytes]:
    """The expressions that Terraform's console was asked."""
    for line in (_TESTS / "oracle" / "expressions.txt").read_bytes().splitlines():
        if not line.startswith(b"#"):
            yield line


def _expressions() -> Iterator[bytes]:
    yield from _lines()
    yield from _texts("terraform/test_functions.py", "terraform/test_evaluate*.py")


def _own() -> Iterator[bytes]:
    """Configurations in a file of their own."""
    yield from _SETTINGS
    yield from _TABLES
    yield b"".join((*_SETTINGS, *_TABLES))


def _pyprojects() -> Iterator[bytes]:
    for settings in _own():
        lines = b"[tool.cogcheck]\n" + settings
        yield b"[project]\nname = 'a'\n" + lines.replace(b"\n[", b"\n[tool.cogcheck.")


def _baselines() -> Iterator[bytes]:
    broken = b'resource "aws_cognito_user_pool" "a" {\n  mfa_configuration = "NO"\n  bad = 1\n}\n'
    report = scan(["-"], Options(stdin=broken, jobs=1))
    yield dump(entries(report.findings, catalogue())).encode()
    yield json.dumps({"version": 1, "findings": []}).encode()


def _rules() -> Iterator[bytes]:
    """Each of our own rules as somebody else's, in JSON, which is YAML too; and some files as they are written."""
    for rule in compile_catalogue(_RULES)["rules"]:
        if rule["resource"] and "judged_by" not in rule:
            own = {**rule, "id": f"ACME{rule['id'][3:]}", "slug": f"own-{rule['slug']}"}
            kept = {key: value for key, value in own.items() if key not in ("resource", "documented", "source")}
            yield json.dumps({"format": 1, "resource": rule["resource"], "rules": [kept]}).encode()
    for text in _files("policies/*.yaml", below=_RULES):
        yield text.replace(b"id: COG", b"id: ACME").replace(b"slug: ", b"slug: own-")


def _projects() -> Iterator[bytes]:
    for top in sorted((*(_FIXTURES / "projects").iterdir(), *(_FIXTURES / "pools").glob("*/"))):
        found = {name: (top / name).read_bytes() for name in PLACES if (top / name).is_file()}
        modules = [path.read_bytes() for path in sorted(top.glob("*/*.tf")) if path.parent.name != "child"]
        yield packed({**found, **({"child/main.tf": modules[0]} if modules else {})})


_SEEDS: Mapping[str, Callable[[], Iterator[bytes]]] = {
    "hcl": _configurations,
    "readers": _configurations,
    "expression": _expressions,
    "variable": _expressions,
    "tfvars": lambda: _files("**/*.tfvars"),
    "tfvars-json": lambda: _files("**/*.tfvars.json"),
    "tfjson": lambda: _files("**/*.tf.json"),
    "plan": lambda: _files("**/*plan.json"),
    "manifest": lambda: _files("**/manifest.json"),
    "configuration": _own,
    "pyproject": _pyprojects,
    "rules": _rules,
    "pattern": lambda: _texts("test_regex.py"),
    "ignores": lambda: iter(_IGNORES),
    "baseline": _baselines,
    "gitignore": lambda: iter(_GITIGNORE),
    "lock": lambda: iter((_LOCK,)),
    "project": _projects,
}
