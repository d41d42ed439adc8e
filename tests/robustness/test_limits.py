"""What is much is bounded by counting, and what is left out is said."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hostile import TYPE, pool, run, scanned, slugs, write

from cogcheck import files, shares, walk
from cogcheck.files import read_bytes
from cogcheck.model import Kind
from cogcheck.options import Options
from cogcheck.report import Report
from cogcheck.scan import scan
from cogcheck.terraform import plan, reading, tree, weight

LONG = "locals {\n  b = " + '"' + "a" * 900_000 + '"\n  e = "' + "\u00e9" * 400_000 + '"\n}\nvariable "u" {}\n'
IN_LOOPS = {
    "copied": "upper(local.b)",
    "reversed": "strrev(local.e)",
    "titled": "title(local.e)",
    "hashed": "sha512(local.b)",
    "encoded": "jsonencode([local.b])",
    "joined": '"x${local.b}${y}"',
    "joined to the unknown": '"x${local.b}${var.u}"',
    "written": '"' + "\u00e9" * 400_000 + '" == local.b',
    "padded": 'format("%900000d", y)',
    "read": 'file("main.tf")',
    "listed": 'fileset(".", "**/*${x}${y}")',
    "looked for": 'fileexists("${x}${y}")',
    "dead ends": 'regexall("' + "|".join(f"^{letter}x" for letter in "abcdefghij" * 20) + '", local.b)',
}


@pytest.mark.parametrize("expression", IN_LOOPS.values(), ids=IN_LOOPS)
def test_long_texts_count_for_many_steps(tmp_path: Path, expression: str) -> None:
    """Each took gigabytes of memory, or minutes."""
    write(tmp_path, {f"d{at}/f{at}.txt": "" for at in range(300)})
    text = pool(f"length([for x in range(1000) : [for y in range(100) : {expression}]])", before=LONG)
    assert slugs(scanned(tmp_path, text)) == {"evaluation-limit": 1}


def test_marks_join_their_letter_in_linear_time(tmp_path: Path) -> None:
    assert slugs(scanned(tmp_path, pool('length("' + "\u0301" * 800_000 + '")'))) == {}


def test_directories_count_as_files_do(tmp_path: Path) -> None:
    for at in range(20):
        (tmp_path / f"d{at}").mkdir()
    spent: list[int] = []
    assert reading.glob(lambda _: True, str(tmp_path), ".", "**/*", spent.append) == ()
    assert spent == [20]


@pytest.mark.parametrize("number", ["0x" + "f" * 100_000, "0o" + "7" * 10_000, "9" * 10_000])
def test_numbers_in_yaml(tmp_path: Path, number: str) -> None:
    report = scanned(tmp_path, pool(f'yamldecode("{number}")'))
    assert (slugs(report), len(report.undecided)) == ({}, 1)


INSTANCES = {
    "blocks": '  dynamic "schema" {\n    for_each = range(50)\n    content {\n      name = count.index\n    }\n  }\n',
    "items": "  alias_attributes = [" + '"email",' * 20_000 + "]\n",
    "items from elsewhere": "  alias_attributes = local.l\n",
    "entries": "  tags = {" + "".join(f"k{at} = 1," for at in range(20_000)) + "}\n",
    "arguments": "".join(f"  x{at} = 1\n" for at in range(1_000)),
}


@pytest.mark.parametrize("body", INSTANCES.values(), ids=INSTANCES)
def test_what_a_root_module_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """A few lines can make millions of blocks."""
    monkeypatch.setattr(tree, "MOST", 200_000)
    before = "locals {\n  l = [" + '"email",' * 20_000 + "]\n}\n"
    report = scanned(tmp_path, pool(body="  count = 1000\n" + body, before=before))
    told = [finding for finding in report.findings if finding.slug == "evaluation-limit"]
    assert [finding.span.document.path.endswith("main.tf") for finding in told] == [True]
    assert "the others were not looked at" in told[0].message
    assert 0 < report.resources < 300


def test_weight_is_bounded() -> None:
    assert weight.MOST <= 2_000_000
    assert tree._MOST_STEPS <= 2_000_000


def many_roots(directory: Path) -> Path:
    costly = "length([for x in range(1000) : [for y in range(1000) : y]])"
    return write(directory, {".git/HEAD": "", **{f"m{at}/main.tf": pool(costly) for at in range(12)}})


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_all_root_modules_take_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    monkeypatch.setattr(shares, "_WORK", 500_000)
    report = scan([many_roots(tmp_path)], Options(jobs=jobs))
    told = [finding for finding in report.findings if "not checked" in finding.message]
    assert [finding.slug for finding in told] == ["evaluation-limit"]
    assert told[0].message.startswith("This file is not checked, nor are 8 others: the scan stopped")
    assert told[0].help == "Scan one directory at a time."
    assert (report.resources, report.unreadable) == (3, 9)


def test_plans_are_checked_whatever_else_was_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "_WORK", 1)
    write(many_roots(tmp_path), {"plan.json": planned([{"mfa_configuration": "X"}])})
    report = scan([tmp_path, tmp_path / "plan.json"], Options(jobs=1))
    assert slugs(report)["value-not-allowed"] == 1


def planned(values: list[dict[str, object]], module: str = "%s") -> str:
    resources = [
        {"address": f"{TYPE}.p{at}", "mode": "managed", "type": TYPE, "name": f"p{at}", "values": {"name": "a", **one}}
        for at, one in enumerate(values)
    ]
    root = module % json.dumps({"resources": resources})
    return '{"format_version": "1.2", "planned_values": {"root_module": ' + root + "}}"


def of_plan(directory: Path, text: str) -> Report:
    write(directory, {"plan.json": text})
    return scan([directory / "plan.json"], Options(jobs=1))


def test_resources_of_a_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "_MOST_RESOURCES", 3)
    report = of_plan(tmp_path, planned([{}] * 5))
    assert [finding.message for finding in report.findings] == [
        f"only 3 of 5 resources of type {TYPE} in this plan are looked at: more take too long"
    ]
    assert report.resources == 3


def test_weight_of_a_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "MOST", 50_000)
    report = of_plan(tmp_path, planned([{"alias_attributes": ["email"] * 1_000}] * 10))
    assert (slugs(report), report.resources) == ({"evaluation-limit": 1}, 5)


def test_blocks_of_a_plan(tmp_path: Path) -> None:
    schema = [{"name": f"x{at}", "attribute_data_type": "Boolean", "mutable": True} for at in range(20_000)]
    report = of_plan(tmp_path, planned([{"schema": schema}]))
    assert slugs(report)["evaluation-limit"] == 1
    assert "more than 2,000 blocks schema: the others are not looked at" in {one.message for one in report.findings}


@pytest.mark.parametrize("depth", [51, 400])
def test_modules_of_a_plan(tmp_path: Path, depth: int) -> None:
    report = of_plan(tmp_path, planned([{}], '{"child_modules": [' * depth + "%s" + "]}" * depth))
    assert slugs(report) == {"evaluation-limit": 1}


@pytest.mark.parametrize("number", ["1e999999999", "-1E-999999999", "9" * 100_000, "0." + "1" * 100_000])
def test_numbers_of_a_plan(tmp_path: Path, number: str) -> None:
    """The first took two gigabytes."""
    report = of_plan(tmp_path, planned([{"mfa_configuration": 77}]).replace("77", number))
    assert set(slugs(report)) <= {"value-not-allowed"}


def test_members_of_a_plan(tmp_path: Path) -> None:
    report = of_plan(tmp_path, planned([{f"x{at}": 1 for at in range(60_000)}]))
    assert report.resources == 1


def test_expressions_of_a_plan(tmp_path: Path) -> None:
    """Each block was compared with the expressions of all others."""
    names = [f"x{at}" for at in range(8_000)]
    body = {"schema": [{"name": {"constant_value": name}} for name in names]}
    one = {"address": f"{TYPE}.p0", "mode": "managed", "type": TYPE, "name": "p0", "expressions": body}
    configuration = json.dumps({"root_module": {"resources": [one]}})
    text = planned([{"schema": [{"name": name} for name in names]}])
    report = of_plan(tmp_path, f'{text[:-1]}, "configuration": {configuration}}}')
    assert report.resources == 1


@pytest.mark.parametrize(
    "arguments", [["-"], ["--stdin-filename", "main.tf", "-"], ["--stdin-filename", "p.json", "-"]]
)
def test_standard_input_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    done = run("scan", *arguments, cwd=tmp_path, stdin=b" x" * 65 * 1024 * 1024)
    assert done.returncode == 3
    assert "The file has more than 128 MiB; at most" in done.stdout.decode()


def test_files_that_are_named_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"f{at}.tf" for at in range(200)]
    write(tmp_path, {name: f'resource "{TYPE}" "p{at}" {{\n  x = 1\n}}\n' for at, name in enumerate(names)})
    seen: list[str] = []

    def counted(path: str, shown: str, kind: Kind) -> object:
        seen.append(path)
        return read_bytes(path, shown, kind)

    for module in (files, walk):
        monkeypatch.setattr(module, "read_bytes", counted)
    report = scan([tmp_path / name for name in names], Options(jobs=1))
    assert report.resources == 200
    assert len(seen) < 3 * len(names)


CALL = 'module "m" {\n  source = "../m"\n}\n'


@pytest.mark.parametrize("also", ["", pool()])
@pytest.mark.parametrize("ignored", [False, True])
@pytest.mark.parametrize("named", [".", "a"])
def test_called_modules_that_cannot_be_read(tmp_path: Path, named: str, ignored: bool, also: str) -> None:
    write(tmp_path, {".git/HEAD": "", "a/main.tf": CALL + also, "m/main.tf": pool() + "#" * 4_000_000})
    write(tmp_path, {"o/main.tf": pool(), **({".gitignore": "m\n"} if ignored else {})})
    (tmp_path / "m" / "out.tf").symlink_to("/etc/hostname")
    report = scan([tmp_path / named], Options(jobs=1))
    assert slugs(report) == {"file-too-large": 1, "unreadable-file": 1}
    assert report.unreadable == 2


@pytest.mark.parametrize(
    ("lock", "slug"),
    [("{" * 100, "syntax-error"), ("#" * 4_000_000, "file-too-large"), (None, "unreadable-file")],
)
def test_lock_files_that_cannot_be_read(tmp_path: Path, lock: str | None, slug: str) -> None:
    repository = write(tmp_path / "repository", {".git/HEAD": ""})
    file = repository / ".terraform.lock.hcl"
    if lock is None:
        write(tmp_path, {"outside": ""})
        file.symlink_to(tmp_path / "outside")
    else:
        file.write_text(lock)
    report = scanned(repository, pool())
    assert {(finding.slug, os.path.basename(finding.span.document.path)) for finding in report.findings} == {
        (slug, file.name)
    }
    assert report.unreadable == 1


def test_stacks_of_a_manifest(tmp_path: Path) -> None:
    listed = {f"s{at}": {"synthesizedStackPath": f"stacks/s{at}/cdk.tf.json"} for at in range(3_000)}
    write(tmp_path, {"manifest.json": json.dumps({"version": "0.20", "stacks": listed})})
    write(tmp_path, {f"stacks/t{at}/cdk.tf.json": "{}" for at in range(1_500)})
    assert slugs(scan([tmp_path], Options(jobs=1))) == {"missing-stack-file": 3_000, "stale-stack": 1_500}


def test_a_stack_whose_path_holds_a_nul(tmp_path: Path) -> None:
    listed = {"s": {"synthesizedStackPath": "a\0b"}}
    write(tmp_path, {"manifest.json": json.dumps({"version": "0.20", "stacks": listed})})
    assert slugs(scan([tmp_path], Options(jobs=1))) == {"broken-manifest": 1}


TRIGGER = f"""
resource "{TYPE}" "a" {{
  name = "a"
  lambda_config {{
    pre_sign_up = aws_lambda_function.f.arn
  }}
}}
resource "aws_lambda_function" "f" {{
  function_name = "f"
}}
"""


def permission(name: str, function: str) -> str:
    return (
        f'resource "aws_lambda_permission" "{name}" {{\n  function_name = {function}\n'
        '  principal = "cognito-idp.amazonaws.com"\n}\n'
    )


def test_what_is_left_out_is_not_taken_for_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    others = "".join(permission(f"p{at}", f'"other{at}"') for at in range(3))
    assert slugs(scanned(tmp_path, TRIGGER + others)) == {"trigger-without-permission": 1}
    text = TRIGGER + others + permission("right", "aws_lambda_function.f.function_name")
    assert slugs(scanned(tmp_path, text)) == {}
    monkeypatch.setattr(tree, "_MOST_RESOURCES", 5)
    assert slugs(scanned(tmp_path, text)) == {"evaluation-limit": 1}


def test_nor_are_instances_that_are_left_out(tmp_path: Path) -> None:
    many = permission("p", '"f${count.index}"').replace("{\n", "{\n  count = 2000\n", 1)
    text = TRIGGER.replace('"f"\n}', '"f1500"\n}') + many
    assert slugs(scanned(tmp_path, text)) == {"evaluation-limit": 1}


def test_nor_are_resources_of_a_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "_MOST_RESOURCES", 1)

    def planned(type_: str, name: str, values: dict[str, object]) -> dict[str, object]:
        return {"address": f"{type_}.{name}", "mode": "managed", "type": type_, "name": name, "values": values}

    function, trigger = "arn:aws:lambda:us-east-1:123456789012:function:f", "pre_sign_up"
    resources = [
        planned(TYPE, "a", {"name": "a", "lambda_config": [{trigger: function}]}),
        planned("aws_lambda_function", "f", {"function_name": "f", "arn": function}),
        *(
            planned("aws_lambda_permission", name, {"function_name": name, "principal": "cognito-idp.amazonaws.com"})
            for name in ("other", "f")
        ),
    ]
    written = {"address": f"{TYPE}.a", "mode": "managed", "type": TYPE, "name": "a"}
    expressions = {"lambda_config": [{trigger: {"constant_value": function}}]}
    whole = {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": resources}},
        "configuration": {"root_module": {"resources": [{**written, "expressions": expressions}]}},
    }
    path = write(tmp_path, {"plan.json": json.dumps(whole)}) / "plan.json"
    report = scan([path], Options(jobs=1, select=("trigger-without-permission", "evaluation-limit")))
    assert slugs(report) == {"evaluation-limit": 1}


def test_everything_that_a_scan_leaves_out_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def calls(name: str) -> str:
        return f'module "m" {{\n  source = "../{name}"\n}}\n' + pool(body='  mfa_configuration = "X"\n')

    around = {"a/main.tf": calls("b"), "b/main.tf": calls("a"), "c/main.tf": calls("d"), "d/main.tf": calls("c")}
    write(tmp_path, {".git/HEAD": "", **around, "r/main.tf": pool(), "s/main.tf": pool()})
    for name in ("_WORK", "_WORK_FOR_ROOT", "_WORK_FOR_BYTE"):
        monkeypatch.setattr(shares, name, 0)
    report = scan([tmp_path], Options(jobs=1))
    assert report.unreadable == 5
    assert [one.message.split(":")[0] for one in report.findings] == ["This file is not checked, nor are 4 others"]
