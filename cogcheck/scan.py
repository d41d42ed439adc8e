"""A scan from paths to report: discover, read, resolve, judge, assemble."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from os import PathLike

from cogcheck.assemble import Assembly, order
from cogcheck.catalogue.load import Catalogue, catalogue
from cogcheck.catalogue.verdict import Question, Verdict
from cogcheck.documents import Discovery, discover
from cogcheck.engine import Engine
from cogcheck.model import Argument, Block, Problem, Resource, Surroundings
from cogcheck.options import Options
from cogcheck.report import Report
from cogcheck.selection import Selection, configured, select, severities
from cogcheck.suppress import Suppressed, suppress
from cogcheck.terraform.project import Import, Project, resources


def scan(paths: Sequence[str | PathLike[str]], options: Options | None = None) -> Report:
    """Judge every resource that the catalogue knows below the paths (the working directory where none is given).

    Raises MissingPath for a path that is not there and UnknownRuleError or OptionError for options that speak of no
    rule or option; whatever else is wrong with the input is a finding.
    """
    options = options or Options()
    rules = configured(catalogue(), options)
    selection = select(rules, options)
    assembly = Assembly(rules, severities(rules, options))
    mentions = tuple(type_.encode() for type_ in rules.shapes)
    found = discover(paths, mentions, options.stdin, options.stdin_filename, options.exclude, options.base)
    project = resources(found, options, {type_: shape.root for type_, shape in rules.shapes.items()})
    _judge(project, Engine(rules, selection), assembly)
    problems = [*found.problems, *project.problems]
    _take(problems, rules, selection, assembly)
    divided = suppress(assembly.findings(), project.files, rules, options, undecided=assembly.undecided())
    late = Assembly(rules, assembly.severities)
    _take(divided.problems, rules, selection, late)
    outcome = replace(divided, kept=tuple(sorted((*divided.kept, *late.findings()), key=order)))
    return _report(found, problems, project.resources, rules, outcome, assembly)


def _judge(project: Project, engine: Engine, assembly: Assembly) -> None:
    for resource in project.resources:
        judged, verdicts, questions = engine.judge(resource)
        _add(judged, verdicts, questions, assembly)
    for one in map(_import_as_resource, project.imports):
        _add(one, *engine.judge_import(one), assembly)


def _import_as_resource(one: Import) -> Resource:
    """An `import` block is judged as a block with the argument `id`, in the name of the resource it imports to."""
    id_ = Argument("id", one.span, one.id, one.span)
    return Resource(one.type, one.to, one.to, Block("import", one.span, one.span, {"id": id_}), Surroundings())


def _add(resource: Resource, verdicts: Iterable[Verdict], questions: Iterable[Question], assembly: Assembly) -> None:
    for verdict in verdicts:
        assembly.add_verdict(verdict, resource)
    for question in questions:
        assembly.add_question(question, resource)


def _take(problems: Iterable[Problem], rules: Catalogue, selection: Selection, assembly: Assembly) -> None:
    for problem in problems:
        rule = rules.by_slug.get(problem.slug)
        if rule is not None and selection(rule):
            assembly.add_problem(problem)


def _report(
    found: Discovery,
    problems: Iterable[Problem],
    judged: Sequence[Resource],
    rules: Catalogue,
    outcome: Suppressed,
    assembly: Assembly,
) -> Report:
    unreadable = {
        problem.span.document.path
        for problem in problems
        if (rule := rules.by_slug.get(problem.slug)) is not None and rule.unreadable
    }
    notices = () if judged else ("no resource that cogcheck knows was found",)
    return Report(
        findings=outcome.kept,
        undecided=tuple(assembly.undecided()),
        suppressed=outcome.suppressed,
        files=len(found.files),
        resources=len({resource.address + resource.block.header.document.path for resource in judged}),
        unreadable=len(unreadable),
        notices=notices,
        catalogue=rules,
    )
