"""The real `terraform validate` refuses what the rules say that it refuses, and accepts everything else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from conftest import Terraform
from rule_fixtures import Case, cases, wrapped

from cogcheck.catalogue.load import catalogue

_RESOURCE = re.compile(r'^(?:resource|data) "(\w+)"', re.MULTILINE)
_APART = re.compile(r"^\s*required_providers\b|^(?:import|provider)\b", re.MULTILINE)
"""What cannot be in a module beside others: another provider, or an import, which belongs into the root module."""

REFUSED_BY_THE_PARSER = frozenset({"COG0001", "COG1014"})


@pytest.fixture(scope="module")
def errors(terraform: Terraform, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[str]]:
    """The errors in each fixture and example, which are all modules of one configuration."""
    texts = {case.name: case.text for case in cases() if _together(case)} | dict(_examples())
    return terraform.errors(tmp_path_factory.mktemp("rules"), texts)


def _together(case: Case) -> bool:
    return _APART.search(case.text) is None and not _refused_by_the_parser(case)


def _refused_by_the_parser(case: Case) -> bool:
    return case.rule is not None and case.rule.id in REFUSED_BY_THE_PARSER


def _examples() -> Iterable[tuple[str, str]]:
    for rule in catalogue().rules:
        example = wrapped(rule.good)
        if not rule.judged_by and set(_RESOURCE.findall(example)) == {rule.resource} and _APART.search(example) is None:
            yield f"{rule.id}_example", example


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in cases() if _together(case)])
def test_terraform_says_to_each_fixture_what_the_rule_says(case: Case, errors: Mapping[str, list[str]]) -> None:
    if case.accepted:
        assert errors[case.name] == []
    else:
        assert errors[case.name]


@pytest.mark.parametrize("name", [name for name, _ in _examples()])
def test_terraform_accepts_the_good_example(name: str, errors: Mapping[str, list[str]]) -> None:
    assert errors[name] == []


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in cases() if _refused_by_the_parser(case)])
def test_terraform_cannot_read_what_the_rules_say_it_cannot(case: Case, terraform: Terraform, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(case.text, encoding="utf-8")
    said = [one["summary"] for one in terraform.validate(tmp_path, init=False)["diagnostics"]]
    refused = [summary for summary in said if summary not in {"Missing required provider"}]
    assert (refused == []) is case.accepted
