"""Asks the real Terraform: which texts are valid HCL, and what templates are worth. Needs no provider."""

from __future__ import annotations

import json
import operator
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hcl_constructs import INVALID, NEWER_UNICODE, VALID

from cogcheck.model import Document
from cogcheck.syntax import hcl
from cogcheck.syntax.body import (
    Binary,
    Conditional,
    Expression,
    GetAttr,
    Literal,
    Name,
    Parens,
    Template,
    TemplateFor,
    TemplateIf,
    TemplateWrap,
    Unary,
)

TERRAFORM = shutil.which("terraform")
pytestmark = pytest.mark.skipif(TERRAFORM is None, reason="terraform is not on the PATH")


def _terraform(*arguments: str, cwd: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"}
    return subprocess.run(
        [TERRAFORM or "", *arguments],
        cwd=cwd,
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def _refused(texts: list[str], directory: Path) -> set[int]:
    for index, text in enumerate(texts):
        (directory / f"c{index:05}.tf").write_bytes(text.encode())
    answer = _terraform("fmt", "-no-color", "-check", "-list=false", ".", cwd=directory)
    return {int(number) for number in re.findall(r"^ +on c(\d+)\.tf line", answer.stderr, re.MULTILINE)}


def test_terraform_accepts_what_we_call_valid(tmp_path: Path) -> None:
    assert [VALID[index] for index in sorted(_refused(VALID, tmp_path))] == []


def test_terraform_refuses_what_we_call_invalid(tmp_path: Path) -> None:
    refused = _refused(INVALID, tmp_path)
    assert [text for index, text in enumerate(INVALID) if index not in refused] == []


def test_terraform_refuses_names_in_newer_unicode(tmp_path: Path) -> None:
    assert len(_refused(NEWER_UNICODE, tmp_path)) == len(NEWER_UNICODE)


# Values of templates and the ranks of operators.

VALUES: dict[str, object] = {"b": "B", "c": ["x", "y"], "t": True, "f": False, "s": " s ", "n": 7}

EXPRESSIONS: list[str] = [
    '"plain"',
    '"\\n\\r\\t\\"\\\\ \\u00e9 \\U0001F600 é😀"',
    '"$${b} %%{b} $ % $$ %% $x %x $$${b} $$$${b} %%%%{ x"',
    '"$${b}${local.b}$${b"',
    '"a ${local.b} c"',
    '"${local.b}${local.b}"',
    '" ${~ local.b ~} "',
    '"a  ${~ local.b ~}  c"',
    '"a\\n${~ local.b ~}\\n\\t c"',
    '"a ${local.b ~} c ${~ local.b} d"',
    '"a $ ${~ local.b}"',
    '"a \\u00a0${~ local.b ~}\\u2003c"',
    '"${~ "  a  " ~}  "',
    '"%{ if local.t }yes%{ endif }"',
    '"%{ if local.f }yes%{ endif }."',
    '"%{ if local.f }yes%{ else }no%{ endif }"',
    '"a %{~ if local.t ~} yes %{~ else ~} no %{~ endif ~} b"',
    '"a %{ if local.t ~} yes %{ else ~} no %{ endif ~} b"',
    '"%{ for i in local.c }<${i}>%{ endfor }"',
    '"%{ for k, i in local.c }${k}=${i},%{ endfor }"',
    '"%{ for i in local.c ~} ${i} , %{ endfor ~} ."',
    '"%{ for i in local.c }%{ if i == "x" }X%{ else }%{ if local.t }T%{ endif }%{ endif }%{ endfor }"',
    '"${local.t ? "a${local.b}" : "b"}"',
    "<<EOT\nEOT",
    "<<EOT\na\nEOT",
    "<<EOT\n  a\n\n b\n  EOT",
    '<<EOT\n"a" \\n \\q $${b} %%{b} $ % $$ #\nEOT',
    "<<EOT\na ${local.b} c\n${local.b}\nEOT",
    "<<EOT\n${local.b}EOT\nEOT",
    "<<EOT\nEOTX\nEOT x\n EOT.\nEOT",
    "<<EOT\n%{ for i in local.c ~}\n  item ${i}\n%{ endfor ~}\nend\nEOT",
    "<<EOT\n%{ for i in local.c }\n  item ${i}\n%{ endfor }\nend\nEOT",
    "<<EOT\n  a\n  ${~ local.b ~}\n  c\nEOT",
    "<<EOT\n  a  \n\n  ${~ local.b ~}\n\n  c\nEOT",
    "<<EOT\na ${~ local.b ~} \n c\nEOT",
    "<<EOT\n%{ if local.t ~}\n\n   yes\n%{~ else ~}\n  no\n%{~ endif ~}\n   z\nEOT",
    "<<-EOT\n    a\n      b\n\n    c\n    EOT",
    "<<-EOT\n  a\n\tb\n  EOT",
    "<<-EOT\n\t\ta\n\tb\n  EOT",
    "<<-EOT\n    ${local.b}\n      b\n  EOT",
    "<<-EOT\n${local.b}\n      b\n  EOT",
    "<<-EOT\n    a ${local.b}\n      b\n  EOT",
    "<<-EOT\n    %{ if local.t ~}\n    a\n    %{ endif ~}\n    b\n  EOT",
    "<<-EOT\n    %{~ if local.t ~}\n    a\n    %{~ endif ~}\n    b\n  EOT",
    "<<-EOT\n    a ${local.b ~}\n\n      b\n    c\n  EOT",
    "<<-EOT\n    a ${local.b ~}\n      b\n        c\n  EOT",
    "<<-EOT\n      \n    a\n   \n  EOT",
    "<<-EOT\n\n  EOT",
    "<<-EOT\n  EOT",
    "<<-EOT\n \u00a0 a\n   \u2003b\n  EOT",
    "<<-EOT\n    a\n  b\n c\n  EOT",
    "<<-EOT\n    %{ for i in local.c }\n    ${i}\n    %{ endfor }\n  EOT",
    "<<-EOT\n    $${x}\n      %%{x}\n  EOT",
    "<<EOT\r\n  a\r\n\r\n  ${local.b}\r\n  EOT\r",
    "<<-EOT\r\n  a\r\n\r\n    ${local.b}\r\n  EOT\r",
    "<<-EOT\r\n  a ${local.b ~}\r\n\r\n    b\r\n  EOT\r",
    "<<EOT\n${<<IN\nin ${local.b}\nIN\n}out\nEOT",
    "<<-EOT\n  ${<<-IN\n    in\n      ner\n    IN\n  }\n    out\n  EOT",
    '"${<<EOT\nx\nEOT\n}"',
    "1 + 2 * 3 - 4 / 2 % 3",
    "10 - 3 - 2",
    "100 / 10 / 5",
    "7 % 4 % 2",
    "2 * 3 % 4",
    "-2 + 3",
    "- -2",
    "!local.t || local.t && local.f",
    "local.t || local.f && local.f",
    "local.f && local.f || local.t",
    "!local.t == local.f",
    "1 < 2 == true",
    "1 + 2 == 3 && 2 * 2 >= 4",
    "1 == 2 == false",
    "local.f ? 1 : local.t ? 2 : 3",
    "local.t ? local.f ? 1 : 2 : 3",
    "local.f ? 1 : local.f ? 2 : local.t ? 3 : 4",
    "local.t == local.f ? 1 : 2 + 1",
    "(local.t ? local.f : local.t) ? 1 : 2",
    "1e3 + 1E-1 + 1.5e+1",
    "0.1 + 0.2",
    "-1.5e1",
]


_UNARY: dict[str, Callable[[Any], object]] = {"-": operator.neg, "!": operator.not_}
_BINARY: dict[str, Callable[[Any, Any], object]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda left, right: Decimal(left) / Decimal(right),
    "%": operator.mod,
    "==": operator.eq,
    "<": operator.lt,
    ">=": operator.ge,
    "&&": lambda left, right: left and right,
    "||": lambda left, right: left or right,
}


class _Evaluator:
    """Just enough to be worth the expressions above."""

    def __init__(self, names: dict[str, object]) -> None:
        self.names = names

    def value(self, node: Expression | TemplateIf | TemplateFor) -> object:
        match node:
            case Literal(value):
                return value
            case Name(name):
                return self.names[name]
            case GetAttr(Name("local"), name):
                return VALUES[name]
            case Parens(inner) | TemplateWrap(inner):
                return self.value(inner)
            case Conditional(condition, then, otherwise):
                return self.value(then if self.value(condition) else otherwise)
            case _:
                return self._compound(node)

    def _compound(self, node: Expression | TemplateIf | TemplateFor) -> object:
        match node:
            case Unary(sign, operand):
                return _UNARY[sign](self.value(operand))
            case Binary(sign, left, right):
                return _BINARY[sign](self.value(left), self.value(right))
            case Template(parts):
                return "".join(_text(self.value(part)) for part in parts)
            case TemplateIf(condition, then, otherwise):
                if self.value(condition):
                    return self.value(then)
                return self.value(otherwise) if otherwise is not None else ""
            case TemplateFor(key, name, collection, content):
                items = self.value(collection)
                assert isinstance(items, list)
                return "".join(self._each(key, index, name, item, content) for index, item in enumerate(items))
            case _:
                raise AssertionError(node)

    def _each(self, key: str | None, index: int, name: str, item: object, content: Expression) -> str:
        names = self.names | {name: item} | ({key: index} if key else {})
        return _text(_Evaluator(names).value(content))


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_values_are_terraforms(tmp_path: Path) -> None:
    lines = [f"  {name} = {json.dumps(value)}\n" for name, value in VALUES.items()]
    lines += [f"  v{index} = {text}\n" for index, text in enumerate(EXPRESSIONS)]
    text = "locals {\n" + "".join(lines) + "}\n"
    (tmp_path / "main.tf").write_bytes(text.encode())
    question = "jsonencode([" + ", ".join(f"local.v{index}" for index in range(len(EXPRESSIONS))) + "])\n"
    answer = _terraform("console", cwd=tmp_path, stdin=question)
    assert answer.stderr == ""
    theirs = json.loads(json.loads(answer.stdout))
    parsed = hcl.parse(Document("main.tf", text))
    assert parsed.problems == ()
    attributes = parsed.body.blocks[0].body.attributes
    ours = [_Evaluator({}).value(attributes[f"v{index}"].expression) for index in range(len(EXPRESSIONS))]
    assert [_json(value) for value in ours] == theirs


def _json(value: object) -> object:
    return value if isinstance(value, str | bool | int) else float(str(value))
