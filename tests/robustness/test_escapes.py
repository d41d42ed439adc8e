"""Nothing that stands in a scanned file steers a terminal or a workflow's log."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from hostile import TYPE, run, write

EVIL = (
    "\x1b[31m\x1b]0;t\x07\x9b1m\x7f\u0085\u2028\u202e\u2066\ufeff\u200b\r\n::error::x\n"
    " ::stop-commands::t\n##[add-mask]y %0A::warning::z ##vso[task]"
)
KEYS = EVIL.replace("${", "")
ADDRESS = f"{TYPE}.{EVIL}"

POOL = {"name": EVIL, EVIL: EVIL, "mfa_configuration": EVIL, "alias_attributes": [EVIL, EVIL], "tags": {EVIL: [EVIL]}}
TFJSON = {
    "//": {"metadata": {"stackName": EVIL}},
    "variable": {"v": {"default": EVIL}, "t": {"default": EVIL, "type": "number"}},
    "module": {EVIL: {"source": EVIL}, "m": {"source": "./" + EVIL}},
    "import": [{"to": f"{TYPE}.b", "id": EVIL}],
    "resource": {
        TYPE: {
            EVIL: {
                **POOL,
                "//": {"metadata": {"path": EVIL}, "cogcheck": {"ignore": [EVIL], "reason": EVIL}},
                "schema": [{"name": EVIL, "attribute_data_type": EVIL, EVIL: {EVIL: EVIL}}] * 2,
                "email_verification_message": "${var.v}",
                "sms_verification_message": "${var.t}",
                "email_verification_subject": "${" + EVIL + "}",
                "sms_authentication_message": '${file("' + EVIL.replace("\n", "").replace("\r", "") + '")}',
            },
            "c": {"name": "a", "for_each": {EVIL: 1}, "mfa_configuration": "X"},
            "s": {"name": "lone \udc00 \ud800 surrogates", "mfa_configuration": "\udc00"},
        }
    },
}
PLAN = {
    "format_version": "1.2",
    "terraform_version": EVIL,
    "errored": True,
    "planned_values": {"root_module": {"resources": [
        {"address": ADDRESS, "mode": "managed", "type": TYPE, "name": EVIL, "values": POOL, "provider_name": EVIL},
    ]}},
    "resource_changes": [
        {"address": ADDRESS, "mode": "managed", "type": TYPE, "name": EVIL, "provider_name": EVIL,
         "change": {"actions": ["delete", "create"], "before": {**POOL, "deletion_protection": "ACTIVE"},
                    "after": POOL, "after_unknown": {}, "replace_paths": [[EVIL]]}},
    ],
    "configuration": {"root_module": {"resources": [
        {"address": ADDRESS, "mode": "managed", "type": TYPE, "name": EVIL,
         "expressions": {name: {"constant_value": EVIL} for name in POOL}},
    ]}},
}  # fmt: skip
MANIFEST = {
    "version": EVIL,
    "stacks": {
        EVIL: {"name": EVIL, "constructPath": EVIL, "synthesizedStackPath": EVIL, "workingDirectory": EVIL,
               "annotations": [{"constructPath": EVIL, "level": "@cdktf/error", "message": EVIL, "stacktrace": [EVIL]}],
               "dependencies": [EVIL]},
        "s": {"name": "s", "constructPath": EVIL, "synthesizedStackPath": "stacks/s/cdk.tf.json",
              "annotations": [{"constructPath": EVIL, "level": "@cdktf/warn", "message": EVIL}]},
    },
}  # fmt: skip
FIRST = EVIL.splitlines()[0]
HCL = f'# cogcheck:ignore={FIRST} -- {FIRST}\nresource "{TYPE}" "x" {{\n  name = "##[a]\x1b[1m\n'
NAMES = [
    "::error::x.tf",
    "##[error]y.tf",
    "\x1b[31mred.tf",
    "a\n::warning::b.tf",
    "\u202eft.tf",
    "\udcff.tf",
    "##vso[t]",
]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    write(
        tmp_path,
        {
            ".git/HEAD": "",
            "module/main.tf.json": json.dumps(TFJSON),
            "plan.json": json.dumps(PLAN),
            "cdktf.out/manifest.json": json.dumps(MANIFEST),
            "cdktf.out/stacks/s/cdk.tf.json": json.dumps(TFJSON),
            "broken/main.tf": HCL,
            "values/main.tf": f'resource "{TYPE}" "x" {{\n  name = var.x\n}}\nvariable "x" {{}}\n',
            "values/terraform.tfvars": f'x = "{EVIL.splitlines()[0]}"\n{EVIL}',
        },
    )
    for name in NAMES:
        with open(os.path.join(os.fsencode(tmp_path), os.fsencode(name)), "wb") as file:
            file.write(b'resource "' + TYPE.encode() + b'" "x" {\n  mfa_configuration = "##[error]X"\n}\n')
    return tmp_path


def assert_harmless(text: str) -> None:
    bad = {char for char in text if char != "\n" and (unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp"))}
    assert bad == set()
    assert re.findall(r"##\w*\[", text) == []


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "gitlab", "junit"])
def test_reports(directory: Path, form: str) -> None:
    arguments = ["--format", form, "--show-undecided", "--show-suppressed", "--color", "never"]
    done = run("scan", *arguments, ".", "plan.json", cwd=directory)
    assert done.returncode == 3
    out, err = done.stdout.decode(), done.stderr.decode()
    assert_harmless(out)
    assert_harmless(err)
    lines = [line for line in (out + err).splitlines() if re.match(r"\s*::(?!: )", line)]
    if form == "github":
        assert lines == out.splitlines()
        assert all(
            re.match(r"::(?:error|warning|notice) title=cogcheck COG\d{4} [a-z-]+,file=", line) for line in lines
        )
    else:
        assert lines == []
    if form in ("json", "sarif", "gitlab"):
        assert json.loads(out)
    if form == "junit":
        Xml.fromstring(out)


@pytest.mark.parametrize(
    "arguments",
    [
        ["scan", "--select", EVIL],
        ["scan", "--var", EVIL],
        ["scan", "--config", EVIL],
        ["scan", "--output", EVIL + "/x"],
        ["scan", "--rules", EVIL],
        ["scan", "--baseline", EVIL],
        ["scan", "--format", EVIL],
        ["scan", EVIL],
        ["rules", EVIL],
        ["rules", "test", EVIL],
        [EVIL],
    ],
    ids=lambda arguments: "-".join(arguments[:-1]),
)
def test_usage_errors(tmp_path: Path, arguments: list[str]) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode in (1, 2)
    assert_harmless(done.stdout.decode())
    assert_harmless(done.stderr.decode())
    assert [line for line in done.stderr.decode().splitlines() if line.lstrip().startswith("::")] == []


@pytest.mark.parametrize("key", ["select", "exclude", "baseline", "packs", "severity", EVIL])
def test_configurations(tmp_path: Path, key: str) -> None:
    from cogcheck.config import toml

    write(tmp_path, {".git/HEAD": "", ".cogcheck.toml": f"{json.dumps(key)} = {toml([EVIL])}\n", "main.tf": HCL})
    done = run("scan", cwd=tmp_path)
    assert done.returncode in (2, 3)
    assert_harmless(done.stderr.decode())
    assert_harmless(done.stdout.decode())
