"""Rules as SARIF describes them: what GitHub shows beside an alert, without looking anything up."""

from __future__ import annotations

from typing import Any

from cogcheck.catalogue.explain import ENFORCED, KINDS, documentation, link, policy
from cogcheck.catalogue.load import Catalogue, Rule
from cogcheck.report import Severity
from cogcheck.reporters.places import sentence
from cogcheck.reporters.sarif_objects import (
    MultiformatMessageString,
    ReportingConfiguration,
    ReportingDescriptor,
)

LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
"""SARIF's levels."""

_LONGEST = 1000
"""GitHub takes descriptions of at most 1024 characters."""
_PROBLEM_SEVERITIES: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "recommendation"}
_SECURITY_SEVERITIES: dict[Severity, str] = {"error": "8.0", "warning": "5.5", "info": "3.0"}
"""High, medium and low on GitHub's scale; any value makes a rule one about security."""
_PRECISIONS = {"executed": "very-high", "model": "very-high", "quoted": "high", "documented": "medium"}


def describe(rule: Rule, catalogue: Catalogue) -> Any:
    """The descriptor of a rule."""
    short, docs = sentence(rule.summary), documentation(rule, catalogue)
    return ReportingDescriptor(
        id=rule.id,
        name=_pascal(rule.slug),
        short_description=MultiformatMessageString(text=short[:_LONGEST]),
        full_description=MultiformatMessageString(text=(sentence(rule.why) or short)[:_LONGEST]),
        help=MultiformatMessageString(text=_text(rule, docs), markdown=_markdown(rule, docs)),
        help_uri=link(rule),
        default_configuration=ReportingConfiguration(level=LEVELS[rule.severity]),
        properties=_properties(rule),
    )


def _properties(rule: Rule) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "precision": _PRECISIONS.get(rule.evidence, "medium"),
        "problem.severity": _PROBLEM_SEVERITIES[rule.severity],
        "tags": ["terraform", KINDS.get(rule.id[3:4], "Other").lower()],
    }
    if rule.packs:
        properties["tags"].append("security")
        properties["security-severity"] = _SECURITY_SEVERITIES[rule.severity]
    return properties


def _paragraphs(rule: Rule) -> list[str]:
    noticed = ENFORCED[rule.enforced]
    known = [f"{label}: {text}" for label, text in policy(rule)]
    texts = (rule.why, noticed[:1].upper() + noticed[1:] if rule.resource else "", rule.help, *known)
    return [sentence(text) for text in texts if text]


def _text(rule: Rule, docs: str) -> str:
    parts = [sentence(rule.summary), *_paragraphs(rule)]
    if rule.bad:
        parts.append(f"Wrong:\n\n{_indented(rule.bad)}")
    if rule.good:
        parts.append(f"Right:\n\n{_indented(rule.good)}")
    if docs:
        parts.append(f"Documentation: {docs}")
    return "\n\n".join(parts)


def _markdown(rule: Rule, docs: str) -> str:
    parts = [f"**{sentence(rule.summary)}**", *_paragraphs(rule)]
    if rule.bad:
        parts.append(f"Wrong:\n\n{_fenced(rule, rule.bad)}")
    if rule.good:
        parts.append(f"Right:\n\n{_fenced(rule, rule.good)}")
    if docs:
        parts.append(f"[Documentation]({docs})")
    parts.append(f"Silence it for one line with `# cogcheck:ignore={rule.slug} -- reason`.")
    return "\n\n".join(parts)


def _fenced(rule: Rule, code: str) -> str:
    # Examples of unreadable input are commands and JSON as well.
    return f"```{'' if rule.id.startswith('COG0') else 'hcl'}\n{code.rstrip()}\n```"


def _indented(code: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in code.rstrip().splitlines())


def _pascal(slug: str) -> str:
    # A word of one letter in capitals makes the name no Pascal case for Microsoft's validator.
    return "".join(word[:1].upper() + word[1:] if len(word) > 1 else word for word in slug.split("-"))
