"""A report that is longer than anybody can use is cut, which is said in it: the worst stays, and what was not read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cogcheck.assemble import order
from cogcheck.report import SEVERITIES, Finding

if TYPE_CHECKING:
    from collections.abc import Collection

    from cogcheck.catalogue.load import Catalogue
    from cogcheck.report import Report

MOST = 10_000
"""The most findings, and the most open questions, of a report."""
_SLUG = "evaluation-limit"
_HELP = "Correct the mistakes that repeat themselves, or scan one directory at a time."


def cut(report: Report, rules: Catalogue, selected: Collection[str], most: int = MOST) -> Report:
    """The report with at most so many findings and open questions, and one finding more that tells what is left out.

    `selected` are the ids of the rules that count. The notices tell it in any case.
    """
    findings, notices = report.findings, report.notices
    if len(findings) > most:
        findings, message = _worst(report, rules, selected, most)
        notices = (*notices, message)
    undecided = report.undecided
    if len(undecided) > most:
        notices = (*notices, f"only {most:,} of {len(undecided):,} undecided questions are in the report")
        undecided = undecided[:most]
    return replace(report, findings=findings, undecided=undecided, notices=notices)


def _worst(report: Report, rules: Catalogue, selected: Collection[str], most: int) -> tuple[tuple[Finding, ...], str]:
    """The worst findings in their order, with one about the others, and what it says."""
    # The exit code and the trust in all others depend on what was not looked at.
    first_of_all = {_SLUG, *(slug for slug, rule in rules.by_slug.items() if rule.unreadable)}
    ranked = sorted(report.findings, key=lambda one: (one.slug not in first_of_all, SEVERITIES.index(one.severity)))
    kept = sorted(ranked[:most], key=order)
    message = f"only the worst {most:,} of {len(ranked):,} findings are in the report"
    rule = rules.by_slug.get(_SLUG)
    if rule is not None and rule.id in selected:
        first = min(ranked[most:], key=order)
        kept.append(Finding(rule.id, rule.slug, rule.severity, message, first.span, _HELP))
    return tuple(kept), message
