"""SARIF 2.1.0 as GitHub code scanning takes it, and other readers of the standard too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cogcheck import REPOSITORY, __version__
from cogcheck.catalogue.load import Catalogue, catalogue
from cogcheck.model import Document, Span, Step
from cogcheck.report import Finding, Report
from cogcheck.reporters import View, places
from cogcheck.reporters.dump import dumped
from cogcheck.reporters.sarif_fingerprint import line_hashes
from cogcheck.reporters.sarif_objects import (
    ArtifactLocation,
    CodeFlow,
    Invocation,
    Location,
    LogicalLocation,
    Message,
    Notification,
    PhysicalLocation,
    Region,
    ReportingDescriptorReference,
    Result,
    Run,
    RunAutomationDetails,
    SarifLog,
    ThreadFlow,
    ThreadFlowLocation,
    Tool,
    ToolComponent,
    plain,
)
from cogcheck.reporters.sarif_rules import LEVELS, describe

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
"""The name of the directory that all relative URIs are counted from; where it is, is nobody's business."""
MOST_RESULTS = 5000
"""GitHub keeps this many results of a run."""
MOST_PLACES = 100
"""GitHub keeps this many related locations of a result."""
MOST_STEPS = 1000
"""GitHub keeps this many locations of a code flow."""

_LINK_LIKE = re.compile(r"\[(?=[^\[\]]*\]\()")


def render(report: Report, view: View) -> str:
    """The report as a SARIF log with one run.

    Suppressed findings are left out unless asked for, since GitHub opens alerts for them. A category is written only
    if asked for, since an id in the file overrides the upload action's.
    """
    rules = report.catalogue or catalogue()
    given = places.by_severity(report.findings + (report.suppressed if view.suppressed else ()))
    kept = given[:MOST_RESULTS]
    index = {rule: number for number, rule in enumerate(sorted(rules.by_id))}
    hashes = _hashes(kept)
    results = [_result(finding, index, hashes, view.suppressed) for finding in kept]
    run = Run(
        tool=Tool(driver=_driver(rules)),
        column_kind="unicodeCodePoints",
        invocations=[_invocation(kept, rules, index, len(given) - len(kept), view.exit_code)],
        original_uri_base_ids={ROOT: {"description": {"text": "The root of the repository."}}},
        automation_details=RunAutomationDetails(id=f"{view.category}/") if view.category else None,
        results=results,
    )
    log = {"$schema": SCHEMA, "version": "2.1.0", **plain(SarifLog(version="2.1.0", runs=[run]))}
    return dumped(log)


def _driver(rules: Catalogue) -> Any:
    """All rules, since Microsoft's validator wants them even where none is broken."""
    return ToolComponent(
        name="cogcheck",
        version=__version__,
        semantic_version=__version__,
        information_uri=REPOSITORY,
        rules=[describe(rules.by_id[id_], rules) for id_ in sorted(rules.by_id)],
    )


def _result(finding: Finding, index: Mapping[str, int], hashes: Mapping[tuple[str, int], str], suppressed: bool) -> Any:
    steps = finding.related[:MOST_PLACES]
    prints = {"cogcheck/v1": finding.fingerprint} if finding.fingerprint else {}
    hash_ = hashes.get((finding.span.document.file or "", finding.span.first[0]))
    if hash_ is not None:
        prints["primaryLocationLineHash"] = hash_
    return Result(
        rule_id=finding.rule,
        rule_index=index[finding.rule],
        # Without a level of its own, a result takes its rule's, whatever the user made of it.
        level=LEVELS[finding.severity],
        message=Message(text=_message(finding, steps)),
        locations=[_location(finding.span, logical=_logical(finding))],
        related_locations=[_location(step.span, step.message, number) for number, step in enumerate(steps, 1)] or None,
        code_flows=_code_flows(finding),
        partial_fingerprints=prints or None,
        suppressions=_suppressions(finding) if suppressed else None,
        properties={"argument": finding.argument} if finding.argument else None,
    )


def _message(finding: Finding, steps: Sequence[Step]) -> str:
    """Only the first sentence shows where space is short: the resource first. Then links to the related places.

    Braces stay single: readers show them as they are, and placeholders that rules speak of hold braces.
    """
    subject = places.subject(finding)
    text = f"{subject}: {finding.message}" if subject else finding.message
    sentences = [_unlinked(places.sentence(text))]
    if finding.help:
        sentences.append(_unlinked(places.sentence(finding.help)))
    if steps:
        links = ", ".join(f"[{_escaped(step.message)}]({number})" for number, step in enumerate(steps, 1))
        sentences.append(f"See {links}.")
    return " ".join(sentences)


def _unlinked(text: str) -> str:
    """A text in which nothing looks like a link: it may quote the user's own."""
    return _LINK_LIKE.sub(r"\\[", text)


def _escaped(text: str) -> str:
    """The text of a link."""
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _location(span: Span, message: str | None = None, id_: int = -1, logical: list[Any] | None = None) -> Any:
    return Location(
        id=id_,
        physical_location=PhysicalLocation(artifact_location=_artifact(span.document), region=_region(span)),
        message=Message(text=message) if message else None,
        logical_locations=logical or None,
    )


def _artifact(document: Document) -> Any:
    base = ROOT if places.relative(document) is not None else None
    return ArtifactLocation(uri=places.uri(document), uri_base_id=base)


def _region(span: Span) -> Any:
    (line, column), (last_line, last_column) = span.first, span.last
    return Region(start_line=line, start_column=column, end_line=last_line, end_column=last_column)


def _logical(finding: Finding) -> list[Any]:
    """The addresses of the resource's instances, and the path of the construct that made it."""
    named = [LogicalLocation(fully_qualified_name=address, kind="resource") for address in finding.resources]
    if finding.construct:
        named.insert(1, LogicalLocation(fully_qualified_name=finding.construct, kind="construct"))
    return named[:MOST_PLACES]


def _code_flows(finding: Finding) -> list[Any] | None:
    """The way of a value from where it was written to the argument, if it took more than one step."""
    if len(finding.trail) < 2:
        return None
    way = [*reversed(finding.trail)]
    if way[-1].span != finding.span:
        way.append(Step("used here", finding.span))
    locations = [ThreadFlowLocation(location=_location(step.span, step.message)) for step in way[-MOST_STEPS:]]
    return [CodeFlow(thread_flows=[ThreadFlow(locations=locations)])]


def _suppressions(finding: Finding) -> list[dict[str, str]]:
    if finding.reason is None:
        return []
    entry = {"kind": "inSource", "status": "accepted"}
    return [{**entry, "justification": finding.reason} if finding.reason else entry]


def _invocation(
    findings: Iterable[Finding], rules: Catalogue, index: Mapping[str, int], left_out: int, exit_code: int | None
) -> Any:
    """The run was a success even where input was unreadable: GitHub takes `false` for a broken upload."""
    notes = [_notification(finding, index) for finding in findings if rules.by_id[finding.rule].unreadable]
    if left_out:
        text = f"{left_out} findings more than the {MOST_RESULTS} that GitHub takes are left out, the mildest first."
        notes.append(Notification(message=Message(text=text), level="warning"))
    return Invocation(execution_successful=True, exit_code=exit_code, tool_execution_notifications=notes or None)


def _notification(finding: Finding, index: Mapping[str, int]) -> Any:
    return Notification(
        message=Message(text=_unlinked(places.sentence(finding.message))),
        level=LEVELS[finding.severity],
        locations=[_location(finding.span)],
        associated_rule=ReportingDescriptorReference(id=finding.rule, index=index[finding.rule]),
    )


def _hashes(findings: Iterable[Finding]) -> dict[tuple[str, int], str]:
    """GitHub's line fingerprints, by file and line, as far as the files on disk still hold what was read."""
    wanted: dict[str, tuple[Document, set[int]]] = {}
    for finding in findings:
        document = finding.span.document
        if document.file is not None:
            wanted.setdefault(document.file, (document, set()))[1].add(finding.span.first[0])
    hashes = {}
    for file, (document, lines) in wanted.items():
        text = _on_disk(document)
        if text is not None:
            hashes.update({(file, line): hash_ for line, hash_ in line_hashes(text, lines).items()})
    return hashes


def _on_disk(document: Document) -> str | None:
    """The text of a file with its BOM, which counts for GitHub."""
    try:
        with open(document.file or "", "rb") as file:
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return None
    return text if text.removeprefix("\ufeff") == document.text else None
