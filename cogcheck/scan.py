"""A scan from paths to report: discover, gather, judge, assemble."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from cogcheck.assemble import Assembly, order
from cogcheck.catalogue.load import Catalogue, catalogue
from cogcheck.documents import Discovery, asked, discover
from cogcheck.gather import Gathering
from cogcheck.judging import Judged, Ruling
from cogcheck.options import Options
from cogcheck.report import Finding, Report, Undecided
from cogcheck.selection import configured, select, severities
from cogcheck.shares import judge_all
from cogcheck.suppress import Suppressed, suppress

_MOST_NAMED = 3
"""Resource types that a notice names at most."""


class RuleFileError(ValueError):
    """Something is wrong with a file of one's own rules; a line for each mistake."""


def scan(paths: Sequence[str | os.PathLike[str]], options: Options | None = None) -> Report:
    """Judge every resource that the catalogue knows below the paths (the working directory where none is given).

    Raises MissingPathError for a path that is not there, RuleFileError for rules of one's own that are none, and
    UnknownRuleError or OptionError for options that speak of no rule or option; whatever else is wrong with the input
    is a finding.
    """
    options = options or Options()
    rules = configured(_with_own_rules(catalogue(), options), options)
    ruling = Ruling(rules, select(rules, options), severities(rules, options))
    mentions = tuple(type_.encode() for type_ in rules.types)
    found = discover(paths, mentions, options.stdin, options.stdin_filename, options.exclude, options.base)
    judged = judge_all(Gathering(found, options, rules.types), ruling, options)
    undecided = judged.collected.undecided()
    outcome = _only_asked(_divide(judged, undecided, ruling, options), found, rules)
    return Report(
        findings=outcome.kept,
        undecided=tuple(undecided),
        suppressed=outcome.suppressed,
        files=len(found.files),
        resources=len(judged.resources),
        unreadable=len(judged.unreadable),
        notices=() if judged.resources else (_nothing(rules),),
        catalogue=rules,
    )


def _nothing(rules: Catalogue) -> str:
    """What to say where there was nothing to judge, which is seldom what was meant."""
    types = sorted(rules.types)
    what = " or ".join(types) if len(types) <= _MOST_NAMED else "resource that there are rules for"
    return f"no {what} was found; modules from registries and other repositories are not read"


def _with_own_rules(rules: Catalogue, options: Options) -> Catalogue:
    if not options.rule_files:
        return rules
    from cogcheck.catalogue.userrules import extend

    extended, errors = extend(rules, options.rule_files)
    if errors:
        raise RuleFileError("\n".join(map(str, errors)))
    return extended


def _divide(judged: Judged, undecided: Sequence[Undecided], ruling: Ruling, options: Options) -> Suppressed:
    """Let the ignores divide the findings; what is wrong with the ignores themselves comes on top."""
    found = judged.collected.findings()
    divided = suppress(found, judged.ignores, ruling.catalogue, options, undecided=undecided)
    late = Assembly(ruling.catalogue, ruling.severities)
    ruling.take(divided.problems, late)
    return replace(divided, kept=tuple(sorted((*divided.kept, *late.collected.findings()), key=order)))


def _only_asked(outcome: Suppressed, found: Discovery, rules: Catalogue) -> Suppressed:
    """Where files were named, only what is found in them or in others because of them, and what could not be read."""

    # The exit code speaks of every file of their modules, so its reasons have to be seen.
    serious = {slug for slug, rule in rules.by_slug.items() if rule.unreadable}

    told = asked(found)

    def wanted(finding: Finding) -> bool:
        places = (finding.span, *(step.span for step in finding.related))
        return finding.slug in serious or told([span.document.file for span in places])

    return replace(
        outcome,
        kept=tuple(filter(wanted, outcome.kept)),
        suppressed=tuple(filter(wanted, outcome.suppressed)),
    )
