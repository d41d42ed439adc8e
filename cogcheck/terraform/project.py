"""From the files of a scan to the resources that Terraform would make of them: roots, module trees, instances."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from cogcheck.gitignore import excluding
from cogcheck.record import dataclass
from cogcheck.terraform.addresses import dotted, spelled
from cogcheck.terraform.bodies import code
from cogcheck.terraform.graph import Graph
from cogcheck.terraform.resources import Builder
from cogcheck.terraform.sources import Sources
from cogcheck.terraform.tree import Node, Tree
from cogcheck.terraform.weight import Late

if TYPE_CHECKING:
    from cogcheck.catalogue.shapes import BlockShape
    from cogcheck.files import Discovery, SourceFile
    from cogcheck.model import Problem, Resource, Span, Value
    from cogcheck.options import Options
    from cogcheck.syntax.body import ParsedFile


@dataclass(frozen=True, slots=True)
class Import:
    """An `import` block: the address it imports to, the resource type of that, and the ID."""

    to: str
    type: str
    id: Value
    span: Span


@dataclass(frozen=True, slots=True)
class Project:
    """What a scan found in configurations, or a part of it.

    `files` are those that took part: the modules on the way from a root to a judged resource, and their values files.
    `directories` are the modules that were walked through. `late` tells what was met while they were judged.
    """

    resources: tuple[Resource, ...] = ()
    problems: tuple[Problem, ...] = ()
    files: tuple[ParsedFile, ...] = ()
    imports: tuple[Import, ...] = ()
    directories: frozenset[str] = frozenset()
    late: Callable[[], Late] = Late


def resources(discovery: Discovery, options: Options, types: Mapping[str, BlockShape | None]) -> Project:
    """The resources of these types in the configurations that were discovered, all at once."""
    survey = Survey(discovery, options, types)
    parts = [survey.part(root, keep=True) for root in survey.roots]
    parts.extend(survey.rest(frozenset().union(*(part.directories for part in parts))))
    return Project(
        tuple(resource for part in parts for resource in part.resources),
        tuple(dict.fromkeys(problem for part in parts for problem in part.problems)),
        tuple({file.document.path: file for part in parts for file in part.files}.values()),
        tuple(one for part in parts for one in part.imports),
    )


class Survey:
    """The configurations that were discovered, to be read in parts: one for each root module.

    A directory that others of the repository call is looked at through its callers, up to the root modules. What is
    judged: resources in directories that were discovered, and in the modules that those call.
    """

    def __init__(self, discovery: Discovery, options: Options, types: Mapping[str, BlockShape | None]) -> None:
        self._sources = Sources(discovery, tuple(type_.encode() for type_ in types))
        self._graph = Graph(self._sources)
        self._options = options
        self._types = types
        self._exclusions = excluding(options.base or os.path.realpath(os.curdir), options.exclude)

    @property
    def roots(self) -> tuple[str, ...]:
        """The root modules that lead to something, sorted."""
        return self._graph.roots

    def size(self, root: str) -> int:
        """How many bytes a root module has, without what it calls."""
        return sum(len(file.data or b"") for file in self._sources.files(root))

    def unreached(self, reached: Collection[str]) -> Iterator[SourceFile]:
        """The configuration files that are to be looked at, and lie in none of these directories."""
        for directory in dict.fromkeys((*self.roots, *self._graph.starts, *_named(self._sources.discovery))):
            if directory not in reached:
                yield from (file for file in self._sources.files(directory) if file.role == "module")

    def part(self, root: str, *, keep: bool = False) -> Project:
        """Everything below a root module. What was read for it alone is forgotten again, unless it is to be kept."""
        part = self._below(root)
        if not keep:
            self._sources.forget(self._graph.own(root))
        return part

    def rest(self, reached: frozenset[str]) -> Iterator[Project]:
        """What is below no root module, given the directories that were walked through."""
        for directory in dict.fromkeys(_named(self._sources.discovery)):
            if directory not in reached:
                files = tuple(self._sources.module(directory).files)
                yield Project(problems=tuple(self._problems(directory)), files=files)
        for directory in self._graph.starts:
            # Modules that only call each other in a circle, or whose callers could not be followed down to them.
            if directory not in reached and self._sources.mentioned(directory):
                part = self._below(directory)
                reached |= part.directories
                yield part

    def _below(self, root: str) -> Project:
        tree = Tree(root, self._sources, self._options)
        builder = Builder(tree, self._types)
        resources: list[Resource] = []
        directories: dict[str, None] = {}
        for node, judged in self._walk(tree):
            directories[node.directory] = None
            if judged:
                for declaration in (*node.module.resources.values(), *node.module.repeated):
                    if declaration.labels[0] in self._types and not self._excluded(node.directory, declaration.header):
                        resources.extend(builder.build(node, declaration))
        imports = _imports(tree.root) if root in self._sources.discovery.directories else ()
        problems = [problem for directory in directories for problem in self._problems(directory)]
        files = [file for directory in directories for file in self._sources.module(directory).files]
        return Project(
            tuple(resources),
            tuple(dict.fromkeys((*problems, *tree.given.problems, *tree.problems, *tree.budget.exceeded))),
            (*files, *tree.given.files),
            tuple(imports),
            frozenset(directories),
            tree.late,
        )

    def _problems(self, directory: str) -> Iterator[Problem]:
        """What is wrong with the files of a module."""
        for problem in self._sources.problems(directory):
            if not self._excluded(directory, problem.span):
                yield problem

    def _excluded(self, directory: str, span: Span) -> bool:
        """Whether a file of a module is one that nobody wants to hear of, although others need it."""
        path = os.path.join(directory, os.path.basename(span.document.path))
        return self._exclusions.exclude(path, directory=False)

    def _walk(self, tree: Tree) -> Iterator[tuple[Node, bool]]:
        """The module instances that lead to something, and whether what they hold is judged."""
        discovered = self._sources.discovery.directories
        pending = [(tree.root, tree.directory in discovered)]
        while pending:
            node, judged = pending.pop()
            yield node, judged
            children: list[Node] = []
            for name, call in node.module.calls.items():
                target, _ = self._sources.called(node.directory, call)
                if target in self._graph.useful:
                    children.extend(node.children(name).nodes)
            pending.extend((child, judged or child.directory in discovered) for child in reversed(children))


def _named(discovery: Discovery) -> list[str]:
    """The directories of configuration files that were named themselves: these are looked at whatever they hold."""
    named = {path for path in discovery.named if not os.path.isdir(path)}
    if not named:
        return []
    return [
        file.directory
        for file in discovery.files
        if file.role == "module" and os.path.join(file.directory, os.path.basename(file.path)) in named
    ]


def _imports(root: Node) -> Iterator[Import]:
    for block in root.module.imports:
        to, id_ = block.body.attributes.get("to"), block.body.attributes.get("id")
        target = code(to.expression) if to is not None else None
        address, path = (spelled(target), dotted(target)) if target is not None else (None, None)
        if address is not None and path is not None and id_ is not None and "." in path:
            yield Import(address, path.split(".")[-2], root.evaluate(id_.expression), id_.value_span)
