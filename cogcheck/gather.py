"""From what was discovered to what is judged: configurations, plans and the stacks of CDKTF side by side."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING

from cogcheck.documents import STDIN, Discovery, SourceFile, load, module_files, repository_root
from cogcheck.model import Document, Problem, Resource, Resources
from cogcheck.options import Options
from cogcheck.record import dataclass
from cogcheck.syntax.body import ParsedFile
from cogcheck.terraform.project import Import, Project, Survey, resources
from cogcheck.terraform.weight import Late

if TYPE_CHECKING:
    from cogcheck.catalogue.shapes import BlockShape
    from cogcheck.terraform.cdktf import Synthesized


@dataclass(slots=True)
class Gathered:
    """What there is to judge, or a part of it, and what was found on the way.

    `destroyed` are resources that a plan only destroys: there are no values to judge, only the change.
    `consulted` are files that were only looked at for places and ignore comments: the configurations of plans.
    `directories` are the modules that were walked through. `late` tells what was met while they were judged.
    """

    resources: list[Resource] = field(default_factory=list)
    destroyed: list[Resource] = field(default_factory=list)
    imports: list[Import] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    files: list[ParsedFile] = field(default_factory=list)
    consulted: list[ParsedFile] = field(default_factory=list)
    directories: frozenset[str] = frozenset()
    late: Callable[[], Late] = Late


class Gathering:
    """Everything that was discovered, read in parts: each root module, then the rest. Never raises: what cannot be
    read is a problem.
    """

    def __init__(self, found: Discovery, options: Options, types: Mapping[str, BlockShape | None]) -> None:
        self._found = found
        self._options = options
        self._types = types
        self._stacks: Synthesized | None = None
        if any(file.role == "manifest" for file in found.files):
            from cogcheck.terraform.cdktf import synthesized

            self._stacks = synthesized(found)
        self._survey = Survey(self._stacks.discovery if self._stacks else found, options, types)

    def __reduce__(self) -> tuple[object, ...]:
        # The trees of tree-sitter cannot be sent to another process, and reading is cheaper than sending anyway.
        return Gathering, (self._found, replace(self._options, progress=None), self._types)

    @property
    def roots(self) -> tuple[str, ...]:
        """The root modules, in their order."""
        return self._survey.roots

    def size(self, root: str) -> int:
        """How many bytes a root module has."""
        return self._survey.size(root)

    def part(self, root: str) -> Gathered:
        """What is below a root module."""
        return self._gathered(self._survey.part(root))

    def unreached(self, reached: Collection[str]) -> list[Document]:
        """The configuration files that are to be looked at and lie in none of these directories, without texts."""
        return [Document(file.shown, "", file.kind, file.path) for file in self._survey.unreached(reached)]

    def beside(self) -> Iterator[Gathered]:
        """What there is beside modules: problems that were met on the way to them, and plans."""
        yield Gathered(problems=[*self._found.problems, *(self._stacks.problems if self._stacks else ())])
        for file in self._found.files:
            if file.role == "plan":
                yield self._plan(file)

    def rest(self, reached: frozenset[str]) -> Iterator[Gathered]:
        """What is below no root module, given the directories that were walked through."""
        return map(self._gathered, self._survey.rest(reached))

    def _gathered(self, project: Project) -> Gathered:
        return Gathered(
            resources=list(self._stacks.named(project.resources) if self._stacks else project.resources),
            imports=list(project.imports),
            problems=[*project.problems, *_synthesized(project.files)],
            files=list(project.files),
            directories=project.directories,
            late=project.late,
        )

    def _plan(self, file: SourceFile) -> Gathered:
        from cogcheck.terraform import plan
        from cogcheck.terraform.locate import locate

        document = load(file)
        if isinstance(document, Problem):
            return Gathered(problems=[document])
        result = plan.resources(document, self._types)
        source = self._source(file) if result.resources or result.destroyed else Project()
        written = Resources(source.resources)
        return Gathered(
            resources=[locate(one, written, self._types.get(one.type)) for one in result.resources],
            destroyed=list(result.destroyed),
            problems=list(result.problems),
            consulted=list(source.files),
            late=result.late,
        )

    def _source(self, file: SourceFile) -> Project:
        """The configuration that a plan was made from: `--source`, or what lies beside the plan."""
        if self._options.source is None and file.path == STDIN:
            return Project()
        directory = os.path.realpath(self._options.source or os.path.dirname(file.path))
        files = module_files(directory, tuple(type_.encode() for type_ in self._types)).files
        if not files:
            return Project()
        root = repository_root(directory)
        # As if the whole repository had been named: a plan is of a root module, whoever else may call that one.
        discovery = Discovery(files, {directory: files}, roots=(root,), named=(root,))
        return resources(discovery, self._options, self._types)


def _synthesized(files: Iterable[ParsedFile]) -> Iterable[Problem]:
    """What is wrong with synthesized files as such."""
    candidates = [file for file in files if file.document.kind == "tfjson" or file.document.path.endswith("cdk.tf")]
    if not candidates:
        return []
    from cogcheck.terraform.cdktf import findings

    return [problem for file in candidates for problem in findings(file)]
