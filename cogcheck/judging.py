"""Judges what was gathered, part by part: what a part gives is small, and can be sent from one process to another."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field

from cogcheck.assemble import Assembly, Collected
from cogcheck.catalogue.load import Catalogue
from cogcheck.catalogue.verdict import Question, Verdict
from cogcheck.engine import Engine
from cogcheck.gather import Gathered
from cogcheck.ignore_index import FileIgnores, ignores_of
from cogcheck.locate import located
from cogcheck.model import Argument, Block, Problem, Resource, Surroundings
from cogcheck.record import dataclass
from cogcheck.report import Severity
from cogcheck.selection import Selection
from cogcheck.terraform.project import Import


@dataclass(frozen=True, slots=True)
class Ruling:
    """The rules of a scan: all that are known, and those that count, with the severities that were asked for."""

    catalogue: Catalogue
    selection: Selection
    severities: Mapping[str, Severity]

    def counts(self, problem: Problem) -> bool:
        """Whether the rule that speaks of a problem counts."""
        rule = self.catalogue.by_slug.get(problem.slug)
        return rule is not None and self.selection(rule)

    def take(self, problems: Iterable[Problem], assembly: Assembly) -> None:
        """Add those problems that a rule which counts speaks of."""
        for problem in problems:
            if self.counts(problem):
                assembly.add_problem(problem)


@dataclass(slots=True)
class Judged:
    """What judging gave. `ignores` are those of each file, `resources` the address and the file of each resource.

    `unreadable` are the files of which something could not be read, `directories` the modules that were walked through,
    `work` is about how many steps it took.
    """

    collected: Collected = field(default_factory=Collected)
    ignores: list[FileIgnores] = field(default_factory=list)
    resources: set[tuple[str, str]] = field(default_factory=set)
    unreadable: set[str] = field(default_factory=set)
    directories: set[str] = field(default_factory=set)
    work: int = 0

    def add(self, other: Judged) -> None:
        """Take what judging the next part gave."""
        self.collected.add(other.collected)
        self.ignores.extend(other.ignores)
        self.resources |= other.resources
        self.unreadable |= other.unreadable
        self.directories |= other.directories
        self.work += other.work


class Judge:
    """Judges by the rules of a scan; `ignores` tells whether anybody wants to know what files ignore."""

    def __init__(self, ruling: Ruling, *, ignores: bool) -> None:
        self._ruling = ruling
        self._ignores = ignores
        self._engine = Engine(ruling.catalogue, ruling.selection)

    def __call__(self, part: Gathered) -> Judged:
        """What there is to say of a part."""
        rules = self._ruling.catalogue
        assembly = Assembly(rules, self._ruling.severities)
        read = located(part.problems, part.resources, rules.shapes)
        problems = [*read, *self._judge(part, assembly)]
        late = part.late()
        problems += [problem for problem in late.problems if problem not in part.problems]
        self._ruling.take(problems, assembly)
        judged = Judged(assembly.collected, directories=set(part.directories), work=late.work)
        if self._ignores:
            files = [(file, True) for file in part.files] + [(file, False) for file in part.consulted]
            found = (ignores_of(file, rules.shapes, judged=one) for file, one in files)
            judged.ignores = [one for one in found if one.ignores]
        judged.resources = {(one.address, one.block.header.document.path) for one in (*part.resources, *part.destroyed)}
        judged.unreadable = {
            problem.span.document.path
            for problem in problems
            if (rule := rules.by_slug.get(problem.slug)) is not None and rule.unreadable
        }
        return judged

    def _judge(self, part: Gathered, assembly: Assembly) -> list[Problem]:
        """Judge resources and imports; what a plan changes, and what could not be judged, are problems."""

        def values(resource: Resource) -> tuple[Problem, ...]:
            _add(*self._engine.judge(resource), assembly)
            return ()

        def id_(resource: Resource) -> tuple[Problem, ...]:
            _add(resource, *self._engine.judge_import(resource), assembly)
            return ()

        changed = [one for one in (*part.resources, *part.destroyed) if one.change is not None]
        return [
            *_attempted(values, part.resources),
            *_attempted(id_, map(_import_as_resource, part.imports)),
            *_attempted(_changes, changed),
        ]


def _changes(resource: Resource) -> Iterable[Problem]:
    from cogcheck.catalogue.changes import changes  # only plans have any

    return changes(resource)


def _attempted(judge: Callable[[Resource], Iterable[Problem]], resources: Iterable[Resource]) -> Iterator[Problem]:
    """The problems that judging gives: a mistake of ours costs a resource, not the scan."""
    for resource in resources:
        try:
            yield from list(judge(resource))
        except MemoryError:
            raise
        except Exception as error:
            yield _own_mistake(resource, error)


def _own_mistake(resource: Resource, error: Exception) -> Problem:
    if os.environ.get("COGCHECK_DEBUG"):
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
