"""What CDKTF and CDKTN leave beside the configuration they synthesize: the list of stacks, construct paths, notes.

A stack's `cdk.tf.json` is a root module like any other. Here is what only the output as a whole tells: which files
are stacks at all, what each resource is called in the program, and what went wrong while it was synthesized.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from cogcheck.files import Discovery, SourceFile, leads_out, load, read, shown_path
from cogcheck.model import Document, Problem, Resource, Span
from cogcheck.record import dataclass
from cogcheck.syntax import json
from cogcheck.syntax.body import ParsedFile
from cogcheck.syntax.json_tree import Array, Leaf, Node, Object

_FILES = ("cdk.tf.json", "cdk.tf")
_LEVELS = {"@cdktf/error": "an error", "@cdktf/warn": "a warning"}
_TOKEN = re.compile(
    r"(?i:\$\{TfToken\[[^\"\s]{0,40})|\$\{TfTok[A-Za-z]{0,2}(?![\w\[])|-\d\.\d{1,20}e\+2[89]\d(?!\d)"
    r"|<cdkt[fn]\.[\w.]{1,60} object at 0x[0-9a-f]{1,16}>"
)
_NOT_READ = "Run cdktf synth again."


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack of a manifest: its name, its file's real path, and the construct paths of its resources by address.

    In JSON mode the construct paths are in the file itself, so `constructs` is empty.
    """

    name: str
    path: str
    constructs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Output:
    """One output directory: its stacks, the real paths of files that belong to none of them, the problems."""

    stacks: tuple[Stack, ...] = ()
    stale: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Synthesized:
    """All outputs of a scan: `discovery` is without the files that no manifest lists."""

    discovery: Discovery
    outputs: tuple[Output, ...] = ()
    problems: tuple[Problem, ...] = ()

    def named(self, resources: Iterable[Resource]) -> Iterator[Resource]:
        """The resources with their construct paths, also those of stacks synthesized as HCL."""
        constructs = {stack.path: stack.constructs for output in self.outputs for stack in output.stacks}
        for resource in resources:
            file = resource.block.header.document.file
            known = constructs.get(os.path.realpath(file), {}) if constructs and file is not None else {}
            path = resource.construct or known.get(f"{resource.type}.{resource.name}")
            yield replace(resource, construct=path) if path != resource.construct else resource


def synthesized(discovery: Discovery) -> Synthesized:
    """Follow the manifests of a discovery. What a manifest does not list is left out, with a word about it."""
    outputs = []
    problems: list[Problem] = []
    for file in discovery.files:
        if file.role == "manifest":
            document = load(file)
            output = Output(problems=(document,)) if isinstance(document, Problem) else stacks(document)
            outputs.append(output)
            problems += output.problems
    stale = frozenset[str]().union(*(output.stale for output in outputs))
    if stale:
        discovery = _without(discovery, stale)
    return Synthesized(discovery, tuple(outputs), tuple(problems))


def stacks(manifest: Document) -> Output:
    """The stacks that a `manifest.json` lists. Never raises."""
    node, problems = json.parse(manifest)
    if problems:
        broken = (replace(problem, slug="broken-manifest", help=_NOT_READ) for problem in problems)
        return Output(problems=tuple(broken))
    reader = _Manifest(manifest)
    found = tuple(reader.stacks(node))
    stale = tuple(reader.stale()) if found or reader.understood else ()
    reader.problems += [problem for _, problem in stale]
    return Output(found, frozenset(path for path, _ in stale), tuple(reader.problems))


def findings(file: ParsedFile) -> Iterator[Problem]:
    """What is wrong with a synthesized file itself: tokens that were not resolved, JSON where HCL belongs."""
    document = file.document
    name = document.path.rsplit("/", 1)[-1]
    if name == "cdk.tf" and document.kind == "tfjson":
        message = "This file holds JSON, and Terraform reads a file of this name as HCL"
        help_ = "Set SYNTH_HCL_OUTPUT=true while synthesizing, or leave out hcl_output."
        start = len(document.text) - len(document.text.lstrip())
        yield Problem("syntax-error", message, Span(document, start, start + 1), help=help_)
    if name in _FILES or document.kind == "tfjson":
        for match in _TOKEN.finditer(document.text):
            span = Span(document, match.start(), match.end())
            message = f"{match[0]} is a token that was not resolved: its text was worked on in the program"
            yield Problem("leaked-token", message, span, resources=_around(file, span))


def _around(file: ParsedFile, span: Span) -> tuple[str, ...]:
    for block in file.body.blocks:
        if block.type == "resource" and block.span.start <= span.start < block.span.end:
            return (".".join(block.labels),)
    return ()


def _without(discovery: Discovery, stale: frozenset[str]) -> Discovery:
    def kept(file: SourceFile) -> bool:
        return os.path.join(file.directory, os.path.basename(file.path)) not in stale

    directories = {
        directory: files
        for directory, group in discovery.directories.items()
        if (files := tuple(file for file in group if kept(file)))
    }
    return replace(discovery, files=tuple(filter(kept, discovery.files)), directories=directories)


class _Manifest:
    """Reads one manifest. `understood` is unset where it cannot be said what it lists."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Problem] = []
        self.understood = True
        self._directory = os.path.dirname(os.path.realpath(document.file)) if document.file is not None else None
        self._listed: set[str] = set()
        self._beside: dict[str, str] = {}

    def stacks(self, root: Node | None) -> Iterator[Stack]:
        """The stacks whose files are there."""
        listed = root.get("stacks") if isinstance(root, Object) else None
        if not isinstance(listed, Object):
            self._broken("The manifest has no object of stacks", listed or root)
            return
        for member in listed.members:
            self._annotations(member.value)
            path = self._path(member.key, member.value)
            if path is None:
                continue
            self._listed.add(path)
            self._beside.setdefault(os.path.dirname(path), path)
            if os.path.isfile(path):
                yield Stack(member.key, path, self._constructs(path))
            else:
                place = self._member(member.value, "synthesizedStackPath") or member.value
                message = f'The file of the stack "{member.key}" is not there'
                self._note("missing-stack-file", message, place)

    def stale(self) -> Iterator[tuple[str, Problem]]:
        """The stack files that are not listed, and what to say of each."""
        if self._directory is None:
            return
        above = {os.path.dirname(os.path.dirname(path)) for path in self._listed}
        for parent in sorted(above | {os.path.join(self._directory, "stacks")}):
            for directory in _directories(parent):
                for name in _FILES:
                    path = os.path.join(directory, name)
                    if path not in self._listed and os.path.isfile(path):
                        yield path, self._stale(path)

    def _stale(self, path: str) -> Problem:
        other = self._beside.get(os.path.dirname(path))
        if other is not None:
            message = f"This is left from an earlier synthesis: the stack's file is now {os.path.basename(other)}"
        else:
            message = "The manifest does not list this stack: it is left from an earlier synthesis"
        shown = shown_path(os.path.join(os.path.dirname(self.document.file or ""), os.path.relpath(path, self._base)))
        return Problem("stale-stack", message, Span(Document(shown, "", "other", path), 0, 0), help="Delete it.")

    @property
    def _base(self) -> str:
        return self._directory or ""

    def _path(self, name: str, stack: Node) -> str | None:
        """The real path of a stack's file; None where the manifest does not say, or leads out of its directory."""
        written = self._member(stack, "synthesizedStackPath")
        if not isinstance(written, Leaf) or not isinstance(written.value, str):
            self._broken(f'The manifest does not say where the file of the stack "{name}" is', written or stack)
            return None
        if self._directory is None:
            return None
        if "\0" in written.value:
            self._broken(f'The name of the file of the stack "{name}" holds a NUL', written)
            return None
        path = os.path.realpath(os.path.join(self._directory, written.value.replace("\\", "/")))
        if not path.startswith(self._directory.rstrip(os.sep) + os.sep):
            self._broken(f'The file of the stack "{name}" is outside of the output directory', written)
            return None
        return path

    def _constructs(self, path: str) -> Mapping[str, str]:
        """The construct paths of a stack in HCL, which are in a file beside it."""
        beside = os.path.join(os.path.dirname(path), "metadata.json")
        if not path.endswith(".tf") or not os.path.isfile(beside) or leads_out(beside):
            return {}
        document = read(beside, kind="other")
        if isinstance(document, Problem):
            self.problems.append(document)
            return {}
        node, problems = json.parse(document)
        self.problems += problems
        return dict(_construct_paths(self._member(node, "resource")))

    def _annotations(self, stack: Node) -> None:
        annotations = self._member(stack, "annotations")
        for each in annotations.items if isinstance(annotations, Array) else ():
            level, text = self._member(each, "level"), self._member(each, "message")
            kind = _LEVELS.get(str(level.value)) if isinstance(level, Leaf) else None
            if kind is None or not isinstance(text, Leaf):
                continue
            path = self._member(each, "constructPath")
            where = f"The construct {path.value}" if isinstance(path, Leaf) else "A construct"
            self._note("synth-annotation", f"{where} noted {kind}: {text.value}", text)

    @staticmethod
    def _member(node: Node | None, key: str) -> Node | None:
        return node.get(key) if isinstance(node, Object) else None

    def _broken(self, message: str, node: Node | None) -> None:
        self.understood = False
        self._note("broken-manifest", message, node)

    def _note(self, slug: str, message: str, node: Node | None) -> None:
        start, end = (node.start, min(node.end, node.start + 200)) if node is not None else (0, 0)
        self.problems.append(Problem(slug, message, Span(self.document, start, end)))


def _construct_paths(resources: Node | None) -> Iterator[tuple[str, str]]:
    if not isinstance(resources, Object):
        return
    for type_ in resources.members:
        for name in type_.value.members if isinstance(type_.value, Object) else ():
            node: Node | None = name.value
            for key in ("//", "metadata", "path"):
                node = node.get(key) if isinstance(node, Object) else None
            if isinstance(node, Leaf) and isinstance(node.value, str):
                yield f"{type_.key}.{name.key}", node.value


def _directories(parent: str) -> list[str]:
    try:
        with os.scandir(parent) as entries:
            return sorted(entry.path for entry in entries if entry.is_dir(follow_symlinks=False))
    except OSError:
        return []
