"""What is found in the fixtures and examples of the rules is what their marks say, nothing more and nothing less."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from rule_fixtures import ROOT, Case, cases, wrapped
from samples import CHECKOUT, package_path

from cogcheck.catalogue.load import Rule, catalogue
from cogcheck.options import Options
from cogcheck.report import Finding
from cogcheck.scan import scan

CASES = [pytest.param(case, id=case.name) for case in cases()]
TAUGHT = [rule for rule in catalogue().rules if rule.id.startswith("COG1") or (rule.resource and not rule.packs)]
"""The rules about shape and pools that are on by default; those of packs are judged alone."""

IN_CONFIGURATION = [rule for rule in TAUGHT if rule.judged_by != "plan"]


def found(text: str, directory: Path, rule: Rule | None = None) -> list[Finding]:
    """What all rules find that are on by default; where the fixture's rule is not, what that one alone finds."""
    (directory / "main.tf").write_text(text, encoding="utf-8")
    options = Options(select=(rule.id,)) if rule is not None and rule.packs else Options()
    return list(scan([directory], options).findings)


@pytest.mark.parametrize("case", CASES)
def test_findings_are_the_marked_ones(case: Case, tmp_path: Path) -> None:
    findings = [(finding.rule, finding.span.first[0]) for finding in found(case.text, tmp_path, case.rule)]
    assert sorted(findings) == case.expected


@pytest.mark.parametrize("case", CASES)
def test_bad_ones_break_their_rule_and_good_ones_none(case: Case) -> None:
    broken = {rule for rule, _ in case.expected}
    if case.good:
        assert broken == set()
    else:
        assert case.rule is not None
        assert case.rule.id in broken


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in IN_CONFIGURATION])
def test_each_rule_has_fixtures(rule: Rule) -> None:
    directory = ROOT / f"{rule.id}-{rule.slug}"
    assert (directory / "bad.tf").is_file()
    assert "var." in (directory / "good.tf").read_text(encoding="utf-8")


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in TAUGHT if rule.at])
def test_each_rule_about_a_block_has_a_good_fixture_with_a_dynamic_one(rule: Rule) -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / f"{rule.id}-{rule.slug}").glob("good*.tf")]
    assert any('dynamic "' in text for text in texts)


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in IN_CONFIGURATION])
def test_examples_are_judged_as_they_say(rule: Rule, tmp_path: Path) -> None:
    assert rule.id in {finding.rule for finding in found(wrapped(rule.bad), tmp_path)}
    assert found(wrapped(rule.good), tmp_path) == []


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in IN_CONFIGURATION if rule.resource])
def test_findings_of_the_bad_fixture_say_what_and_where(rule: Rule, tmp_path: Path) -> None:
    text = (ROOT / f"{rule.id}-{rule.slug}" / "bad.tf").read_text(encoding="utf-8")
    for finding in found(text, tmp_path):
        assert finding.argument
        assert finding.help
        assert "<" not in finding.message.replace("<...>", "").replace("@example.com>", "")


@pytest.mark.parametrize("missing", ["tree_sitter", "tree_sitter_hcl"])
def test_the_report_is_the_same_where_the_native_reader_is_missing(missing: str) -> None:
    reports = []
    for blocked in (None, missing):
        code = (
            f"import sys; sys.modules[{blocked!r}] = None; from cogcheck.cli import run\n"
            "run(['scan', '--format', 'json', 'tests/fixtures/rules', 'tests/fixtures/projects', 'examples'])\n"
            "print('lark' in sys.modules, file=sys.stderr)"
        )
        environment = {**os.environ, "PYTHONPATH": package_path()}
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=CHECKOUT, env=environment, capture_output=True, check=True
        )
        assert done.stderr.split() == [b"True" if blocked else b"False"]
        reports.append(done.stdout)
    assert len(reports[0]) > 100_000
    assert reports[0] == reports[1]
