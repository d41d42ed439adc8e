"""A scan from paths to report: discover, gather, judge, assemble."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from cogcheck.assemble import Assembly, order
from cogcheck.catalogue.load import Catalogue, catalogue
from cogcheck.catalogue.verdict import Question, Verdict
from cogcheck.documents import Discovery, asked, discover
from cogcheck.engine import Engine
from cogcheck.gather import Gathered, gather
from cogcheck.locate import located
from cogcheck.model import Argument, Block, Problem, Resource, Surroundings
from cogcheck.options import Options
from cogcheck.report import Finding, Report
from cogcheck.selection import Selection, configured, select, severities
from cogcheck.suppress import Suppressed, suppress
from cogcheck.terraform.project import Import


class RuleFileError(ValueError):
    """Something is wrong with a file of one's own rules; a line for each mistake."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """The rules of a scan: all that are known, and those that count."""

    catalogue: Catalogue
    selection: Selection

    def counts(self, problem: Problem) -> bool:
        """Whether the rule that speaks of a problem counts."""
        rule = self.catalogue.by_slug.get(problem.slug)
        return rule is not None and self.selection(rule)


def scan(paths: Sequence[str | os.PathLike[str]], options: Options | None = None) -> Report:
    """Judge every resource that the catalogue knows below the paths (the working directory where none is given).

    Raises MissingPathError for a path that is not there, RuleFileError for rules of one's own that are none, and
    UnknownRuleError or OptionError for options that speak of no rule or option; whatever else is wrong with the input
    is a finding.
    """
    options = options or Options()
    rules = configured(_with_own_rules(catalogue(), options), options)
    ruling = Ruling(rules, select(rules, options))
    mentions = tuple(type_.encode() for type_ in rules.types)
    found = discover(paths, mentions, options.stdin, options.stdin_filename, options.exclude, options.base)
    gathered = gather(found, options, rules.types)
    assembly = Assembly(rules, severities(rules, options))
    read = located(gathered.problems, gathered.resources, rules.shapes)
    problems = [*read, *_judge(gathered, Engine(rules, ruling.selection), assembly, options)]
    _take(problems, ruling, assembly)
    outcome = _only_asked(_divide(gathered, ruling, options, assembly), found)
    return _report(found, problems, gathered, rules, outcome, assembly)


def _with_own_rules(rules: Catalogue, options: Options) -> Catalogue:
    if not options.rule_files:
        return rules
    from cogcheck.catalogue.userrules import extend

    extended, errors = extend(rules, options.rule_files)
    if errors:
        raise RuleFileError("\n".join(map(str, errors)))
    return extended


def _judge(gathered: Gathered, engine: Engine, assembly: Assembly, options: Options) -> list[Problem]:
    """Judge everything that was gathered; what a plan changes, and what could not be judged, are problems."""
    problems: list[Problem] = []
    for number, resource in enumerate(gathered.resources):
        if options.progress is not None:
            options.progress("checking", number, len(gathered.resources))
        try:
            judged, verdicts, questions = engine.judge(resource)
        except Exception as error:  # a mistake of ours costs this resource, not the scan
            problems.append(_own_mistake(resource, error))
            continue
        _add(judged, verdicts, questions, assembly)
    for one in map(_import_as_resource, gathered.imports):
        _add(one, *engine.judge_import(one), assembly)
    changed = [one for one in (*gathered.resources, *gathered.destroyed) if one.change is not None]
    if changed:
        from cogcheck.catalogue.changes import changes

        problems.extend(problem for one in changed for problem in changes(one))
    return problems


def _own_mistake(resource: Resource, error: Exception) -> Problem:
    if "COGCHECK_DEBUG" in os.environ:
        raise error
    message = f"{resource.address} could not be judged, because of a mistake in cogcheck: {type(error).__name__}"
    return Problem("internal-error", message, resource.block.header, resources=(resource.address,))


def _import_as_resource(one: Import) -> Resource:
    """An `import` block is judged as a block with the argument `id`, in the name of the resource it imports to."""
    id_ = Argument("id", one.span, one.id, one.span)
    return Resource(one.type, one.to, one.to, Block("import", one.span, one.span, {"id": id_}), Surroundings())


def _add(resource: Resource, verdicts: Iterable[Verdict], questions: Iterable[Question], assembly: Assembly) -> None:
    for verdict in verdicts:
        assembly.add_verdict(verdict, resource)
    for question in questions:
        assembly.add_question(question, resource)


def _take(problems: Iterable[Problem], ruling: Ruling, assembly: Assembly) -> None:
    for problem in problems:
        if ruling.counts(problem):
            assembly.add_problem(problem)


def _divide(gathered: Gathered, ruling: Ruling, options: Options, assembly: Assembly) -> Suppressed:
    """Let the ignores divide the findings; what is wrong with the ignores themselves comes on top."""
    divided = suppress(
        assembly.findings(),
        gathered.files,
        ruling.catalogue,
        options,
        undecided=assembly.undecided(),
        sources=gathered.consulted,
    )
    late = Assembly(ruling.catalogue, assembly.severities)
    _take(divided.problems, ruling, late)
    return replace(divided, kept=tuple(sorted((*divided.kept, *late.findings()), key=order)))


def _only_asked(outcome: Suppressed, found: Discovery) -> Suppressed:
    """Where files were named, only what is found in them, or in others because of them."""

    def wanted(finding: Finding) -> bool:
        return asked(found, [span.document.file for span in (finding.span, *(step.span for step in finding.related))])

    return replace(
        outcome,
        kept=tuple(filter(wanted, outcome.kept)),
        suppressed=tuple(filter(wanted, outcome.suppressed)),
    )


def _report(
    found: Discovery,
    problems: Iterable[Problem],
    gathered: Gathered,
    rules: Catalogue,
    outcome: Suppressed,
    assembly: Assembly,
) -> Report:
    unreadable = {
        problem.span.document.path
        for problem in problems
        if (rule := rules.by_slug.get(problem.slug)) is not None and rule.unreadable
    }
    judged = {(one.address, one.block.header.document.path) for one in (*gathered.resources, *gathered.destroyed)}
    return Report(
        findings=outcome.kept,
        undecided=tuple(assembly.undecided()),
        suppressed=outcome.suppressed,
        files=len(found.files),
        resources=len(judged),
        unreadable=len(unreadable),
        notices=() if judged else ("no resource that cogcheck knows was found",),
        catalogue=rules,
    )
