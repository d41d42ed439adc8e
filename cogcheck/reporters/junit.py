"""JUnit's XML, which many build servers show: a suite for each file, a failed case for each finding."""

from __future__ import annotations

from itertools import groupby
from xml.etree import ElementTree as Xml

from cogcheck.report import Finding, Report
from cogcheck.reporters import View, places


def render(report: Report, view: View) -> str:
    """The report as one XML document. Without findings it has one case that passed, since an empty file is an error."""
    found = report.findings + (report.suppressed if view.suppressed else ())
    top = Xml.Element("testsuites", _counts("cogcheck", found))
    ordered = sorted(found, key=lambda finding: (_path(finding), *finding.span.order))
    for path, group in groupby(ordered, key=_path):
        _suite(top, path, tuple(group))
    if not found:
        suite = Xml.SubElement(top, "testsuite", {**_counts("cogcheck", ()), "tests": "1"})
        top.set("tests", "1")
        Xml.SubElement(suite, "testcase", {"name": "no findings", "classname": "cogcheck", "time": "0"})
    Xml.indent(top)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + Xml.tostring(top, encoding="unicode") + "\n"


def _suite(top: Xml.Element, path: str, findings: tuple[Finding, ...]) -> None:
    suite = Xml.SubElement(top, "testsuite", {**_counts(path, findings), "package": "cogcheck"})
    for finding in findings:
        line, column = finding.span.first
        case = Xml.SubElement(
            suite,
            "testcase",
            {
                "name": places.clean(" ".join(part for part in (finding.rule, finding.slug, _about(finding)) if part)),
                "classname": path,
                "file": path,
                "line": str(line),
                "time": "0",
            },
        )
        if finding.reason is not None:
            Xml.SubElement(case, "skipped", {"message": _attribute(finding.reason or "suppressed")})
            continue
        failure = Xml.SubElement(
            case, "failure", {"type": finding.severity, "message": _attribute(places.sentence(finding.message))}
        )
        failure.text = places.clean(f"{path}:{line}:{column}: {finding.severity}: {_text(finding)}")


def _counts(name: str, findings: tuple[Finding, ...]) -> dict[str, str]:
    skipped = sum(finding.reason is not None for finding in findings)
    return {
        "name": name,
        "tests": str(len(findings)),
        "failures": str(len(findings) - skipped),
        "errors": "0",
        "skipped": str(skipped),
        "time": "0",
    }


def _path(finding: Finding) -> str:
    return places.clean(places.shown(finding.span.document))


def _about(finding: Finding) -> str:
    parts = (places.subject(finding), finding.argument or "")
    return " ".join(part for part in parts if part)


def _text(finding: Finding) -> str:
    lines = [places.sentence(finding.message)]
    if finding.help:
        lines.append(f"help: {places.sentence(finding.help)}")
    for step in finding.related:
        line, column = step.span.first
        lines.append(f"{places.shown(step.span.document)}:{line}:{column}: {step.message}")
    return "\n".join(lines)


def _attribute(text: str) -> str:
    return places.clean(text).replace("\n", " ")
