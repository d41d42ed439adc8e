"""From the files of a scan to the resources that Terraform would make of them: roots, module trees, instances."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cogcheck.gitignore import excluding
from cogcheck.terraform.addresses import dotted, spelled
from cogcheck.terraform.bodies import code
from cogcheck.terraform.graph import Graph
from cogcheck.terraform.resources import Builder
from cogcheck.terraform.sources import Sources
from cogcheck.terraform.tree import Node, Tree

if TYPE_CHECKING:
    from cogcheck.catalogue.shapes import BlockShape
    from cogcheck.files import Discovery
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
    """What a scan found in configurations.

    `files` are those that took part: the modules on the way from a root to a judged resource, and their values files.
    """

    resources: tuple[Resource, ...] = ()
    problems: tuple[Problem, ...] = ()
    files: tuple[ParsedFile, ...] = ()
    imports: tuple[Import, ...] = ()


def resources(discovery: Discovery, options: Options, types: Mapping[str, BlockShape | None]) -> Project:
    """The resources of these types in the configurations that were discovered.

    A directory that others of the repository call is looked at through its callers, up to the root modules. What is
    judged: resources in directories that were discovered, and in the modules that those call.
    """
    sources = Sources(discovery, tuple(type_.encode() for type_ in types))
    collection = _Collection(Graph(sources), sources, options, types)
    for number, root in enumerate(collection.graph.roots):
        if options.progress is not None:
            options.progress("reading", number, len(collection.graph.roots))
        collection.add(root)
    for directory in _named(discovery):
        collection.visit(directory)
    for directory in collection.graph.starts:
        # Modules that only call each other in a circle, or whose callers could not be followed down to them.
        if directory not in collection.reached and sources.mentioned(directory):
            collection.add(directory)
    return collection.project()


class _Collection:
    """Gathers what the trees of all root modules hold."""

    def __init__(
        self, graph: Graph, sources: Sources, options: Options, types: Mapping[str, BlockShape | None]
    ) -> None:
        self.graph = graph
        self.reached: set[str] = set()
        self._visited: set[str] = set()
        self._sources = sources
        self._options = options
        self._types = types
        self._exclusions = excluding(options.base or os.getcwd(), options.exclude)
        self._resources: list[Resource] = []
        self._problems: dict[Problem, None] = {}
        self._imports: list[Import] = []
        self._files: dict[str, ParsedFile] = {}

    def add(self, root: str) -> None:
        """Everything below a root module."""
        tree = Tree(root, self._sources, self._options)
        builder = Builder(tree, self._types)
        for node, judged in self._walk(tree):
            self.reached.add(node.directory)
            self.visit(node.directory)
            if judged:
                for declaration in (*node.module.resources.values(), *node.module.repeated):
                    if declaration.labels[0] in self._types and not self._excluded(node.directory, declaration.header):
                        self._resources.extend(builder.build(node, declaration))
        if root in self._sources.discovery.directories:
            self._imports.extend(_imports(tree.root))
        self._files.update((file.document.path, file) for file in tree.given.files)
        for problem in (*tree.given.problems, *tree.problems, *tree.budget.exceeded):
            self._problems.setdefault(problem)

    def _excluded(self, directory: str, span: Span) -> bool:
        """Whether a file of a module is one that nobody wants to hear of, although others need it."""
        path = os.path.join(directory, os.path.basename(span.document.path))
        return self._exclusions.exclude(path, directory=False)

    def project(self) -> Project:
        """What was gathered."""
        return Project(tuple(self._resources), tuple(self._problems), tuple(self._files.values()), tuple(self._imports))

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
                if target in self.graph.useful:
                    children.extend(node.children(name).nodes)
            pending.extend((child, judged or child.directory in discovered) for child in reversed(children))

    def visit(self, directory: str) -> None:
        """Takes a module's files, and what is wrong with them."""
        if directory in self._visited:
            return
        self._visited.add(directory)
        for problem in self._sources.problems(directory):
            if not self._excluded(directory, problem.span):
                self._problems.setdefault(problem)
        for file in self._sources.module(directory).files:
            self._files[file.document.path] = file


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
