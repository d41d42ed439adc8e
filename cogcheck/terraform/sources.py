"""The modules on disk: which directories hold them, read and parsed once, never outside the repository."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from cogcheck.documents import inside, load, module_files, wider
from cogcheck.files import holds
from cogcheck.model import Problem
from cogcheck.syntax.body import Literal
from cogcheck.terraform.module import Declaration, Module

if TYPE_CHECKING:
    from cogcheck.files import Discovery, SourceFile
    from cogcheck.model import Document
    from cogcheck.syntax.body import ParsedFile


def parse(document: Document) -> ParsedFile:
    """A configuration or values file of either syntax."""
    if document.kind == "tfjson":
        from cogcheck.syntax import tfjson  # most configurations hold no JSON

        return tfjson.parse(document)
    from cogcheck.syntax import hcl  # an empty directory needs no HCL reader

    return hcl.parse(document)


def is_local(source: str) -> bool:
    """Whether a module source is a directory of the same package, as Terraform tells it: by how it begins."""
    return source.startswith(("./", "../", ".\\", "..\\"))


class Sources:
    """The directories that may be modules, by their real paths."""

    def __init__(self, discovery: Discovery, mentions: tuple[bytes, ...]) -> None:
        self.discovery = discovery
        self.mentions = mentions
        self._wide = wider(discovery, mentions)
        self._unread: dict[str, list[Problem]] = {}
        if self._wide is not None:
            self._note_unread(self._wide.problems)
        self._found: dict[str, tuple[SourceFile, ...]] = {}
        self._modules: dict[str, Module] = {}
        self._values: dict[str, ParsedFile | Problem] = {}
        self._targets: dict[tuple[str, str], str | None] = {}
        self._called: dict[str, set[str]] = {}
        self._unreadable: dict[str, list[Problem]] = {}

    @property
    def known(self) -> Mapping[str, tuple[SourceFile, ...]]:
        """The files of every directory of the repositories that was looked at."""
        return (self._wide or self.discovery).directories

    def files(self, directory: str) -> tuple[SourceFile, ...]:
        """The module and values files of a directory, whether or not it was discovered."""
        for discovery in (self.discovery, self._wide):
            if discovery is not None and (files := discovery.directories.get(directory)) is not None:
                return files
        if directory not in self._found:
            found = module_files(directory, self.mentions) if os.path.isdir(directory) else None
            self._found[directory] = found.files if found is not None else ()
            self._note_unread(found.problems if found is not None else ())
        return self._found[directory]

    def note(self, directory: str, problems: Iterable[Problem]) -> None:
        """Add what is wrong with something beside the files of a module that was read."""
        self._unreadable.setdefault(directory, []).extend(problems)

    def _note_unread(self, problems: Iterable[Problem]) -> None:
        """Remember which files could not be read: whoever calls their module has to be told."""
        known = {problem.span.document.path for problem in self.discovery.problems}
        for problem in problems:
            document = problem.span.document
            if document.file is not None and document.path not in known:
                self._unread.setdefault(os.path.realpath(os.path.dirname(document.file)), []).append(problem)

    def mentioned(self, directory: str) -> bool:
        """Whether a file of the directory names a resource type that is looked for, or may as it cannot be read."""
        return any(file.mentions for file in self.files(directory)) or directory in self._unread

    def targets(self, directory: str) -> set[str]:
        """The directories that this one may call, by the bytes of its files: what is in comments counts too."""
        if directory not in self._called:
            targets = {self.target(directory, source) for file in self.files(directory) for source in file.sources}
            self._called[directory] = {target for target in targets if target is not None}
        return self._called[directory]

    def target(self, directory: str, source: str) -> str | None:
        """The real path of the directory that a local source leads to, None where that may not be read."""
        key = directory, source
        if key not in self._targets:
            path = self._real(os.path.join(directory, source.replace("\\", "/"))) if "\0" not in source else ""
            self._targets[key] = path if path and holds(self.discovery.roots, path) else None
        return self._targets[key]

    def _real(self, path: str) -> str:
        """The real path of a directory, cleaned first as Terraform does. The system knows nothing new of known ones."""
        plain = os.path.normpath(path)
        return plain if plain in self.known else os.path.realpath(plain)

    def called(self, directory: str, call: Declaration) -> tuple[str | None, str]:
        """The directory that a module call leads to; None with the reason where it is not read."""
        source = call.attribute("source")
        text = source.expression.value if source is not None and isinstance(source.expression, Literal) else None
        if not isinstance(text, str):
            return None, f"module.{call.name} has no literal source"
        if not is_local(text):
            return None, f"module.{call.name} comes from {text}, which is not read"
        target = self.target(directory, text)
        if target is None:
            return None, f"module.{call.name} lies outside of the repository"
        if not any(file.role == "module" for file in self.files(target)) and target not in self._unread:
            return None, f"module.{call.name} has no configuration in {text}"
        return target, ""

    def module(self, directory: str) -> Module:
        """The module of a directory; an empty one where there are no files."""
        if directory not in self._modules:
            parsed = []
            for file in self.files(directory):
                if file.role == "module":
                    document = load(file)
                    if isinstance(document, Problem):
                        self._unreadable.setdefault(directory, []).append(document)
                    else:
                        parsed.append(parse(document))
            self._modules[directory] = Module(directory, parsed)
        return self._modules[directory]

    def forget(self, directories: Iterable[str]) -> None:
        """Free what was read of modules that nobody will ask for; who does gets them read again."""
        for directory in directories:
            self._modules.pop(directory, None)
            self._unreadable.pop(directory, None)
            for file in self.values_files(directory):
                self._values.pop(file.path, None)

    def problems(self, directory: str) -> tuple[Problem, ...]:
        """What is wrong with the files of a module that was read."""
        unread = (*self._unread.get(directory, ()), *self._unreadable.get(directory, ()))
        return (*unread, *self.module(directory).problems)

    def values_files(self, directory: str) -> list[SourceFile]:
        """The values files of a directory."""
        return [file for file in self.files(directory) if file.role == "variables"]

    def values(self, file: SourceFile) -> ParsedFile | Problem:
        """A values file, read once."""
        if file.path not in self._values:
            document = load(file)
            self._values[file.path] = document if isinstance(document, Problem) else parse(document)
        return self._values[file.path]

    def readable(self, path: str) -> bool:
        """Whether a file lies in the repository, links followed."""
        return inside(self.discovery.roots, path)
