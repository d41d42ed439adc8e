"""The reports for GitHub's annotations, GitLab and JUnit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from samples import BROKEN, run, span, write

from cogcheck.model import Document, Step
from cogcheck.report import Finding, Report
from cogcheck.reporters import View, reporter

TEXT = 'a = "x"\nb = [\n  1,\n]\n'
PLAIN = View()


@pytest.fixture
def main(tmp_path: Path) -> Document:
    write(tmp_path / "ré po", {"in, fra/a:b%.tf": TEXT, ".git/HEAD": ""})
    return Document("a:b%.tf", TEXT, "hcl", str(tmp_path / "ré po" / "in, fra" / "a:b%.tf"))


def finding(document: Document, text: str = '"x"', **more: Any) -> Finding:
    values: dict[str, Any] = {
        "rule": "COG1006",
        "slug": "value-not-allowed",
        "severity": "error",
        "message": "a is x",
        "span": span(document, text),
        "fingerprint": "00ff",
    }
    return Finding(**{**values, **more})


def test_annotation(main: Document) -> None:
    report = Report((finding(main, help="Write y", resources=("p.a", "p.b", "p.c")),))
    assert reporter("github")(report, PLAIN) == (
        "::error title=cogcheck COG1006 value-not-allowed,file=in%2C fra/a%3Ab%25.tf,line=1,endLine=1,col=5,endColumn=8"
        "::in, fra/a:b%25.tf:1:5: p.a and 2 others: a is x. Write y.\n"
    )


def test_annotation_over_several_lines_has_no_columns(main: Document) -> None:
    (line,) = reporter("github")(Report((finding(main, "[\n  1,\n]", severity="info"),)), PLAIN).splitlines()
    assert line.startswith(
        "::notice title=cogcheck COG1006 value-not-allowed,file=in%2C fra/a%3Ab%25.tf,line=2,endLine=4::"
    )


def test_annotations_begin_with_the_worst(main: Document) -> None:
    report = Report(tuple(finding(main, severity=severity) for severity in ("info", "warning", "error")))
    lines = reporter("github")(report, PLAIN).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error", "::warning", "::notice"]


@pytest.mark.parametrize("hostile", ["a\n::set-output name=x::y", "a\r::error::b", "\x1b[31m", "\u2028::x", "%0A::x::"])
def test_scanned_text_gives_no_commands(main: Document, hostile: str) -> None:
    text = reporter("github")(Report((finding(main, message=hostile, help=hostile),)), PLAIN)
    assert text.count("\n") == 1
    assert len(text.splitlines()) == 1
    assert "\x1b" not in text
    assert "%0A" not in text.replace("%0A\\x3a:set", "")


def test_gitlab(main: Document) -> None:
    report = Report(
        (finding(main, help="Write y", resources=("p.a",)), finding(main, "[\n  1,\n]", severity="warning"))
    )
    issues = json.loads(reporter("gitlab")(report, PLAIN))
    assert issues[0] == {
        "description": "p.a: a is x. Write y.",
        "check_name": "COG1006 value-not-allowed",
        "fingerprint": "00ff",
        "severity": "critical",
        "location": {"path": "in, fra/a:b%.tf", "lines": {"begin": 1, "end": 1}},
    }
    assert issues[1]["location"]["lines"] == {"begin": 2, "end": 4}
    assert issues[1]["severity"] == "major"
    assert json.loads(reporter("gitlab")(Report(), PLAIN)) == []


def test_junit(main: Document) -> None:
    other = Document("b.tf", "c = 1\n")
    steps = (Step("default of var.x", span(main, "1")),)
    found = (finding(main, related=steps, resources=("p.a",), argument="a", help="Write y"), finding(other, "1"))
    top = Xml.fromstring(reporter("junit")(Report(found), PLAIN))
    assert top.attrib == {
        "name": "cogcheck",
        "tests": "2",
        "failures": "2",
        "errors": "0",
        "skipped": "0",
        "time": "0",
    }
    assert [suite.get("name") for suite in top] == ["b.tf", "in, fra/a:b%.tf"]
    case = top[1][0]
    assert case.attrib == {
        "name": "COG1006 value-not-allowed p.a a",
        "classname": "in, fra/a:b%.tf",
        "file": "in, fra/a:b%.tf",
        "line": "1",
        "time": "0",
    }
    (failure,) = case
    assert (failure.tag, failure.attrib) == ("failure", {"type": "error", "message": "a is x."})
    assert failure.text == (
        "in, fra/a:b%.tf:1:5: error: a is x.\nhelp: Write y.\nin, fra/a:b%.tf:3:3: default of var.x"
    )


def test_junit_without_findings_has_a_case_that_passed() -> None:
    top = Xml.fromstring(reporter("junit")(Report(), PLAIN))
    assert (top.get("tests"), top.get("failures")) == ("1", "0")
    assert [list(case) for case in top.iter("testcase")] == [[]]


def test_junit_skips_what_is_suppressed(main: Document) -> None:
    report = Report((), suppressed=(finding(main, reason="legacy"), finding(main, "1", reason="")))
    assert [case.get("name") for case in Xml.fromstring(reporter("junit")(report, PLAIN)).iter("testcase")] == [
        "no findings"
    ]
    top = Xml.fromstring(reporter("junit")(report, View(suppressed=True)))
    assert (top.get("failures"), top.get("skipped")) == ("0", "2")
    assert [skipped.get("message") for skipped in top.iter("skipped")] == ["legacy", "suppressed"]


def test_junit_holds_no_characters_that_xml_forbids(main: Document) -> None:
    text = reporter("junit")(Report((finding(main, message="a\x00\x0b\ufffe\ud800<&>"),)), PLAIN)
    (failure,) = Xml.fromstring(text.encode()).iter("failure")
    assert failure.get("message") == "a\\u{0}\\u{b}\\u{fffe}\\u{d800}<&>."


@pytest.mark.parametrize("form", ["github", "gitlab", "junit"])
def test_a_scan_names_paths_from_the_repository(tmp_path: Path, form: str) -> None:
    root = write(tmp_path / "ré po", {"in fra/main.tf": BROKEN, ".git/HEAD": ""})
    outside, inside = (
        run("scan", "--format", form, "in fra", cwd=root),
        run("scan", "--format", form, cwd=root / "in fra"),
    )
    assert outside.stdout == inside.stdout
    assert (outside.returncode, outside.stderr) == (1, b"")
    assert b"in fra/main.tf" in outside.stdout
