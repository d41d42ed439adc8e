"""The report for programs, version 1: what others rely on."""

from __future__ import annotations

import json

from samples import document, span

from cogcheck import __version__
from cogcheck.model import Document, Span, Step
from cogcheck.report import Finding, Report, Undecided
from cogcheck.reporters import View, reporter

MAIN = document('a = "é"\nb = var.x\n', "ünder/main.tf")


def render(report: Report) -> str:
    return reporter("json")(report, View(color=True, undecided=False))


def test_all_keys_in_their_order() -> None:
    finding = Finding(
        "COG1007",
        "number-out-of-range",
        "error",
        "b is 4",
        span(MAIN, "var.x"),
        "Set 6.",
        (Step("a is here", span(MAIN, '"é"')),),
        ("pool.a", "pool.b"),
        "schema[1].name",
        "schema[name=x].name",
        "App/pool",
        "0123",
    )
    broken = Finding("COG0002", "unreadable-file", "warning", "Cannot be read", Span(Document("x.tf", ""), 0, 0))
    question = Undecided("COG4001", "mfa", "var.x has no value", span(MAIN, "var.x"), ("pool.a",), "b")
    report = Report((finding, broken), (question,), files=3, resources=2, unreadable=1, notices=("for people",))
    expected = {
        "version": 1,
        "tool": {"name": "cogcheck", "version": __version__},
        "findings": [
            {
                "rule": "COG1007",
                "slug": "number-out-of-range",
                "severity": "error",
                "message": "b is 4",
                "help": "Set 6.",
                "resources": ["pool.a", "pool.b"],
                "argument": "schema[1].name",
                "path": "ünder/main.tf",
                "start": {"line": 2, "column": 5},
                "end": {"line": 2, "column": 10},
                "related": [
                    {
                        "path": "ünder/main.tf",
                        "start": {"line": 1, "column": 5},
                        "end": {"line": 1, "column": 8},
                        "message": "a is here",
                    }
                ],
                "construct": "App/pool",
                "fingerprint": "0123",
            },
            {
                "rule": "COG0002",
                "slug": "unreadable-file",
                "severity": "warning",
                "message": "Cannot be read",
                "help": "",
                "resources": [],
                "argument": None,
                "path": "x.tf",
                "start": {"line": 1, "column": 1},
                "end": {"line": 1, "column": 1},
                "related": [],
                "construct": None,
                "fingerprint": "",
            },
        ],
        "undecided": [
            {
                "rule": "COG4001",
                "slug": "mfa",
                "reason": "var.x has no value",
                "resources": ["pool.a"],
                "argument": "b",
                "path": "ünder/main.tf",
                "start": {"line": 2, "column": 5},
                "end": {"line": 2, "column": 10},
            }
        ],
        "summary": {
            "files": 3,
            "resources": 2,
            "errors": 1,
            "warnings": 1,
            "infos": 0,
            "undecided": 1,
            "suppressed": 0,
            "unreadable": 1,
        },
    }
    text = render(report)
    assert text == json.dumps(expected, indent=2) + "\n"
    assert text.isascii()


def test_an_empty_report_has_all_keys_too() -> None:
    assert json.loads(render(Report())) == {
        "version": 1,
        "tool": {"name": "cogcheck", "version": __version__},
        "findings": [],
        "undecided": [],
        "summary": dict.fromkeys(
            ["files", "resources", "errors", "warnings", "infos", "undecided", "suppressed", "unreadable"], 0
        ),
    }


def test_lone_surrogates_stay_json() -> None:
    finding = Finding("COG2001", "x", "error", "it is \ud800", span(MAIN, "a"))
    assert '"it is \\ud800"' in render(Report((finding,)))
