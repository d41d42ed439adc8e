"""Files of one's own rules: what loads, what is said about mistakes, and that the rules judge."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from cogcheck.catalogue.examples import check_examples
from cogcheck.catalogue.load import catalogue
from cogcheck.catalogue.userrules import extend, load_rules
from cogcheck.cli import run
from cogcheck.cli_rules import check_rule_files
from cogcheck.options import Options
from cogcheck.scan import scan

HEAD = """\
format: 1
resource: aws_cognito_user_pool
rules:
  - id: ACME001
    slug: some-problem
    severity: warning
    summary: Something is wrong
    message: it is wrong
    help: Correct it.
    why: It is wrong.
"""
LINES = len(HEAD.splitlines())


def errors(tmp_path: Path, text: str) -> list[tuple[int, int, str]]:
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    rules, wrong = load_rules(path)
    assert rules == () or wrong == ()
    assert all(one.path == path.as_posix() for one in wrong)
    return [(one.line, one.column, one.message) for one in wrong]


def mistakes(tmp_path: Path, more: str) -> list[str]:
    """The mistakes in what stands below the head, with line and column within it."""
    found = errors(tmp_path, HEAD + textwrap.indent(textwrap.dedent(more), "    "))
    return [f"{line - LINES}:{column - 4}: {message}" for line, column, message in found]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("must: {persent: name}", "1:8: there is no condition persent; did you mean present?"),
        ("must: {present: nmae}", "1:17: there is no argument nmae; did you mean name?"),
        (
            "must: {present: [name, password_policy.minimum_lenght]}",
            "1:24: there is no argument minimum_lenght in password_policy; did you mean minimum_length?",
        ),
        (
            "must: {equals: {pasword_policy.minimum_length: 8}}",
            "1:17: there is no argument pasword_policy; did you mean password_policy?",
        ),
        (
            'must: {equals: {mfa_configuration: "On"}}',
            '1:36: the value can never be On: it is "OFF", "ON" or "OPTIONAL"; did you mean ON?',
        ),
        (
            "must: {one_of: {deletion_protection: [ACTIVE, INACTIV]}}",
            '1:47: the value can never be INACTIV: it is "ACTIVE" or "INACTIVE"; did you mean INACTIVE?',
        ),
        (
            "must: {contains: {auto_verified_attributes: [email]}}",
            "1:45: this has to be a text, a number, true or false",
        ),
        ("must: {equals: {name: [a]}}", "1:23: this has to be a text, a number, true or false"),
        ("must: {one_of: {name: a}}", "1:23: this takes a list of values: [one, other]"),
        ("must: {equals: name}", "1:16: this takes paths with what is asked of each: equals: {name: ...}"),
        (
            'must: {matches: {name: "(a+)+"}}',
            '1:24: "(a+)+": a repetition within a repetition can match one text in many ways',
        ),
        (
            'must: {matches: {name: "a("}}',
            '1:24: "a(": not a regular expression: missing ), unterminated subpattern at position 1',
        ),
        ("must: {matches: {name: 8}}", "1:24: this has to be a regular expression, in quotes"),
        ("must: {is_a: {name: arnn}}", "1:21: there is no format arnn; did you mean arn?"),
        ("must: {is: filled_lists}", "1:12: there is no predicate filled_lists; did you mean filled_list?"),
        ("must: {is: {filled_list: nmae}}", "1:26: there is no argument nmae; did you mean name?"),
        ("must: {is: cognito_may_assume}", "1:12: cognito_may_assume takes 1 path, not 0"),
        ("must: {is: {external_id_agrees: name}}", "1:12: external_id_agrees takes 2 paths, not 1"),
        ("must: {present: name}\npacks:\npack_options: {strict: {}}", "3:16: the rule is in no pack strict"),
        (
            'must: {at_least: {password_policy.minimum_length: "8"}}',
            "1:51: this has to be a number, {option: ...}, {path: ...} or {number: ..., default: ...}",
        ),
        (
            "must: {at_least: {password_policy.minimum_length: {path: minimum}}}",
            "1:58: there is no argument minimum",
        ),
        (
            "must: {at_most: {password_policy.minimum_length: {option: max}}}",
            "1:50: the rule has no option max: add it with its default to options: {...}",
        ),
        ("must: {within: {auto_verified_attributes: alias}}", "1:43: there is no argument alias"),
        ("must: {same: [name]}", "1:14: this compares two paths: [one, other]"),
        ("must: {unique: schema.nam}", "1:16: there is no argument nam in schema; did you mean name?"),
        ("must: {all: {present: name}}", "1:13: this takes a list of conditions: [{...}, {...}]"),
        ("must: {all: []}", "1:13: this takes a list of conditions: [{...}, {...}]"),
        ("must: {not: {any: [{}]}}", "1:20: a condition is a word with what it asks, such as {present: name}"),
        ("must: yes", "1:7: a condition is a word with what it asks, such as {present: name}"),
        (
            "must: {present: name, absent: tags}",
            "1:23: a condition has one word: join several by all: [...] or any: [...]",
        ),
        ("must: {option: strict}", "1:16: the rule has no option strict: add it with its default to options: {...}"),
        (
            "must: {option: min}\noptions: {min: 8}",
            "1:16: the option min stands for true or false here, so its default has to be one",
        ),
        (
            "must: {at_least: {password_policy.minimum_length: {option: min}}}\noptions: {min: true}",
            "1:51: the option min stands for a number here, so its default has to be one",
        ),
        (
            "must: {one_of: {name: {option: names}}}\noptions: {names: a}",
            "1:23: the option names stands for a list here, so its default has to be one",
        ),
        ("must: {present: $}", "1:17: $ only means something in a rule with each: [...]"),
        (
            'must: {exists: {aws_iam_role: {contains: {name: "@this.name"}}}}',
            "1:49: this is compared as a text; two paths are compared with same: [one, other]",
        ),
        ('must: {present: "@this.name"}', "1:17: @this only means something in a condition about another resource"),
        (
            'must: {refers_to: {name: "@this"}}',
            "1:26: @this only means something in a condition about another resource",
        ),
        (
            "must: {refers_to: {name: 8}}",
            "1:26: this takes resource types, such as aws_lambda_alias or aws_lambda_function.arn",
        ),
        (
            "must: {target: {name: {present: name, absent: name}}}",
            "1:23: this takes one resource type with a condition: {aws_iam_role: {...}}",
        ),
        (
            'must: {exists: {aws_x_y: {same: [name, "@this.nmae"]}}}',
            "1:40: there is no argument nmae; did you mean name?",
        ),
        (
            "must: {exists: {aws_cognito_user_pool: {present: nmae}}}",
            "1:50: there is no argument nmae; did you mean name?",
        ),
        ("must: {present: 'a b'}", '1:17: "a b" cannot be the name of an argument'),
        ("must: {present: name}\npoint: nam", "2:8: there is no argument nam; did you mean name?"),
        ("must: {present: name}\nat: schem", "2:5: there is no block schem; did you mean schema?"),
        ("must: {present: name}\nat: schema", "1:17: "),
        ("must: {present: name}\neach: [name, nme]", "2:14: there is no argument nme; did you mean name?"),
        ("must: {present: name}\njudged_by: plan", "2:1: judged_by is for the rules that come with cogcheck"),
        (
            "must: {present: name}\npack_options: {strict: {min: 1}}",
            "2:16: the rule is in no pack strict",
        ),
        (
            "must: {present: name}\npacks: strict\noptions: {max: 2}\npack_options: {strict: {mxa: 1}}",
            "4:25: the rule has no option mxa; did you mean max?",
        ),
        ("must: {present: name}\nsevereity: error", "2:1: there is no key severeity here; did you mean severity?"),
    ],
)
def test_mistakes_are_told_with_place_and_nearest_word(more: str, expected: str, tmp_path: Path) -> None:
    found = mistakes(tmp_path, more)
    if expected.endswith(": "):
        assert found == []
    else:
        assert expected in found
        assert all(one.partition(": ")[0].count(":") == 1 for one in found)


def test_places_in_texts_are_checked(tmp_path: Path) -> None:
    text = HEAD.replace("it is wrong\n", "<nme> is not <options.mim>, but <block> or <offender>\n", 1)
    text += "    options: {min: 1}\n    must: {present: name}\n"
    assert errors(tmp_path, text) == [
        (8, 14, "the rule has no option mim; did you mean min?"),
        (8, 14, "there is no argument nme; did you mean name?"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("id: ACME001", "id: COG9999", (4, 9, "ids with COG are cogcheck's own: take other letters")),
        (
            "id: ACME001",
            "id: acme",
            (4, 9, '"acme" is not 2 to 10 capital letters and 1 to 6 digits, such as ACME001'),
        ),
        ("slug: some-problem", "slug: mfa-not-required", (5, 11, "there is a rule mfa-not-required already")),
        (
            "slug: some-problem",
            "slug: Some_Problem",
            (
                5,
                11,
                '"Some_Problem" is not small letters and digits with hyphens in between, such as missing-owner-tag',
            ),
        ),
        (
            "severity: warning",
            "severity: wrning",
            (6, 15, '"wrning" is not "error", "warning" or "info"; did you mean warning?'),
        ),
        (
            "summary: Something is wrong",
            "summary: Something is wrong.",
            (
                7,
                14,
                '"Something is wrong." is not one line of at most 80 characters, without a full stop at its end',
            ),
        ),
        ("help: Correct it.", "help: [a]", (9, 11, 'this has to be a text, not ["a"]')),
        ("    message: it is wrong\n", "", (4, 5, "message is missing")),
        ("    why: It is wrong.\n", "", (4, 5, "why is missing")),
        ("format: 1", "format: 2", (1, 9, "this has to be 1, not 2")),
        (
            "resource: aws_cognito_user_pool\n",
            "",
            (1, 1, "resource is missing: the resource type that the rules are about"),
        ),
        ("rules:", "ruls:", (3, 1, "there is no key ruls here; did you mean rules?")),
        ("format: 1", "format: 1\nformat: 1", (2, 1, "the key 'format' is set twice")),
        ("format: 1", f"format: {'1' * 601}", (1, 9, "a number of more than 600 digits")),
    ],
)
def test_mistakes_around_the_conditions(
    before: str, after: str, expected: tuple[int, int, str], tmp_path: Path
) -> None:
    found = errors(tmp_path, f"{HEAD}    must: {{present: name}}\n".replace(before, after))
    assert expected in found


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    text = HEAD + "    must: {any: [{persent: name}, {present: nmae}]}\n    odd: 1\n"
    assert [line for line, _, _ in errors(tmp_path, text)] == [LINES + 1, LINES + 1, LINES + 2]


@pytest.mark.parametrize("text", ["", "a: b", "[1, 2]", "rules: 3", "rules: [3]", "format: 1\nrules: []"])
def test_what_is_no_file_of_rules_is_said_so(text: str, tmp_path: Path) -> None:
    assert errors(tmp_path, text) != []


def test_what_is_no_yaml_is_one_mistake(tmp_path: Path) -> None:
    assert [line for line, _, _ in errors(tmp_path, "format: 1\nrules:\n\t- id: A")] == [3]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"format: 1 # \xe9")
    (tmp_path / "large.yaml").write_bytes(b"#" * 1_000_001)
    messages = [load_rules(tmp_path / name)[1][0].message for name in ("latin.yaml", "large.yaml", "none.yaml")]
    assert messages == [
        "the file is not encoded in UTF-8",
        "the file has more than 1,000,000 bytes, the most that a file of rules may have",
        "the file cannot be read: No such file or directory",
    ]


def test_ids_are_unique_over_files(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(f"{HEAD}    must: {{present: name}}\n", encoding="utf-8")
    extended, wrong = extend(catalogue(), [tmp_path / "a.yaml", tmp_path / "b.yaml"])
    assert [str(one).partition(".yaml:")[2] for one in wrong] == [
        "4:9: there is a rule ACME001 already",
        "5:11: there is a rule some-problem already",
    ]
    assert [rule.id for rule in extended.rules if rule.id.startswith("ACME")] == ["ACME001"]


TOPICS = """\
format: 1
resource: aws_sns_topic
rules:
  - id: TOPIC1
    slug: topic-without-key
    severity: error
    summary: A topic is not encrypted
    must: {present: kms_master_key_id}
    message: the topic <name> has no key
    help: Set kms_master_key_id.
    why: Messages are personal.
    bad: |
      name = "a"
    good: |
      name              = "a"
      kms_master_key_id = "alias/aws/sns"
  - id: TOPIC2
    slug: unfriendly-topic
    severity: warning
    summary: A topic has the wrong delivery policy
    at: policy
    must: {at_most: {retries: {option: most}}}
    options: {most: 3}
    message: the topic retries <retries> times, more than <options.most>
    help: Set retries = <options.most>.
    why: It is too much.
    bad: |
      policy {
        retries = 4
      }
    good: |
      policy {
        retries = 3
      }
"""
CONFIGURATION = """\
resource "aws_sns_topic" "a" {
  name = "alerts"
  dynamic "policy" {
    for_each = [2, 5, 9]
    content {
      retries = policy.value
    }
  }
}
"""


def test_rules_about_other_types_judge(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(TOPICS, encoding="utf-8")
    (tmp_path / "main.tf").write_text(CONFIGURATION, encoding="utf-8")
    options = Options(rule_files=(str(tmp_path / "own.yaml"),))
    found = scan([tmp_path / "main.tf"], options)
    assert [(one.rule, one.severity, one.message, one.span.first[0]) for one in found.findings] == [
        ("TOPIC1", "error", 'the topic "alerts" has no key', 1),
        ("TOPIC2", "warning", "the topic retries 5 (policy.value) times, more than 3", 6),
        ("TOPIC2", "warning", "the topic retries 9 (policy.value) times, more than 3", 6),
    ]
    more = Options(rule_files=options.rule_files, ignore=("TOPIC1",), rule_options={"TOPIC2": {"most": 5}})
    assert [one.message for one in scan([tmp_path / "main.tf"], more).findings] == [
        "the topic retries 9 (policy.value) times, more than 5"
    ]


def test_examples_are_tested(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(TOPICS, encoding="utf-8")
    assert check_rule_files([str(path)]) == (
        [f"{path}: TOPIC1 topic-without-key: ok", f"{path}: TOPIC2 unfriendly-topic: ok"],
        0,
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            'name = "a"\n    good',
            'name = "a"\n      kms_master_key_id = "b"\n    good',
            ["the bad example is not reported"],
        ),
        ('kms_master_key_id = "alias/aws/sns"', "", ['the good example is reported: the topic "a" has no key']),
        (
            'name = "a"\n    good',
            "name = var.x\n      kms_master_key_id = var.y\n    good",
            ["the bad example cannot be judged: "],
        ),
        ('name = "a"\n    good', 'name = "a\n    good', ["the bad example cannot be read: "]),
        (
            'name = "a"\n    good',
            'resource "aws_s3_bucket" "b" {}\n    good',
            ["the bad example declares no aws_sns_topic"],
        ),
        ('    bad: |\n      name = "a"\n    good', "    good", ["it has no bad example"]),
    ],
)
def test_examples_that_differ_are_told(before: str, after: str, expected: list[str], tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    assert before in TOPICS
    path.write_text(TOPICS.replace(before, after, 1), encoding="utf-8")
    base, wrong = extend(catalogue(), [path])
    assert wrong == ()
    found = check_examples(base.by_id["TOPIC1"], base)
    assert [one[: len(start)] for one, start in zip(found, expected, strict=True)] == expected
    lines, count = check_rule_files([str(path)])
    assert (len(lines), count) == (2, 1)


def test_all_our_own_examples_are_judged_as_they_say() -> None:
    base = catalogue()
    assert {rule.id: found for rule in base.rules if (found := check_examples(rule, base))} == {}


def test_the_command_tests_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(TOPICS, encoding="utf-8")
    assert run(["rules", "test", str(path)]) == 0
    assert capsys.readouterr().out.splitlines()[0] == f"{path}: TOPIC1 topic-without-key: ok"
    path.write_text(TOPICS.replace("kms_master_key_id}", "name}"), encoding="utf-8")
    assert run(["rules", "test", str(path)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{path}: TOPIC1 topic-without-key: the bad example is not reported",
        f"{path}: TOPIC2 unfriendly-topic: ok",
    ]
    assert run(["rules", "test"]) == 2


def test_the_command_scans_with_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "own.yaml").write_text(TOPICS, encoding="utf-8")
    (tmp_path / "main.tf").write_text(CONFIGURATION, encoding="utf-8")
    arguments = ["scan", "--isolated", "--rule-file", str(tmp_path / "own.yaml"), str(tmp_path / "main.tf")]
    assert run(arguments) == 1
    assert "TOPIC1" in capsys.readouterr().out
    (tmp_path / "own.yaml").write_text(TOPICS.replace("must:", "most:", 1), encoding="utf-8")
    assert run(arguments) == 2
    assert "own.yaml:8:5: there is no key most here; did you mean must?" in capsys.readouterr().err
