"""The examples in the guide to own rules load, and are judged as they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cogcheck.catalogue.examples import check_examples
from cogcheck.catalogue.load import catalogue
from cogcheck.catalogue.special import FORMATS
from cogcheck.catalogue.userrules import extend, load_rules
from cogcheck.cli_rules import check_rule_files

GUIDE = (Path(__file__).parent.parent / "rules" / "GUIDE.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(format: 1\n.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: re.findall("slug: (.*)", text)[0])
def test_examples_are_judged_as_they_say(text: str, tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    rules, errors = load_rules(path)
    assert errors == ()
    assert rules
    base, errors = extend(catalogue(), [path])
    assert errors == ()
    assert {rule.id: check_examples(rule, base) for rule in rules} == {rule.id: [] for rule in rules}
    lines, wrong = check_rule_files([str(path)])
    assert wrong == 0
    assert lines == [f"{path}: {rule.id} {rule.slug}: ok" for rule in rules]


def test_there_are_the_promised_examples() -> None:
    assert len(EXAMPLES) == 4


def test_every_format_is_listed() -> None:
    section = GUIDE.split("### Formats")[1].split("## Three answers")[0]
    assert set(re.findall(r"`([a-z_]+)`", section)) == set(FORMATS)


def test_every_word_is_listed() -> None:
    from cogcheck.catalogue.conditions import _WORDS

    section = GUIDE.split("## Conditions")[1].split("## Options and packs")[0]
    assert {word for word in _WORDS if f"`{word}" in section} == set(_WORDS)
