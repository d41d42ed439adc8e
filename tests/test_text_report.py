"""The report for people, character by character."""

from __future__ import annotations

import textwrap
from dataclasses import replace

import pytest
from samples import document, span

from cogcheck.model import Document, Span, Step
from cogcheck.report import Finding, Report, Severity, Undecided
from cogcheck.reporters import View, reporter
from cogcheck.reporters.frame import show
from cogcheck.reporters.screen import visible, width

MAIN = document('variable "x" {\n  default = 4\n}\n\npool {\n  minimum = var.x\n  other = 1\n}\n', "a/main.tf")


def finding(
    place: Span,
    *related: Step,
    severity: Severity = "error",
    message: str = "minimum is 4",
    help: str = "",  # noqa: A002 - the field's name
    resources: tuple[str, ...] = (),
    construct: str | None = None,
) -> Finding:
    return Finding(
        "COG1007", "number-out-of-range", severity, message, place, help, related, resources, construct=construct
    )


def render(*findings: Finding, columns: int = 80) -> str:
    text = reporter("text")(Report(findings), View(columns=columns))
    return text.rpartition("\n\n")[0]


def expect(text: str) -> str:
    return textwrap.dedent(text).strip("\n")


def test_a_finding_has_its_line_underlined_and_the_way_out() -> None:
    one = finding(span(MAIN, "var.x"), help="Set a number from 6 to 99.", resources=("pool.main",))
    assert render(one) == expect("""
        a/main.tf:6:13: error: minimum is 4 [COG1007 number-out-of-range]
          |
        6 |   minimum = var.x
          |             ^^^^^
          |
          = in: pool.main
          = help: Set a number from 6 to 99.
    """)


def test_related_places_of_the_same_file_are_in_one_frame() -> None:
    steps = [
        Step("default of var.x", span(MAIN, "4")),
        Step("beside", span(MAIN, "minimum")),
        Step("next", span(MAIN, "1")),
    ]
    assert render(finding(span(MAIN, "var.x"), *steps)) == expect("""
        a/main.tf:6:13: error: minimum is 4 [COG1007 number-out-of-range]
          |
        2 |   default = 4
          |             - default of var.x
        ...
        6 |   minimum = var.x
          |             ^^^^^
          |   ------- beside
        7 |   other = 1
          |           - next
    """)


def test_a_single_line_between_is_shown() -> None:
    text = document("a = 1\nb = 2\nc = 3\n")
    assert render(finding(span(text, "3"), Step("first", span(text, "1")))) == expect("""
        main.tf:3:5: error: minimum is 4 [COG1007 number-out-of-range]
          |
        1 | a = 1
          |     - first
        2 | b = 2
        3 | c = 3
          |     ^
    """)


def test_other_files_follow_with_their_place() -> None:
    other = document("\n" * 99 + "x = 4", "terraform.tfvars")
    argument = document("4", "--var x", "input")
    steps = [Step("set here", span(other, "4")), Step("given", span(argument, "4"))]
    assert render(finding(span(MAIN, "var.x"), *steps)) == expect("""
        a/main.tf:6:13: error: minimum is 4 [COG1007 number-out-of-range]
            |
          6 |   minimum = var.x
            |             ^^^^^
           ::: terraform.tfvars:100:5
            |
        100 | x = 4
            |     - set here
           ::: --var x:1:1
            |
          1 | 4
            | - given
    """)


def test_what_has_no_text_has_no_frame() -> None:
    nothing = Document("gone.tf", "")
    one = finding(Span(nothing, 0, 0), message="Cannot be read: no", help="Look.")
    assert render(one) == "gone.tf:1:1: error: Cannot be read: no [COG1007 number-out-of-range]\n  = help: Look."


def test_addresses_and_construct() -> None:
    one = finding(span(MAIN, "pool"), resources=("a", "b", "c", "d", "e"), construct="App/Auth/pool")
    assert render(one).endswith("  |\n  = in: a, b, c and 2 more\n  = construct: App/Auth/pool")


def test_underlines_over_lines_and_of_nothing() -> None:
    text = document("a = <<EOT\nx\nEOT\r\nb = \r\n")
    many = finding(Span(text, 4, 15))
    assert render(many).endswith("1 | a = <<EOT\n  |     ^^^^^")
    end_of_line = finding(Span(text, 21, 21))
    assert render(end_of_line).endswith("4 | b =\n  |     ^")
    end_of_file = finding(Span(text, len(text.text), len(text.text)))
    assert render(end_of_file).endswith("5 |\n  | ^")


@pytest.mark.parametrize(
    ("line", "marked", "shown", "underline"),
    [
        ("\tx = 1", "1", "    x = 1", "        ^"),
        ("a\tx", "x", "a   x", "    ^"),
        ("日本 = x", "x", "日本 = x", "       ^"),
        ("x = 日本", "日本", "x = 日本", "    ^^^^"),
        ("e\u0301 = x", "x", "e\u0301 = x", "    ^"),
        ("\x1b[31m = x", "x", "\\x1b[31m = x", "           ^"),
        ("\u202e = x", "x", "\\u202e = x", "         ^"),
        ("\U000e0001 = x", "x", "\\U000e0001 = x", "             ^"),
        ("🙂 = x", "x", "🙂 = x", "     ^"),
    ],
)
def test_the_underline_stays_in_place(line: str, marked: str, shown: str, underline: str) -> None:
    text = document(line)
    assert render(finding(span(text, marked))).split("\n")[2:4] == [f"1 | {shown}", f"  | {underline}"]


def test_what_is_sensitive_and_what_a_plan_holds_is_not_shown() -> None:
    text = document("a = 1\nb = 2\n")
    hidden = replace(finding(span(text, "1"), Step("default of var.x", span(text, "2"))), sensitive=True)
    plan = finding(span(document('{"a":1}', "plan.json", "plan"), "1"))
    for one in (hidden, plan):
        assert not [line for line in render(one).split("\n") if "|" in line]
    assert "note: default of var.x (main.tf:2:5)" in render(hidden)


def test_a_long_line_is_cut_around_the_place() -> None:
    text = document('{"a":' + "b" * 5000 + '"min":4' + "c" * 5000 + "}", "cdk.tf.json", "tfjson")
    one = finding(span(text, '"min":4'), Step("far away", span(text, "a")))
    assert render(one, columns=44) == expect("""
        cdk.tf.json:1:5006: error: minimum is 4 [COG1007 number-out-of-range]
          |
        1 | …bbbbbbbbbbbbb"min":4cccccccccccccccccc…
          |               ^^^^^^^
        1 | {"a":bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb…
          |   - far away
    """)


@pytest.mark.parametrize("at", [0, 1, 30, 59, 60])
@pytest.mark.parametrize("char", ["x", "日", "\t", "\x00"])
def test_a_cut_line_fits_and_shows_the_place(char: str, at: int) -> None:
    shown = show(char * 60, [(at, at + 1)], 40)
    assert width(shown.text) <= 40
    start, end = shown.columns[0]
    assert start <= end <= 40


def test_a_place_longer_than_the_room_is_underlined_as_far_as_shown() -> None:
    shown = show("x" * 100, [(20, 90)], 30)
    assert shown.text == "…" + "x" * 28 + "…"
    assert shown.columns == ((11, 29),)


def test_what_files_say_cannot_command_the_terminal() -> None:
    path = document("x", "a\x1b]0;owned\x07.tf")
    one = finding(span(path, "x"), message="x is \x1b[2J\r\n\u202e\x9b1m\ud800", resources=("m[\x08]",))
    text = render(one)
    first, *_, last = text.split("\n")
    assert first == (
        "a\\x1b]0;owned\\x07.tf:1:1: error: x is \\x1b[2J\\x0d\\n\\u202e\\x9b1m\\ud800 [COG1007 number-out-of-range]"
    )
    assert last == "  = in: m[\\x08]"
    assert visible("é 日本 👨\u200d👩") == "é 日本 👨\u200d👩"


QUESTION = Undecided("COG4001", "mfa", "var.x has no value", span(MAIN, "var.x"), ("pool.main",), "minimum")


def summary(report: Report, *, undecided: bool = False) -> str:
    return reporter("text")(report, View(undecided=undecided)).rpartition("\n\n")[2] or ""


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (Report(), "No findings in 0 resources (0 files).\n"),
        (Report(files=1, resources=2), "No findings in 2 resources (1 file).\n"),
        (Report(files=5, unreadable=1), "No findings in 0 resources (5 files); 1 file could not be read.\n"),
        (
            Report((), (QUESTION,), files=1, resources=1),
            "No findings in 1 resource (1 file); 1 question undecided, listed with --show-undecided.\n",
        ),
        (
            Report(
                tuple(finding(span(MAIN, "pool"), severity=level) for level in ("error", "error", "warning", "info")),
                files=2,
                resources=1,
            ),
            "Found 2 errors, 1 warning, 1 info in 1 resource (2 files).\n",
        ),
    ],
)
def test_the_summary(report: Report, expected: str) -> None:
    assert summary(report) == expected


def test_what_could_not_be_told_is_listed_by_place_and_reason() -> None:
    other = Undecided("COG4002", "factor", "var.x has no value", span(MAIN, "var.x"), ("pool.main",), "minimum")
    input_ = Undecided("COG0017", "limit", "too large", span(MAIN, "pool"))
    report = Report((), (QUESTION, other, input_), files=1, resources=1)
    assert reporter("text")(report, View(undecided=True)) == (
        "a/main.tf:6:13: undecided: pool.main minimum: var.x has no value [COG4001 mfa, COG4002 factor]\n"
        "a/main.tf:5:1: undecided: too large [COG0017 limit]\n"
        "\n"
        "No findings in 1 resource (1 file).\n"
    )


def test_colours_only_where_wanted() -> None:
    one = finding(span(MAIN, "var.x"), Step("default", span(MAIN, "4")), help="Look.", resources=("a",))
    report = Report((one,), (QUESTION,), files=1, resources=1)
    plain = reporter("text")(report, View(undecided=True))
    coloured = reporter("text")(report, View(color=True, undecided=True))
    assert "\x1b" not in plain
    assert "\x1b[1;31merror\x1b[0m" in coloured
    for code in ("\x1b[1m", "\x1b[2m", "\x1b[0m", "\x1b[1;31m", "\x1b[1;32m", "\x1b[1;34m", "\x1b[1;35m"):
        coloured = coloured.replace(code, "")
    assert coloured == plain
