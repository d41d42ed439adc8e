"""What the fuzzer gives bytes to: a function for each input of cogcheck, which checks what holds whatever it says.

Targets write into the working directory: whoever runs them enters an empty one first.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TypeAlias
from xml.etree import ElementTree

from hcl_dump import dump

from cogcheck import commands, decode, settings
from cogcheck.baseline import dump as baseline_dump
from cogcheck.baseline import entries
from cogcheck.catalogue.load import Catalogue, catalogue
from cogcheck.catalogue.regex import danger
from cogcheck.cli_rules import check_rule_files
from cogcheck.model import Document, ListValue, ObjectValue, Span, Unknown, Value
from cogcheck.options import Options
from cogcheck.report import Finding, Report
from cogcheck.reporters import View, reporter
from cogcheck.scan import RuleFileError, scan
from cogcheck.syntax import hcl as hcl_syntax
from cogcheck.syntax.body import Body
from cogcheck.syntax.hcl_check import check
from cogcheck.syntax.hcl_python_hcl2 import PythonHcl2Reader
from cogcheck.syntax.hcl_reader import Reader
from cogcheck.syntax.hcl_tree_sitter import TreeSitterReader
from cogcheck.terraform.budget import Budget
from cogcheck.terraform.evaluate import evaluate

Target: TypeAlias = Callable[[bytes], None]
"""Raises where something does not hold for an input."""

SECONDS = 2.0
"""What a small input may take at most."""
_FORMS = ("text", "json", "github", "gitlab", "junit")
_OBJECTS = ("json", "sarif", "gitlab")
_RARELY = 32
"""SARIF takes as long as all else together, so that one report of so many has to do."""
_FIXTURES = Path(__file__).parent.parent / "fixtures"
REGRESSIONS = _FIXTURES / "fuzz"
_PACKS = tuple(sorted({pack for rule in catalogue().rules for pack in rule.packs}))
_OPTIONS = Options(packs=_PACKS, require_reason=True, jobs=1)
_TYPED = """\
variable "text" { type = string }
variable "number" { type = number }
variable "flag" { type = bool }
variable "list" { type = list(string) }
variable "set" { type = set(number) }
variable "map" { type = map(list(any)) }
variable "object" { type = object({ name = string, size = optional(number, 8), more = optional(tuple([any, bool])) }) }
variable "any" { type = any }
resource "aws_cognito_user_pool" "a" {
  count                      = var.number
  name                       = var.text
  mfa_configuration          = var.object.name
  alias_attributes           = var.list
  auto_verified_attributes   = var.set
  tags                       = var.map
  deletion_protection        = var.flag
  email_verification_message = "${var.any}{####}"
  password_policy {
    minimum_length = var.object.size
  }
  dynamic "schema" {
    for_each = var.any
    content {
      name                = schema.value.name
      attribute_data_type = schema.value
    }
  }
}
"""
_BROKEN = """\
resource "aws_cognito_user_pool" "a" {
  name                     = "a"
  mfa_configuration        = "SOMETIMES"
  alias_attributes         = ["email", "mail"]
  sms_verification_message = "Your code is {###}"
  password_policy {
    minimum_length = 4
  }
}
"""
_RULE = """\
format: 1
resource: aws_cognito_user_pool
rules:
  - id: OWN1
    slug: own-rule
    severity: warning
    summary: The name is too short
    must: {at_least: {name: 3}}
    message: <name> is too short
    help: Take another.
    why: Nobody finds it.
"""
_KNOWN = '{"version": 1, "findings": []}'


def run(target: Target, data: bytes, seconds: float = SECONDS) -> None:
    """Give an input to a target, which may take so long."""
    start = time.process_time()
    target(data)
    spent = time.process_time() - start
    assert spent < seconds, f"{len(data)} bytes took {spent:.1f} seconds"


def hcl(data: bytes) -> None:
    """A configuration file."""
    _check(scan(["-"], replace(_OPTIONS, stdin=data)))


def readers(data: bytes) -> None:
    """A configuration file, read by both readers."""
    document = decode.decode(data, "main.tf", "hcl")
    if not isinstance(document, Document):
        return
    first, second = _bodies(document)
    assert first.refused is None
    assert second.refused is None
    body, again = first.root(), second.root()
    _check_body(body, document)
    _check_body(again, document)
    with suppress(RecursionError):  # the comparison's, for chains of a thousand operators
        assert dump(body) == dump(again)


def expression(data: bytes) -> None:
    """An expression, evaluated."""
    text = data.decode("utf-8", "replace")
    document = Document("main.tf", text, "input")
    found, _ = hcl_syntax.expression(text, Span(document, 0, len(text)))
    budget = Budget()
    _check_value(evaluate(found, _Nothing(), budget))
    _check_spans(problem.span for problem in budget.exceeded)


def variable(data: bytes) -> None:
    """A value on the command line, for variables of all types."""
    text = data.decode("utf-8", "surrogateescape")  # as Python decodes arguments
    names = ("text", "number", "flag", "list", "set", "map", "object", "any")
    given = tuple((name, text) for name in names)
    _check(scan(["-"], replace(_OPTIONS, stdin=_TYPED.encode(), variables=given)))


def tfvars(data: bytes) -> None:
    """A values file."""
    _write({"main.tf": _TYPED})
    _check(scan(["-"], replace(_OPTIONS, stdin=data, stdin_filename="terraform.tfvars")))


def tfvars_json(data: bytes) -> None:
    """A values file in JSON."""
    _write({"main.tf": _TYPED})
    _check(scan(["-"], replace(_OPTIONS, stdin=data, stdin_filename="terraform.tfvars.json")))


def tfjson(data: bytes) -> None:
    """A configuration file in JSON."""
    _check(scan(["-"], replace(_OPTIONS, stdin=data, stdin_filename="cdk.tf.json")))


def plan(data: bytes) -> None:
    """A plan in JSON, with the configuration that it may be of beside it."""
    _write(_planned())
    _check(scan(["-"], replace(_OPTIONS, stdin=data, stdin_filename="plan.json")))


def manifest(data: bytes) -> None:
    """CDKTF's list of stacks, with stacks in JSON and in HCL beside it."""
    _write({"cdktf.out/manifest.json": data, **_stacks()})
    _check(scan(["cdktf.out/manifest.json"], _OPTIONS))


def configuration(data: bytes, name: str = ".cogcheck.toml") -> None:
    """A configuration of cogcheck."""
    _write(
        {"own.yaml": _RULE, "known.json": _KNOWN, "values/prod.tfvars": 'name = "a"\n', "main.tf": _BROKEN, name: data}
    )
    with suppress(commands.UsageError):
        found = commands.configure(["main.tf"], None, isolated=False)
        settled = commands.settle(found, {})
        settings.show(settled, found.file)
        options = settled.options(jobs=1)
        report = commands.judge(["main.tf"], settled, options, quiet=True)
        _check(commands.without_known(report, ["main.tf"], settled.baseline, options) if settled.baseline else report)


def rules(data: bytes) -> None:
    """A file of somebody's own rules."""
    _write({"own.yaml": data})
    check_rule_files(["own.yaml"])
    with suppress(RuleFileError):
        _check(scan(["-"], replace(_OPTIONS, stdin=_BROKEN.encode(), rule_files=("own.yaml",))))


def pattern(data: bytes) -> None:
    """A regular expression in a rule, and texts that are hard for it."""
    text = data.decode("utf-8", "replace")
    if danger(text) is None:
        compiled = re.compile(text)
        for letters in ("a", "ab", "aab-", *{text[at : at + 2] for at in range(min(len(text), 20))}):
            compiled.fullmatch(letters * 40 + "!")


def ignores(data: bytes) -> None:
    """Comments that ignore findings: at the top, above a block, behind an argument, and over several lines."""
    line = b" ".join(data.splitlines())
    begin, _, rest = _BROKEN.encode().partition(b"\n")
    body = rest.replace(b'"SOMETIMES"', b'"SOMETIMES" # ' + line, 1)
    text = b"".join((b"# ", line, b"\n", begin, b" // ", line, b"\n", body, b"/* ", data, b" */\n"))
    _check(scan(["-"], replace(_OPTIONS, stdin=text)))


def baseline(data: bytes) -> None:
    """A baseline."""
    _write({"baseline.json": data})
    report = scan(["-"], replace(_OPTIONS, stdin=_BROKEN.encode()))
    with suppress(commands.UsageError):
        for paths in (["-"], ["."]):
            fresh = commands.without_known(report, paths, "baseline.json", _OPTIONS)
            _check(fresh)
            assert set(fresh.findings) <= set(report.findings)


def gitignore(data: bytes) -> None:
    """A `.gitignore` file, whose patterns are those of `exclude` too."""
    _write({".gitignore": data, "main.tf": _BROKEN, "modules/a/main.tf": _BROKEN, "é b/c.tf": _BROKEN})
    _check(scan(["."], _OPTIONS))
    patterns = tuple(data.decode("utf-8", "replace").splitlines())
    _check(
        scan(["."], replace(_OPTIONS, exclude=patterns, per_file_ignores=tuple((one, ("all",)) for one in patterns)))
    )


def lock(data: bytes) -> None:
    """A lock file of providers."""
    _write({".terraform.lock.hcl": data, "main.tf": _BROKEN})
    _check(scan(["."], _OPTIONS))


def project(data: bytes) -> None:
    """A whole directory, as `unpacked` finds it in one text."""
    for name in os.listdir():
        shutil.rmtree(name) if os.path.isdir(name) else os.remove(name)
    _write(unpacked(data))
    _check(scan(["."], replace(_OPTIONS, var_files=("other.tfvars",))))


TARGETS: Mapping[str, Target] = {
    "hcl": hcl,
    "readers": readers,
    "expression": expression,
    "variable": variable,
    "tfvars": tfvars,
    "tfvars-json": tfvars_json,
    "tfjson": tfjson,
    "plan": plan,
    "manifest": manifest,
    "configuration": configuration,
    "pyproject": partial(configuration, name="pyproject.toml"),
    "rules": rules,
    "pattern": pattern,
    "ignores": ignores,
    "baseline": baseline,
    "gitignore": gitignore,
    "lock": lock,
    "project": project,
}

PLACES = (
    "main.tf",
    "variables.tf",
    "override.tf",
    "z_override.tf.json",
    "more.tf.json",
    "other.tofu",
    "terraform.tfvars",
    "terraform.tfvars.json",
    "a.auto.tfvars",
    "other.tfvars",
    ".terraform.lock.hcl",
    ".gitignore",
    "child/main.tf",
    "child/main.tf.json",
    "child/child/main.tf",
    "templates/a.tftpl",
)
"""The files that a project may have."""


def packed(files: Mapping[str, bytes]) -> bytes:
    """Files in one text: before each, a line with its name."""
    return b"".join(b"-- %s --\n%s\n" % (name.encode(), data) for name, data in files.items())


def unpacked(data: bytes) -> dict[str, bytes]:
    """The files in a text; what stands before the first name, and names that no project has, go to `main.tf`."""
    files: dict[str, list[bytes]] = {"main.tf": [], "other.tfvars": []}
    at = "main.tf"
    for line in data.splitlines(keepends=True):
        name = line.strip().removeprefix(b"-- ").removesuffix(b" --").decode("utf-8", "replace")
        if line.startswith(b"-- ") and name in PLACES:
            at = name
        else:
            files.setdefault(at, []).append(line)
    return {name: b"".join(lines) for name, lines in files.items()}


class _Nothing:
    """Names that nothing is known of, and files that are all the same."""

    def resolve(self, path: tuple[str, ...], span: Span) -> tuple[Value, int]:
        return Unknown(f"{'.'.join(path)} is not known", span, identity=".".join(path)), len(path)

    def read(self, path: str) -> str | None:
        return "%{ for x in items }${x}%{ endfor }" if path else None

    def glob(self, directory: str, pattern: str) -> tuple[str, ...] | None:
        return (directory, pattern)


def _bodies(document: Document) -> Iterator[Reader]:
    for make in (TreeSitterReader, PythonHcl2Reader):
        checked = check(document.text, plain=make.plain)
        yield make(document.text, checked.text, partial(Span, document), checked.broken)


def _write(files: Mapping[str, bytes | str]) -> None:
    for name, content in files.items():
        directory = os.path.dirname(name)
        if directory:
            os.makedirs(directory, exist_ok=True)
        Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())


@cache
def _stacks() -> Mapping[str, bytes]:
    """Stacks of the fixtures by the paths that manifests name."""
    found = {}
    for name in ("shop", "shop-hcl", "shop-json-in-cdk-tf"):
        for path in sorted((_FIXTURES / "cdktf" / name).glob("stacks/*/*")):
            found[f"cdktf.out/stacks/{path.parent.name}/{path.name}"] = path.read_bytes()
    return found


@cache
def _planned() -> Mapping[str, bytes]:
    """A configuration with the resources of several plans of the fixtures."""
    plans = _FIXTURES / "plans"
    whole = [plans / name / "main.tf" for name in ("modules", "added", "replaced")]
    (module,) = (plans / "modules" / "pool").iterdir()
    return {"main.tf": b"".join(path.read_bytes() for path in whole), "pool/main.tf": module.read_bytes()}


def _check(report: Report) -> None:
    """What holds of every report."""
    found = (*report.findings, *report.suppressed)
    for finding in found:
        assert finding.message
        _check_spans((finding.span, *(step.span for step in (*finding.related, *finding.trail))))
    _check_spans(question.span for question in report.undecided)
    assert report.catalogue is not None
    # SARIF describes all rules, which takes time and is the same each time, but for somebody's own.
    shortened = commands.shortened(report, _OPTIONS)
    whole = replace(shortened, catalogue=_only(report.catalogue, found))
    baseline_dump(entries(report.findings, report.catalogue))
    told = ascii([(finding.message, finding.span.start) for finding in found])
    for form in (*_FORMS, "sarif") if zlib.crc32(told.encode()) % _RARELY == 0 else _FORMS:
        text = reporter(form)(whole, View(undecided=True, suppressed=True))
        _check_text(text)
        if form in _OBJECTS:
            json.loads(text)
        if form == "junit":
            ElementTree.fromstring(text)


def _only(rules: Catalogue, found: Sequence[Finding]) -> Catalogue:
    ids = {finding.rule for finding in found}
    described = (rule for rule in rules.rules if rule.id in ids or not rule.id.startswith("COG"))
    return replace(rules, rules=tuple(described))


def _check_spans(spans: Iterable[Span]) -> None:
    for span in spans:
        assert 0 <= span.start <= span.end <= len(span.document.text), span
        assert span.first >= (1, 1)


def _check_text(text: str) -> None:
    """What is shown steers no terminal, and can be encoded."""
    shown = text.replace("\n", "").replace("\t", "")
    assert shown.isprintable() or not [char for char in shown if unicodedata.category(char) in ("Cc", "Cs")]


def _check_value(value: Value) -> None:
    _check_spans([value.span, *(step.span for step in value.trail)])
    if isinstance(value, ListValue):
        for item in value.items:
            _check_value(item)
    elif isinstance(value, ObjectValue):
        for entry in value.entries.values():
            _check_value(entry)


def _check_body(body: Body, document: Document) -> None:
    for attribute in body.attributes.values():
        _check_spans((attribute.name_span, attribute.value_span, attribute.span, attribute.expression.span))
    for block in body.blocks:
        _check_spans((block.header, block.span, *block.label_spans))
        _check_body(block.body, document)
