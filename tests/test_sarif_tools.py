"""SARIF as others judge it: the official schema, Microsoft's Multitool with its rules for GitHub, its line hashes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from node_tools import multitool, sarif_schema
from samples import CHECKOUT, TYPE, run, write

from cogcheck.catalogue.load import catalogue
from cogcheck.model import Document, Span, Step
from cogcheck.report import Finding, Report, fingerprint
from cogcheck.reporters import View, reporter
from cogcheck.reporters.sarif_fingerprint import line_hashes

NOISE = {"SARIF2002", "SARIF2003", "SARIF2006", "SARIF2010", "SARIF2011"}
"""Notes that ask for what GitHub does not use: message ids, the commit, the reachable schema, snippets."""

POOL = f"""\
variable "minimum" {{
  default = 3
}}

locals {{
  minimum = var.minimum
}}

resource "{TYPE}" "main" {{
  name              = "mé 😀"
  mfa_configuration = "NO" # cogcheck:ignore=value-not-allowed -- a test

  password_policy {{
    minimum_length = local.minimum
  }}
}}
"""


def check(log: Path) -> None:
    """Fails where the schema or the Multitool has anything against a log."""
    data = json.loads(log.read_text(encoding="utf-8"))
    assert [error.message for error in Draft7Validator(sarif_schema()).iter_errors(data)] == []
    told = log.with_suffix(".told")
    multitool(
        *("validate", str(log), "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning;Note"),
        *("--output", str(told), "--log", "ForceOverwrite;PrettyPrint"),
        cwd=log.parent,
    )
    (judged,) = json.loads(told.read_text(encoding="utf-8-sig"))["runs"]
    assert judged["invocations"][0]["executionSuccessful"]
    against = [(one["ruleId"], one["message"]) for one in judged["results"] if one["ruleId"] not in NOISE]
    assert against == []


def repository(tmp_path: Path) -> Path:
    files: dict[str, str | bytes] = {
        "dir é/main.tf": POOL,
        "dir é/broken.tf": "x = {\n",
        ".git/HEAD": "",
        "dir é/x.tf": "locals {}\n",
    }
    return write(tmp_path / "ré po", files)


def test_a_scan_of_a_sub_directory(tmp_path: Path) -> None:
    root = repository(tmp_path)
    for name, arguments in {"plain": [], "all": ["--show-suppressed", "--sarif-category", "pools"]}.items():
        done = run("scan", "--format", "sarif", *arguments, "dir é", cwd=root)
        assert (done.returncode, done.stderr) == (3, b"")
        log = tmp_path / f"{name}.sarif"
        log.write_bytes(done.stdout)
        check(log)
        uris = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results(log)}
        assert uris == {"dir%20%C3%A9/main.tf", "dir%20%C3%A9/broken.tf"}
        found = {result["ruleId"]: result for result in results(log)}
        assert sorted(found) == ["COG0001", *(["COG1006"] if name == "all" else []), "COG1007", "COG1009"]
        (flow,) = found["COG1007"]["codeFlows"]
        lines = [
            step["location"]["physicalLocation"]["region"]["startLine"] for step in flow["threadFlows"][0]["locations"]
        ]
        assert lines == [2, 6, 14]
    assert run("scan", "--format", "sarif", cwd=root / "dir é").stdout == (tmp_path / "plain.sarif").read_bytes()


def test_an_empty_report(tmp_path: Path) -> None:
    log = tmp_path / "empty.sarif"
    log.write_text(reporter("sarif")(Report(), View(exit_code=0)), encoding="utf-8")
    check(log)


def test_every_rule(tmp_path: Path) -> None:
    document = Document("main.tf", POOL, "hcl", str(write(tmp_path, {"main.tf": POOL, ".git/HEAD": ""}) / "main.tf"))
    place = Span(document, POOL.index('"NO"'), POOL.index('"NO"') + 4)
    origin = Span(document, POOL.index("3"), POOL.index("3") + 1)
    trail = (Step("local.minimum [x]", place), Step("default of var.minimum", origin))
    found = tuple(
        Finding(
            *(rule.id, rule.slug, rule.severity, f"{rule.summary} {{####}}", place, rule.help, trail),
            resources=('module.a["x"].b.c[0]', "d.e"),
            argument="schema[0].name",
            construct="App/Pool",
            fingerprint=fingerprint(rule.id, "main.tf", "", ""),
            trail=trail,
        )
        for rule in catalogue().rules
    )
    log = tmp_path / "rules.sarif"
    log.write_text(reporter("sarif")(Report(found), View(exit_code=1)), encoding="utf-8")
    check(log)


def test_the_examples(tmp_path: Path) -> None:
    done = run("scan", "--format", "sarif", "examples", cwd=CHECKOUT)
    log = tmp_path / "examples.sarif"
    log.write_bytes(done.stdout)
    check(log)
    assert results(log)


def results(log: Path) -> list[dict[str, Any]]:
    (one,) = json.loads(log.read_text(encoding="utf-8"))["runs"]
    found: list[dict[str, Any]] = one["results"]
    return found


def hashes_of_multitool(directory: Path, texts: list[str]) -> list[dict[int, str]]:
    """What the Multitool makes of every line of some files."""
    for number, text in enumerate(texts):
        (directory / f"{number}.tf").write_bytes(text.encode())
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "x"}},
                "results": [
                    {
                        "message": {"text": "x"},
                        "locations": [
                            {
                                "physicalLocation": {
                                    "artifactLocation": {"uri": (directory / f"{number}.tf").as_uri()},
                                    "region": {"startLine": line},
                                }
                            }
                        ],
                    }
                    for number, text in enumerate(texts)
                    for line in line_hashes(text, range(1, text.count("\n") + text.count("\r") + 2))
                ],
            }
        ],
    }
    (directory / "in.sarif").write_text(json.dumps(log), encoding="utf-8")
    arguments = ["rewrite", "in.sarif", "--insert", "RollingHashPartialFingerprints", "--output", "out.sarif"]
    multitool(*arguments, "--log", "ForceOverwrite;PrettyPrint", cwd=directory)
    told: list[dict[int, str]] = [{} for _ in texts]
    (one,) = json.loads((directory / "out.sarif").read_text(encoding="utf-8-sig"))["runs"]
    for result in one["results"]:
        place = result["locations"][0]["physicalLocation"]
        number = int(Path(place["artifactLocation"]["uri"]).stem)
        told[number][place["region"]["startLine"]] = result["partialFingerprints"]["primaryLocationLineHash"]
    return told


LINES = st.lists(
    st.one_of(
        st.sampled_from(["", "}", "  }", "\tname = 1", "a" * 99, "b" * 250, "😀" * 60, "é", " ", "x  y", "\uffff"]),
        st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\r\n\ufeff"), max_size=130),
    ),
    min_size=1,
    max_size=12,
)
TEXTS = st.builds(
    lambda lines, end, last: end.join(lines) + last * end, LINES, st.sampled_from(["\n", "\r\n"]), st.booleans()
)


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(TEXTS, min_size=60, max_size=60))
def test_line_hashes_are_those_of_the_multitool(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    told = hashes_of_multitool(tmp_path_factory.mktemp("hashes"), texts)
    for text, expected in zip(texts, told, strict=True):
        assert line_hashes(text, expected) == expected
