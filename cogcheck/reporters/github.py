"""Workflow commands: GitHub Actions shows them as annotations at the lines of a pull request.

Everything that comes from scanned files is escaped, so that it cannot give commands of its own.
"""

from __future__ import annotations

from cogcheck.report import Finding, Report, Severity
from cogcheck.reporters import View, places

_COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}
_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_PROPERTY = str.maketrans({**_DATA, ":": "%3A", ",": "%2C"})
_TEXT = str.maketrans(_DATA)


def render(report: Report, view: View) -> str:
    """One command a finding, the worst first: GitHub shows only the first ten of a kind and step."""
    return "".join(_command(finding) for finding in places.by_severity(report.findings))


def _command(finding: Finding) -> str:
    (line, column), (end_line, end_column) = finding.span.first, finding.span.last
    path = places.shown(finding.span.document)
    properties: dict[str, object] = {
        "title": f"cogcheck {finding.rule} {finding.slug}",
        "file": path,
        "line": line,
        "endLine": end_line,
    }
    if line == end_line:
        # The runner refuses columns where the lines differ.
        properties |= {"col": column, "endColumn": end_column}
    shown = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    subject = places.subject(finding)
    text = f"{path}:{line}:{column}: {subject + ': ' if subject else ''}{places.sentence(finding.message)}"
    if finding.help:
        text += " " + places.sentence(finding.help)
    return f"::{_COMMANDS[finding.severity]} {shown}::{places.clean(text).translate(_TEXT)}\n"


def _property(text: str) -> str:
    return places.clean(text).translate(_PROPERTY)
