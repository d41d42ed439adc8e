"""Reports that are longer than anybody can use."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cogcheck.assemble import Collected
from cogcheck.catalogue.load import catalogue
from cogcheck.commands import shortened
from cogcheck.cut import MOST, cut
from cogcheck.model import Document, Span, Step
from cogcheck.options import Options
from cogcheck.report import Finding, Report, Severity, Undecided

DOCUMENT = Document("main.tf", "x" * 1000)
ALL = catalogue().by_id.keys()


def finding(number: int, severity: Severity) -> Finding:
    return Finding("COG1", "x", severity, "m", Span(DOCUMENT, number, number + 1))


def report(*severities: Severity) -> Report:
    return Report(tuple(finding(number, severity) for number, severity in enumerate(severities)))


def test_the_worst_stay_in_their_order() -> None:
    found = cut(report("info", "error", "warning", "info", "error"), catalogue(), ALL, most=3)
    assert [(one.span.start, one.slug) for one in found.findings] == [
        (1, "x"),
        (2, "x"),
        (4, "x"),
        (0, "evaluation-limit"),
    ]
    assert found.findings[-1].message == "only the worst 3 of 5 findings are in the report"
    assert found.notices == (found.findings[-1].message,)


def test_who_ignores_the_rule_gets_the_notice_only() -> None:
    found = cut(report("error", "error"), catalogue(), ALL - {"COG0017"}, most=1)
    assert [one.span.start for one in found.findings] == [0]
    assert found.notices == ("only the worst 1 of 2 findings are in the report",)


def test_open_questions_are_cut_too() -> None:
    question = Undecided("COG1", "x", "why", Span(DOCUMENT, 0, 1))
    found = cut(replace(report("error"), undecided=(question,) * 3), catalogue(), ALL, most=2)
    assert (len(found.findings), len(found.undecided)) == (1, 2)
    assert found.notices == ("only 2 of 3 undecided questions are in the report",)


@pytest.mark.parametrize("more", [0, 1])
def test_ordinary_reports_stay_as_they_are(more: int) -> None:
    errors: list[Severity] = ["error"] * (MOST + more)
    whole = report(*errors)
    assert (shortened(whole, Options()) is whole) == (more == 0)


def test_many_instances_of_one_finding_are_merged_in_linear_time() -> None:
    collected, parts = Collected(), Collected()
    for number in range(20_000):
        step = Step(f"step {number}", Span(DOCUMENT, 5, 6))
        one = replace(finding(0, "error"), resources=(f"a[{number}]",), related=(step,))
        (collected if number < 10_000 else parts).add_finding(one, "a")
    collected.add(parts)
    (merged,) = collected.findings()
    assert merged.resources == tuple(f"a[{number}]" for number in range(20_000))
    assert merged.related[:2] == (Step("step 0", Span(DOCUMENT, 5, 6)), Step("step 1", Span(DOCUMENT, 5, 6)))
    assert len(merged.related) == 100


@pytest.mark.parametrize("slug", ["evaluation-limit", "syntax-error", "unreadable-file"])
def test_what_was_not_looked_at_stays(slug: str) -> None:
    """The exit code and the trust in all other findings depend on it."""
    whole = report("error", "error", "error")
    left_out = replace(finding(3, "warning"), slug=slug)
    found = cut(replace(whole, findings=(*whole.findings, left_out)), catalogue(), ALL, most=2)
    assert [(one.span.start, one.slug) for one in found.findings] == [(0, "x"), (3, slug), (1, "evaluation-limit")]
