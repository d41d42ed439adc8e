"""GitLab's code quality report, which merge requests show the difference of."""

from __future__ import annotations

from typing import Any

from cogcheck.report import Finding, Report, Severity
from cogcheck.reporters import View, places
from cogcheck.reporters.dump import dumped

_SEVERITIES: dict[Severity, str] = {"error": "critical", "warning": "major", "info": "info"}


def render(report: Report, view: View) -> str:
    """A JSON array; the fingerprints hold no lines, so that moved code makes nothing new."""
    return dumped([_issue(finding) for finding in report.findings])


def _issue(finding: Finding) -> dict[str, Any]:
    subject = places.subject(finding)
    text = f"{subject}: {finding.message}" if subject else finding.message
    return {
        "description": places.clean(" ".join(places.sentence(part) for part in (text, finding.help) if part)),
        "check_name": f"{finding.rule} {finding.slug}",
        "fingerprint": finding.fingerprint,
        "severity": _SEVERITIES[finding.severity],
        # Either lines or positions are allowed, not both, and older versions know only lines.
        "location": {
            "path": places.clean(places.shown(finding.span.document)),
            "lines": {"begin": finding.span.first[0], "end": finding.span.last[0]},
        },
    }
