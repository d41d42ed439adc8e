"""What is marked sensitive is judged, and never printed: in no form, for no reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hostile import TYPE, write

from cogcheck.catalogue.load import catalogue
from cogcheck.catalogue.shapes import BlockShape
from cogcheck.options import Options
from cogcheck.report import Report
from cogcheck.reporters import FORMATS, View, reporter
from cogcheck.scan import scan

SECRET = "s3cr3t"
NUMBER = 77712345
VARIABLES = f"""
variable "s" {{
  sensitive = true
  default   = "{SECRET} <{SECRET}>\\n{{####}} é"
}}
variable "n" {{
  sensitive = true
  default   = {NUMBER}
}}
variable "l" {{
  sensitive = true
  default   = ["{SECRET}1", "{SECRET}2", "{SECRET}2"]
}}
variable "m" {{
  sensitive = true
  default   = {{ {SECRET} = "{SECRET}" }}
}}
variable "wrong" {{
  type      = number
  sensitive = true
  default   = "{SECRET}"
}}
variable "shape" {{
  type      = object({{ a = number }})
  sensitive = true
  default   = {{ a = "{SECRET}" }}
}}
variable "u" {{}}
locals {{
  marked = sensitive("{SECRET}")
  built  = "${{var.s}}!"
  chosen = var.s == "" ? "a" : "${{var.s}}b"
  read   = jsondecode(sensitive("{{\\"a\\": \\"{SECRET}\\"}}"))
  list   = [var.s, var.s]
}}
module "child" {{
  source = "./child"
  given  = var.s
}}
"""
CHILD = f"""
variable "given" {{}}
output "out" {{
  value = var.given
}}
output "hidden" {{
  sensitive = true
  value     = "${{var.given}} {SECRET}"
}}
"""
EXPRESSIONS = r"""
var.s | var.n | var.l | var.m | var.wrong | var.shape.a | "${var.s}x" | "${var.u}${var.s}" | local.marked | local.built
local.chosen | local.read.a | local.list | module.child.out | module.child.hidden | [var.s] | { a = var.s }
{ (var.s) = 1 } | upper(var.s) | split(" ", var.s) | var.m[var.s] | var.m["x${var.s}"] | file(var.s) | jsondecode(var.s)
var.s + 1 | var.s.foo | tonumber(var.s) | tobool(var.s) | regex("x", var.s) | var.u == var.s | toset(var.l) | -var.s
element(var.l, 0) | lookup(var.m, var.s, 1) | templatefile(var.s, {}) | merge(var.m, { a = var.u }) | keys(var.m)
values(var.m) | [for x in var.l : x] | {for x in var.l : x => x} | {for k, v in var.m : k => 1}
[for k, v in var.m : k] | var.l[*] | join(var.u, var.l) | format(var.s, 1)
format("%d", var.s) | parseint(var.s, 10) | timeadd(var.s, "1h")
cidrhost(var.s, 1) | formatdate(var.s, "x") | base64decode(var.s) | yamldecode(var.s) | replace("a", "/${var.s}[/", "x")
regexall(var.s, "a") | csvdecode(var.s) | index(var.l, var.s) | substr(var.s, var.n, 1) | chunklist(var.l, var.s)
range(var.s) | var.s ? 1 : 2 | !var.s | [1][var.s] | var.l[var.n] | abspath(var.s) | fileset(var.s, "*") | can(var.s)
fileset(".", var.s) | try(var.s, 1) | zipmap(var.l, var.l) | setproduct(var.l, var.l) | flatten([var.l]) | one(var.l)
cidrhost(local.list[0], 1) | sum(var.l) | nonexistent(var.s) | try(var.s.a, var.m.b) | "%{ if var.s }a%{ endif }"
toset(local.list) | jsonencode({ a = var.s }) | "${jsonencode(var.m)}" | concat(var.l, [1])
distinct(var.l) | sort(var.l)
"""


def body(shape: BlockShape, expression: str) -> str:
    """Every argument and block that there is, with the same value everywhere."""
    arguments = [f"{name} = {expression}\n" for name in shape.arguments]
    blocks = [f"{name} {{\n{body(inner, expression)}}}\n" for name, inner in shape.blocks.items()]
    return "".join((*arguments, *blocks))


def shown(report: Report) -> str:
    """The report in all forms, with everything that can be shown."""
    view = View(columns=400, undecided=True, suppressed=True)
    return "".join(reporter(form)(report, view) for form in FORMATS)


def test_values_of_configurations(tmp_path: Path) -> None:
    shape = catalogue().shapes[TYPE].root
    pools = [
        f'resource "{TYPE}" "p{number}" {{\n{body(shape, expression)}}}\n'
        for number, expression in enumerate(EXPRESSIONS.strip().replace("\n", " | ").split(" | "))
    ]
    write(tmp_path, {"main.tf": VARIABLES + "".join(pools), "child/main.tf": CHILD})
    report = scan([tmp_path], Options(jobs=1))
    assert len(report.findings) > 100
    assert len(report.undecided) > 100
    lines = [line for line in shown(report).splitlines() if SECRET in line or str(NUMBER) in line]
    assert lines == []


@pytest.mark.parametrize("argument", ["for_each = toset(var.l)", "for_each = var.m", "count = var.n", "count = var.s"])
def test_instances(tmp_path: Path, argument: str) -> None:
    text = f'{VARIABLES}resource "{TYPE}" "a" {{\n  {argument}\n  mfa_configuration = "${{var.u}}X"\n  x = 1\n}}\n'
    write(tmp_path, {"main.tf": text, "child/main.tf": CHILD})
    report = scan([tmp_path], Options(jobs=1))
    assert report.findings
    assert SECRET not in shown(report)


@pytest.mark.parametrize("for_each", ["var.l", "var.m", "toset(var.l)", "keys(var.m)", "local.list"])
def test_dynamic_blocks(tmp_path: Path, for_each: str) -> None:
    block = f'dynamic "schema" {{\n    for_each = {for_each}\n    content {{\n      name = schema.value\n'
    block += '      attribute_data_type = schema.key\n      "x" = 1\n    }\n  }\n'.replace('"x"', "x")
    write(tmp_path, {"main.tf": f'{VARIABLES}resource "{TYPE}" "a" {{\n  {block}}}\n', "child/main.tf": CHILD})
    report = scan([tmp_path], Options(jobs=1))
    assert report.findings
    assert SECRET not in shown(report)


@pytest.mark.parametrize(
    ("type_", "given"),
    [("string", SECRET), ("number", SECRET), ("list(string)", f'["{SECRET}'), ("map(string)", f"{{ {SECRET} = }}")],
)
def test_values_from_outside(tmp_path: Path, type_: str, given: str) -> None:
    variable = f'variable "v" {{\n  type = {type_}\n  sensitive = true\n}}\n'
    pool = f'resource "{TYPE}" "a" {{\n  name = var.v\n  mfa_configuration = var.v\n  x = 1\n}}\n'
    write(tmp_path, {"main.tf": variable + pool})
    for options in (Options(jobs=1, variables=(("v", given),)), Options(jobs=1, environment={"TF_VAR_v": given})):
        report = scan([tmp_path], options)
        assert report.findings
        assert SECRET not in shown(report)


def test_values_of_plans(tmp_path: Path) -> None:
    values = {
        "name": SECRET,
        "mfa_configuration": SECRET,
        "alias_attributes": [SECRET, SECRET],
        "tags": {SECRET: SECRET, "k": SECRET},
        "schema": [{"name": SECRET, "attribute_data_type": SECRET}],
        "password_policy": [{"minimum_length": NUMBER}],
        SECRET[:2] + "_x": SECRET,
    }
    marks = dict.fromkeys(values, True) | {"schema": [{"name": True, "attribute_data_type": True}]}
    one = {"address": f"{TYPE}.a", "mode": "managed", "type": TYPE, "name": "a"}
    change = {"actions": ["update"], "before": values, "after": values, "before_sensitive": marks,
              "after_sensitive": marks, "after_unknown": {}}  # fmt: skip
    plan = {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": [{**one, "values": values, "sensitive_values": marks}]}},
        "resource_changes": [{**one, "change": change}],
        "configuration": {
            "root_module": {"resources": [{**one, "expressions": {name: {"references": ["var.s"]} for name in values}}]}
        },
    }
    write(tmp_path, {"plan.json": json.dumps(plan)})
    report = scan([tmp_path / "plan.json"], Options(jobs=1))
    assert report.findings
    text = shown(report)
    assert (SECRET in text, str(NUMBER) in text) == (False, False)
