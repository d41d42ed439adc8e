"""Ignores: where they hold, and which of them are mistakes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from samples import TYPE, write

from cogcheck.options import Options
from cogcheck.report import Report
from cogcheck.scan import scan

MFA = "COG1006"
LENGTH = "COG1007"

POOL = f"""\
resource "{TYPE}" "a" {{
  name              = "a"
  mfa_configuration = "NO"

  password_policy {{
    minimum_length = 3
  }}
}}
"""


def judge(tmp_path: Path, text: str, name: str = "main.tf", options: Options | None = None) -> Report:
    write(tmp_path, {name: text, ".git/HEAD": ""})
    return scan([tmp_path], options)


def outcome(report: Report) -> list[str]:
    """What is left, as rule and line."""
    return [f"{finding.rule}:{finding.span.first[0]}" for finding in report.findings]


def with_line(number: int, line: str, *, behind: bool = False) -> str:
    """The pool with a line before its line of that number, or with text behind that line."""
    lines = POOL.splitlines()
    if behind:
        lines[number - 1] += " " + line
    else:
        lines.insert(number - 1, line)
    return "\n".join(lines) + "\n"


def test_without_ignores(tmp_path: Path) -> None:
    assert outcome(judge(tmp_path, POOL)) == [f"{MFA}:3", f"{LENGTH}:6"]


@pytest.mark.parametrize(
    "comment",
    [
        "# cogcheck:ignore=COG1006",
        "#cogcheck:ignore=COG1006",
        "// cogcheck:ignore=value-not-allowed -- legacy",
        "/* cogcheck:ignore=COG1006 */",
        "# cogcheck: ignore = COG1006 -- legacy",
        "# tflint-ignore: x # cogcheck:ignore=COG1006",
        "# cogcheck:ignore=COG1006 # tfsec:ignore:x",
        "# cogcheck:ignore=all",
        "# cogcheck:ignore=COG1006,",
    ],
)
@pytest.mark.parametrize("behind", [False, True])
def test_comment_for_a_line(tmp_path: Path, comment: str, behind: bool) -> None:
    report = judge(tmp_path, with_line(3, comment, behind=behind))
    assert outcome(report) == [f"{LENGTH}:{6 if behind else 7}"]
    (suppressed,) = report.suppressed
    assert suppressed.rule == MFA
    assert suppressed.reason == ("legacy" if "legacy" in comment else "")


def test_several_rules_and_the_reason(tmp_path: Path) -> None:
    text = with_line(1, "# cogcheck:ignore=COG1006, number-out-of-range -- kept -- for now")
    report = judge(tmp_path, text)
    assert outcome(report) == []
    assert [finding.reason for finding in report.suppressed] == ["kept -- for now"] * 2


@pytest.mark.parametrize(
    ("number", "behind", "left"),
    [
        (1, False, []),
        (1, True, []),
        (5, False, [f"{MFA}:3"]),
        (5, True, [f"{MFA}:3"]),
        (6, False, [f"{MFA}:3"]),
        (6, True, [f"{MFA}:3"]),
        (3, False, [f"{LENGTH}:7"]),
    ],
)
def test_comment_for_a_block_holds_for_all_of_it(tmp_path: Path, number: int, behind: bool, left: list[str]) -> None:
    assert outcome(judge(tmp_path, with_line(number, "# cogcheck:ignore=all", behind=behind))) == left


def test_comments_stand_above_each_other(tmp_path: Path) -> None:
    text = with_line(
        1, "# cogcheck:ignore=COG1006\n# The pool of the old shop.\n/* Two\n   lines. */\n# cogcheck:ignore=COG1007"
    )
    assert outcome(judge(tmp_path, text)) == []


def test_an_empty_line_ends_it(tmp_path: Path) -> None:
    report = judge(tmp_path, with_line(3, "  # cogcheck:ignore=COG1006\n"))
    assert outcome(report) == ["COG0020:3", f"{MFA}:5", f"{LENGTH}:8"]


def test_comment_before_code_on_one_line(tmp_path: Path) -> None:
    text = POOL.replace("  mfa_conf", "  /* cogcheck:ignore=COG1006 */ mfa_conf")
    assert outcome(judge(tmp_path, text)) == [f"{LENGTH}:6"]


def test_comment_over_several_lines(tmp_path: Path) -> None:
    text = with_line(3, "/*\n * cogcheck:ignore=COG1006 -- legacy\n */")
    report = judge(tmp_path, text)
    assert outcome(report) == [f"{LENGTH}:9"]
    assert report.suppressed[0].reason == "legacy"


def test_comment_above_a_list_holds_for_its_items(tmp_path: Path) -> None:
    text = f'resource "{TYPE}" "a" {{\n  name = "a"\n  auto_verified_attributes = [\n    "fax",\n  ]\n}}\n'
    assert outcome(judge(tmp_path, text)) == [f"{MFA}:4"]
    for number in (3, 4):
        lines = text.splitlines()
        lines.insert(number - 1, "# cogcheck:ignore=COG1006")
        assert outcome(judge(tmp_path, "\n".join(lines) + "\n")) == []


def test_file(tmp_path: Path) -> None:
    other = POOL.replace('"a"', '"b"')
    assert outcome(judge(tmp_path, f"# Pools.\n# cogcheck:ignore-file=all -- legacy\n\n{POOL}{other}")) == []
    report = judge(tmp_path, f"{POOL}# cogcheck:ignore-file=all\n")
    assert outcome(report) == [f"{MFA}:3", f"{LENGTH}:6", "COG0021:9"]


@pytest.mark.parametrize(
    ("comment", "message", "text"),
    [
        ("# cogcheck:ignore=COG2001", "COG2001 finds nothing to ignore here", "COG2001"),
        (
            "# cogcheck:ignore=value-not-alowed",
            'no rule is named "value-not-alowed"; did you mean value-not-allowed?',
            None,
        ),
        ("# cogcheck:ignore=COG1006 legacy", 'no rule is named "COG1006 legacy"', "COG1006 legacy"),
        ("# cogcheck:ignore", "this cogcheck:ignore names no rule", "cogcheck:ignore"),
        ("# cogcheck:ignore= -- why", "this cogcheck:ignore names no rule", "cogcheck:ignore= -- why"),
        ("# cogcheck:skip=COG1006", "cogcheck:skip means nothing", "cogcheck:skip=COG1006"),
    ],
)
def test_void_ignores_are_findings(tmp_path: Path, comment: str, message: str, text: str | None) -> None:
    report = judge(tmp_path, with_line(2, comment))
    first = report.findings[0]
    assert first.message == message
    assert first.rule == ("COG0020" if "finds nothing" in message else "COG0021")
    assert first.span.first[0] == 2
    assert text is None or first.span.text == text
    assert outcome(report)[1:] == [f"{MFA}:4", f"{LENGTH}:7"]


@pytest.mark.parametrize(
    "comment", ["# see cogcheck: the linter", "# `cogcheck:ignore=X` is how", "# https://x/cogcheck:ignore"]
)
def test_prose_is_no_ignore(tmp_path: Path, comment: str) -> None:
    assert outcome(judge(tmp_path, with_line(1, comment))) == [f"{MFA}:4", f"{LENGTH}:7"]


def test_text_in_strings_is_no_ignore(tmp_path: Path) -> None:
    text = POOL.replace('name              = "a"', 'name              = "# cogcheck:ignore=all"')
    assert f"{MFA}:3" in outcome(judge(tmp_path, text))


def test_what_is_switched_off_is_not_unused(tmp_path: Path) -> None:
    text = with_line(3, "# cogcheck:ignore=COG1006")
    assert outcome(judge(tmp_path, text, options=Options(select=(LENGTH, "COG0020")))) == [f"{LENGTH}:7"]
    assert outcome(judge(tmp_path, text, options=Options(ignore=(MFA,)))) == [f"{LENGTH}:7"]
    everything = with_line(2, "# cogcheck:ignore=all", behind=True)
    assert outcome(judge(tmp_path, everything, options=Options(select=(LENGTH, "COG0020")))) == [f"{LENGTH}:6"]
    assert "COG0020:2" in outcome(judge(tmp_path, everything))


def test_what_cannot_be_told_is_not_unused(tmp_path: Path) -> None:
    text = f'variable "m" {{}}\n{with_line(3, "# cogcheck:ignore=COG1006")}'.replace('"NO"', "var.m")
    assert outcome(judge(tmp_path, text)) == [f"{LENGTH}:8"]


def test_complaints_about_ignores_can_be_ignored(tmp_path: Path) -> None:
    line = "# cogcheck:ignore=COG2001, unused-ignore"
    assert "COG0020:2" not in outcome(judge(tmp_path, with_line(2, line, behind=True)))
    assert "COG0020:3" in outcome(judge(tmp_path, with_line(3, "# cogcheck:ignore=COG2001, all")))
    text = f"# cogcheck:ignore-file=unused-ignore\n{with_line(2, '# cogcheck:ignore=COG2001')}"
    assert outcome(judge(tmp_path, text)) == [f"{MFA}:5", f"{LENGTH}:8"]


def test_reasons_can_be_required(tmp_path: Path) -> None:
    text = with_line(3, "# cogcheck:ignore=COG1006")
    report = judge(tmp_path, text, options=Options(require_reason=True))
    assert outcome(report) == ["COG0022:3", f"{LENGTH}:7"]
    assert [finding.rule for finding in report.suppressed] == [MFA]
    with_reason = text.replace("COG1006", "COG1006 -- legacy")
    assert outcome(judge(tmp_path, with_reason, options=Options(require_reason=True))) == [f"{LENGTH}:7"]


def test_ignores_can_be_switched_off(tmp_path: Path) -> None:
    text = with_line(3, "# cogcheck:ignore=COG1006, nonsense")
    report = judge(tmp_path, text, options=Options(ignores=False))
    assert outcome(report) == [f"{MFA}:4", f"{LENGTH}:7"]
    assert report.suppressed == ()


def test_unreadable_input_stays_unreadable(tmp_path: Path) -> None:
    report = judge(tmp_path, f"# cogcheck:ignore-file=all\n{POOL}x = {{\n")
    assert outcome(report) == []
    assert report.unreadable == 1


def test_a_call_does_not_speak_for_the_module(tmp_path: Path) -> None:
    write(tmp_path, {"pool/main.tf": POOL})
    call = '# cogcheck:ignore=all -- no\nmodule "p" {\n  source = "./pool"\n}\n'
    assert outcome(judge(tmp_path, call))[-2:] == [f"{MFA}:3", f"{LENGTH}:6"]


def test_per_file_ignores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"legacy/main.tf": POOL, "new/main.tf": POOL})
    monkeypatch.chdir(tmp_path)
    options = Options(per_file_ignores=(("legacy/", ("value-not-allowed",)), ("/new/*.tf", (LENGTH,))))
    report = scan([tmp_path], options)
    assert [(finding.span.document.path, finding.rule) for finding in report.findings] == [
        ("legacy/main.tf", LENGTH),
        ("new/main.tf", MFA),
    ]
    monkeypatch.chdir(tmp_path / "new")
    elsewhere = Options(per_file_ignores=options.per_file_ignores, base=str(tmp_path))
    assert len(scan([tmp_path], elsewhere).findings) == 2


def in_json(pool: Mapping[str, object], **top: object) -> str:
    return json.dumps({**top, "resource": {TYPE: {"a": {"name": "a", **pool}}}}, indent=1)


WRONG = {"mfa_configuration": "NO", "password_policy": {"minimum_length": 3}}


def rules_left(tmp_path: Path, text: str) -> list[str]:
    return sorted(finding.rule for finding in judge(tmp_path, text, "main.tf.json").findings)


def test_key_in_a_resource_holds_for_it(tmp_path: Path) -> None:
    said = {"//": {"metadata": {"path": "App/a"}, "cogcheck": {"ignore": [MFA], "reason": "legacy"}}}
    report = judge(tmp_path, in_json({**said, **WRONG}), "main.tf.json")
    assert [finding.rule for finding in report.findings] == [LENGTH]
    assert [finding.reason for finding in report.suppressed] == ["legacy"]
    assert rules_left(tmp_path, in_json({"//": {"cogcheck": {"ignore": ["all"]}}, **WRONG})) == []
    assert rules_left(tmp_path, in_json({"//": {"cogcheck": {"ignore": "all"}}, **WRONG})) == []


@pytest.mark.parametrize("form", ["object", "list", "dynamic"])
def test_key_in_a_block_holds_for_it(tmp_path: Path, form: str) -> None:
    policy = {"//": {"cogcheck": {"ignore": ["all"]}}, "minimum_length": 3}
    pool: dict[str, object] = {"mfa_configuration": "NO", "password_policy": [policy] if form == "list" else policy}
    if form == "dynamic":
        pool = {"mfa_configuration": "NO", "dynamic": {"password_policy": {"for_each": [1], "content": policy}}}
    assert rules_left(tmp_path, in_json(pool)) == [MFA]


def test_key_at_the_top_holds_for_the_file(tmp_path: Path) -> None:
    assert rules_left(tmp_path, in_json(WRONG, **{"//": {"cogcheck": {"ignore": [MFA, "COG1007"]}}})) == []


def test_key_in_a_map_is_a_tag(tmp_path: Path) -> None:
    tagged = {"tags": {"//": {"cogcheck": {"ignore": ["all"]}}}, **WRONG}
    assert {MFA, LENGTH} <= set(rules_left(tmp_path, in_json(tagged)))
    assert rules_left(tmp_path, in_json({"tags": {"//": "cogcheck"}, **WRONG})) == [MFA, LENGTH]


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ({"ignore": ["COG2001"]}, "COG0020"),
        ({"ignore": ["COGX"]}, "COG0021"),
        ({"ignore": []}, "COG0021"),
        ({"ignore": [1]}, "COG0021"),
        ({"ignore": {"a": 1}}, "COG0021"),
        ({"ignored": ["all"]}, "COG0021"),
        ([], "COG0021"),
        ("all", "COG0021"),
    ],
)
def test_void_keys_are_findings(tmp_path: Path, said: object, rule: str) -> None:
    expected = sorted([MFA, LENGTH, rule])
    found = rules_left(tmp_path, in_json({"//": {"cogcheck": said}, **WRONG}))
    assert found == expected
