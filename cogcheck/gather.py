"""From what was discovered to what is judged: configurations, plans and the stacks of CDKTF side by side."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cogcheck.documents import STDIN, Discovery, SourceFile, load, module_files, repository_root
from cogcheck.model import Problem, Resource
from cogcheck.options import Options
from cogcheck.syntax.body import ParsedFile
from cogcheck.terraform.project import Import, resources

if TYPE_CHECKING:
    from cogcheck.catalogue.shapes import BlockShape


@dataclass(slots=True)
class Gathered:
    """What there is to judge, and what was found on the way.

    `destroyed` are resources that a plan only destroys: there are no values to judge, only the change.
    `consulted` are files that were only looked at for places and ignore comments: the configurations of plans.
    """

    resources: list[Resource] = field(default_factory=list)
    destroyed: list[Resource] = field(default_factory=list)
    imports: list[Import] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    files: list[ParsedFile] = field(default_factory=list)
    consulted: list[ParsedFile] = field(default_factory=list)


def gather(found: Discovery, options: Options, types: Mapping[str, BlockShape | None]) -> Gathered:
    """Read everything that was discovered. Never raises: what cannot be read is a problem."""
    gathered = Gathered(problems=list(found.problems))
    _configurations(gathered, found, options, types)
    for file in found.files:
        if file.role == "plan":
            _plan(gathered, file, options, types)
    return gathered


def _configurations(
    gathered: Gathered, found: Discovery, options: Options, types: Mapping[str, BlockShape | None]
) -> None:
    stacks = None
    if any(file.role == "manifest" for file in found.files):
        from cogcheck.terraform.cdktf import synthesized

        stacks = synthesized(found)
        found = stacks.discovery
        gathered.problems.extend(stacks.problems)
    project = resources(found, options, types)
    gathered.resources.extend(stacks.named(project.resources) if stacks else project.resources)
    gathered.imports.extend(project.imports)
    gathered.problems.extend(project.problems)
    gathered.files.extend(project.files)
    gathered.problems.extend(_synthesized(project.files))


def _synthesized(files: Iterable[ParsedFile]) -> Iterable[Problem]:
    """What is wrong with synthesized files as such."""
    candidates = [file for file in files if file.document.kind == "tfjson" or file.document.path.endswith("cdk.tf")]
    if not candidates:
        return []
    from cogcheck.terraform.cdktf import findings

    return [problem for file in candidates for problem in findings(file)]


def _plan(gathered: Gathered, file: SourceFile, options: Options, types: Mapping[str, BlockShape | None]) -> None:
    from cogcheck.terraform import plan
    from cogcheck.terraform.locate import locate

    document = load(file)
    if isinstance(document, Problem):
        gathered.problems.append(document)
        return
    result = plan.resources(document, types)
    gathered.problems.extend(result.problems)
    source: tuple[Resource, ...] = ()
    if result.resources or result.destroyed:
        source = _source(gathered, file, options, types)
    gathered.resources.extend(locate(one, source, types.get(one.type)) for one in result.resources)
    gathered.destroyed.extend(result.destroyed)


def _source(
    gathered: Gathered, file: SourceFile, options: Options, types: Mapping[str, BlockShape | None]
) -> tuple[Resource, ...]:
    """The resources of the configuration that a plan was made from: `--source`, or what lies beside the plan."""
    if options.source is None and file.path == STDIN:
        return ()
    directory = os.path.realpath(options.source or os.path.dirname(file.path))
    files = module_files(directory, tuple(type_.encode() for type_ in types))
    if not files:
        return ()
    root = repository_root(directory)
    # As if the whole repository had been named: a plan is of a root module, whoever else may call that one.
    project = resources(Discovery(files, {directory: files}, roots=(root,), named=(root,)), options, types)
    gathered.consulted.extend(project.files)
    return project.resources
