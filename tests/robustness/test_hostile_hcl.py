"""Configurations that were written to break what reads them: each has an outcome, in little time and memory."""

from __future__ import annotations

from pathlib import Path

import pytest
from hostile import MANY, TYPE, pool, scanned, slugs

from cogcheck.report import Report

DEEP = {
    "brackets": "[" * MANY + "]" * MANY,
    "braces": "{a=" * MANY + "1" + "}" * MANY,
    "parentheses": "(" * MANY + "1" + ")" * MANY,
    "templates": '"' + '${"' * MANY + "x" + '"}' * MANY + '"',
    "directives": '"' + "%{if true}" * MANY + "%{endif}" * MANY + '"',
    "negations": "!" * MANY + "true",
    "conditions": "true ? " * MANY + "1" + " : 2" * MANY,
    "loops": "[for a in " * MANY + "[] : a]" * MANY,
    "calls": "upper(" * MANY + '"a"' + ")" * MANY,
    "indexes": "a" + "[0" * MANY + "]" * MANY,
    "unclosed": "[" * MANY,
    "closed": "]" * MANY,
    "closed behind a value": "1" + "]" * MANY,
    "heredocs": "<<A\n" * MANY,
    "comments": "/*" * MANY,
    "quotes": '"' * (MANY + 1),
}


@pytest.mark.parametrize("expression", DEEP.values(), ids=DEEP)
def test_nesting_is_a_syntax_error_with_a_place(tmp_path: Path, expression: str) -> None:
    report = scanned(tmp_path, pool(expression))
    assert set(slugs(report)) == {"syntax-error"}
    assert all(finding.span.document.path.endswith("main.tf") for finding in report.findings)
    assert (report.unreadable, report.findings[0].span.first[0]) in ((1, 1), (1, 2))


SOME = 20_000
LONG = {
    "sum": "1" + "+1" * SOME,
    "conjunction": "true" + " && true" * SOME,
    "alternatives": "true ? 1 : " * SOME + "1",
    "indexes": "var.a" + "[0]" * SOME,
    "splats": "var.a" + "[*]" * SOME,
}


@pytest.mark.parametrize("expression", LONG.values(), ids=LONG)
def test_long_chains_are_a_limit(tmp_path: Path, expression: str) -> None:
    assert slugs(scanned(tmp_path, pool(expression))) == {"evaluation-limit": 1}


COSTLY = {
    "range": 'join("", range(1000000000))',
    "loops": "[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : a]]]",
    "products": "[for x in setproduct(range(1000), range(1000), range(1000)) : x]",
    "width": 'format("%1000000000d", 1)',
    "precision": 'format("%.1000000000f", 1)',
    "joined": 'join("x", [for i in range(1000) : "' + "y" * 10_000 + '"])',
    "indent": 'indent(1000000000, "a\\nb")',
    "power": "pow(10, 1000000000)",
    "number": "9" * 100_000,
    "exponent": "1e999999999",
    "digits": 'parseint("' + "9" * 100_000 + '", 10)',
    "repeated pattern": 'regex("((a{1000}){1000}){1000}", "a")',
    "pattern": 'regex("(a+)+$", "' + "a" * 20_000 + 'b")',
    "replaced": 'replace("' + "a" * 20_000 + '", "/(a*)*b/", "x")',
    "hash": 'bcrypt("x", 30)',
    "networks": 'cidrsubnets("10.0.0.0/8", ' + ", ".join(["8"] * 5_000) + ")",
}


@pytest.mark.parametrize("expression", COSTLY.values(), ids=COSTLY)
def test_costly_expressions_end(tmp_path: Path, expression: str) -> None:
    found = set(slugs(scanned(tmp_path, pool(expression))))
    # `replace` that replaces nothing gives a name that is too long, as Terraform would.
    assert found <= {"evaluation-limit", "wrong-length", "wrong-type"}


def doubled(first: str, following: str) -> str:
    """Locals of which each is twice the one before."""
    chain = "".join(f"  a{at + 1} = {following.replace('@', f'local.a{at}')}\n" for at in range(60))
    return f'variable "v" {{}}\nlocals {{\n  a0 = {first}\n{chain}}}\n'


DOUBLED = {
    "text": (doubled('"xx"', '"${@}${@}"'), "local.a60", {"evaluation-limit"}),
    "unknown text": (doubled('"x${var.v}"', '"${@}${@}"'), "local.a60", {"evaluation-limit"}),
    "lists": (doubled("[1]", "[@, @]"), "local.a60", {"evaluation-limit", "wrong-type"}),
    "objects": (doubled("{}", "{ a = @, b = @ }"), "local.a60", {"evaluation-limit", "wrong-type"}),
    "encoded": (doubled("[1]", "[@, @]"), "jsonencode(local.a60)", {"evaluation-limit"}),
    "chain": (
        "locals {\n  a0 = 1\n" + "".join(f"  a{at + 1} = local.a{at}\n" for at in range(5_000)) + "}\n",
        "local.a5000",
        {"evaluation-limit"},
    ),
    "circle": ("locals {\n  a = local.b\n  b = local.a\n}\n", "local.a", set()),
}


@pytest.mark.parametrize(("before", "name", "expected"), DOUBLED.values(), ids=DOUBLED)
def test_locals_that_grow(tmp_path: Path, before: str, name: str, expected: set[str]) -> None:
    report = scanned(tmp_path, pool(name, "  lifecycle {\n    ignore_changes = [schema]\n  }\n", before))
    assert set(slugs(report)) == expected


def test_long_texts_are_judged(tmp_path: Path) -> None:
    report = scanned(tmp_path, pool('"' + "{#" * 500_000 + '"'))
    assert slugs(report) == {"wrong-length": 1}
    assert len(report.findings[0].message) < 300


TOO_MUCH = {
    "parts of a template": pool('"' + "${var.x}a" * 330_000 + '"'),
    "entries": pool('"a"', "  tags = {" + "".join(f"k{at}=1," for at in range(260_000)) + "}\n"),
    "items": pool("[" + "1," * 500_001 + "]"),
    "lines": pool(before="\n" * 500_001),
    "bytes": pool('"' + "x" * 3 * 1024 * 1024 + '"'),
}


@pytest.mark.parametrize("text", TOO_MUCH.values(), ids=TOO_MUCH)
def test_too_much_at_once_is_refused(tmp_path: Path, text: str) -> None:
    report = scanned(tmp_path, text)
    assert slugs(report) == {"file-too-large": 1}
    assert report.unreadable == 1


BODIES = {
    "written": "  schema {\n  }\n" * 10_000,
    "generated": '  dynamic "schema" {\n    for_each = range(1024)\n    content {\n'
    '      dynamic "string_attribute_constraints" {\n        for_each = range(1024)\n        content {\n'
    "        }\n      }\n    }\n  }\n",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_blocks_beyond_a_number_are_left_out(tmp_path: Path, body: str) -> None:
    report = scanned(tmp_path, pool(body=body))
    assert slugs(report)["evaluation-limit"] >= 1
    assert len(report.findings) < 10_000


def nested(depth: int) -> str:
    body = "      name = 1\n"
    for _ in range(depth):
        body = f'  dynamic "schema" {{\n    for_each = [1, 2]\n    content {{\n{body}    }}\n  }}\n'
    return body


def test_dynamic_blocks_within_each_other(tmp_path: Path) -> None:
    assert "evaluation-limit" in slugs(scanned(tmp_path, pool(body=nested(45))))
    assert slugs(scanned(tmp_path, pool(body=nested(60))))["syntax-error"] > 0


def test_blocks_within_each_other(tmp_path: Path) -> None:
    report = scanned(tmp_path, pool(body="  schema {\n" * MANY + "  }\n" * MANY))
    assert set(slugs(report)) == {"syntax-error"}
    assert len(report.findings) <= 50


def module(name: str, source: str, more: str = "") -> str:
    return f'module "{name}" {{\n  source = "{source}"\n{more}}}\n'


def scanned_modules(directory: Path, files: dict[str, str]) -> Report:
    for name, text in files.items():
        (directory / name).mkdir(parents=True, exist_ok=True)
        (directory / name / "main.tf").write_text(text)
    return scanned(directory, files["."])


MODULES = {
    "itself": ({".": module("m", "./") + pool()}, "module-loop"),
    "circle": ({".": module("m", "./b"), "b": module("m", "../") + pool()}, "module-loop"),
    "chain": (
        {"/".join(["m"] * at) or ".": module("m", "./m") for at in range(60)} | {"/".join(["m"] * 60): pool()},
        "evaluation-limit",
    ),
    "tree": (
        {f"m{at}": "".join(module(f"a{n}", f"../m{at + 1}") for n in range(4)) for at in range(25)}
        | {"m25": pool(), ".": module("a", "./m0")},
        "evaluation-limit",
    ),
    "instances": (
        {
            ".": module("m", "./m", "  count = 1024\n"),
            "m": module("n", "../n", "  count = 1024\n"),
            "n": pool(body="  count = 1024\n"),
        },
        "evaluation-limit",
    ),
}


@pytest.mark.parametrize(("files", "slug"), MODULES.values(), ids=MODULES)
def test_modules_without_end(tmp_path: Path, files: dict[str, str], slug: str) -> None:
    assert set(slugs(scanned_modules(tmp_path, files))) == {slug}


COMMENTS = {
    "long": "# cogcheck:ignore=" + "a" * 1_000_000 + "\n",
    "names": "# cogcheck:ignore=" + "a," * 100_000 + "\n",
    "many": "# cogcheck:ignore=COG1001\nlocals {\n}\n" * 10_000,
    "together": "# cogcheck:ignore=COG1001\n" * 20_000,
    "signs": "#" * 1_000_000 + "\n",
}


@pytest.mark.parametrize("comment", COMMENTS.values(), ids=COMMENTS)
def test_comments_without_end(tmp_path: Path, comment: str) -> None:
    assert set(slugs(scanned(tmp_path, comment + pool()))) <= {"unknown-ignored-rule", "unused-ignore"}


def test_names_of_a_million_characters(tmp_path: Path) -> None:
    report = scanned(tmp_path, f'resource "{TYPE}" "{"a" * 1_000_000}" {{\n  {"b" * 1_000_000} = 1\n  name = "a"\n}}\n')
    assert slugs(report) == {"unknown-argument": 1}


def test_gaps_within_lines_take_little_memory(tmp_path: Path) -> None:
    """A blank took half a kilobyte."""
    gap = " " * 500_000
    text = pool('"a"', f'{gap}mfa_configuration{gap}={gap}"X" /*{gap}*/\n{gap}')
    assert slugs(scanned(tmp_path, text)) == {"value-not-allowed": 1}
