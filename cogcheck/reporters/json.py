"""The report for programs: JSON, version 1. Keys may be added; readers ignore those that they do not know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cogcheck import __version__
from cogcheck.reporters.dump import dumped

if TYPE_CHECKING:
    from cogcheck.model import Span, Step
    from cogcheck.report import Finding, Report, Undecided
    from cogcheck.reporters import View

VERSION = 1


def render(report: Report, view: View) -> str:
    """The report as one object, in ASCII, so that no encoding between here and the reader can break it."""
    whole = {
        "version": VERSION,
        "tool": {"name": "cogcheck", "version": __version__},
        "findings": [_finding(finding) for finding in report.findings],
        "undecided": [_undecided(question) for question in report.undecided],
        **({"suppressed": [_suppressed(finding) for finding in report.suppressed]} if view.suppressed else {}),
        "summary": _summary(report),
    }
    return dumped(whole)


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "slug": finding.slug,
        "severity": finding.severity,
        "message": finding.message,
        "help": finding.help,
        "resources": list(finding.resources),
        "argument": finding.argument,
        **_place(finding.span),
        "related": [_related(step) for step in finding.related],
        "construct": finding.construct,
        "fingerprint": finding.fingerprint,
    }


def _suppressed(finding: Finding) -> dict[str, Any]:
    return {**_finding(finding), "reason": finding.reason}


def _undecided(question: Undecided) -> dict[str, Any]:
    return {
        "rule": question.rule,
        "slug": question.slug,
        "reason": question.reason,
        "resources": list(question.resources),
        "argument": question.argument,
        **_place(question.span),
    }


def _related(step: Step) -> dict[str, Any]:
    return {**_place(step.span), "message": step.message}


def _place(span: Span) -> dict[str, Any]:
    return {"path": span.document.path, "start": _position(span.first), "end": _position(span.last)}


def _position(position: tuple[int, int]) -> dict[str, int]:
    return {"line": position[0], "column": position[1]}


def _summary(report: Report) -> dict[str, int]:
    return {
        "files": report.files,
        "resources": report.resources,
        "errors": report.count("error"),
        "warnings": report.count("warning"),
        "infos": report.count("info"),
        "undecided": len(report.undecided),
        "suppressed": len(report.suppressed),
        "unreadable": report.unreadable,
    }
