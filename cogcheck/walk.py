"""The walk over directories that finds configuration, in one pass and always in the same order."""

from __future__ import annotations

import os
from collections import deque
from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING

from cogcheck import contents, decode, files, names
from cogcheck.files import OUTSIDE, Discovery, SourceFile, inside, leads_out, read_bytes, shown_path
from cogcheck.gitignore import Ignores
from cogcheck.model import Problem
from cogcheck.record import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from collections.abc import Set as AbstractSet

_FOUND = names.CONFIGURATION + names.VARIABLES
_SMALL = 1024 * 1024
_JUNCTIONS = os.name == "nt" and hasattr(os.DirEntry, "is_junction")


@dataclass(frozen=True, slots=True)
class Place:
    """A directory to walk: its path as reached, its real path, as people see it, and the patterns that hold in it."""

    path: str
    real: str
    shown: str
    ignores: Ignores

    def within(self, name: str) -> str:
        """The real path of something in this directory that is no link."""
        return _joined(self.real, name)

    def child(self, name: str) -> str:
        """How people see something in this directory."""
        printable = name if name.isascii() else files.printable(name)
        return printable if self.shown == "." else f"{self.shown}/{printable}"


class Search:
    """Collects what is found. `roots` bound where links are followed to, `excluded` is what nobody wants to see."""

    def __init__(self, mentions: tuple[bytes, ...], roots: tuple[str, ...], excluded: Ignores) -> None:
        self.mentions = mentions
        self.roots = roots
        self.excluded = excluded
        self.problems: list[Problem] = []
        self._files: dict[str, SourceFile] = {}
        self._visited: set[str] = set()
        self._links: deque[tuple[str, Ignores]] = deque()

    def discovery(self, named: tuple[str, ...]) -> Discovery:
        """What was found so far."""
        # As by the parts of the paths: no name holds a NUL, the least of characters.
        found = tuple(sorted(self._files.values(), key=lambda file: file.shown.replace("/", "\0")))
        directories: dict[str, list[SourceFile]] = {}
        for file in found:
            if file.role in ("module", "variables"):
                directories.setdefault(file.directory, []).append(file)
        problems = tuple(sorted(dict.fromkeys(self.problems), key=lambda problem: problem.span.order))
        grouped = {directory: tuple(group) for directory, group in directories.items()}
        return Discovery(found, grouped, problems, self.roots, named)

    def add(self, file: SourceFile) -> None:
        """Something found; the first way to it counts."""
        self._files.setdefault(file.path, file)

    def put(self, path: str, data: bytes) -> None:
        """The text of a file as it would be saved, instead of what is on disk."""
        directory, name = os.path.split(path)
        place = Place(directory, os.path.realpath(directory), shown_path(directory), Ignores())
        self._files[path] = self._source(place, name, data, keep=True)

    def part(self, named: set[str]) -> None:
        """Leave out files beside a named one that declare the same: they are another module's, not meant together."""
        chosen = [file for file in self._files.values() if file.role == "module" and file.path in named]
        for directory in {file.directory for file in chosen}:
            together = [file for file in chosen if file.directory == directory]
            ours = set().union(*(contents.declared(_bytes_of(file)) for file in together))
            for file in [file for file in self._files.values() if file.directory == directory]:
                beside = file.role == "module" and file.path not in named
                if beside and not names.is_override(file.path) and contents.declared(_bytes_of(file)) & ours:
                    del self._files[file.path]

    def tree(self, top: str, ignores: Ignores) -> None:
        """Everything below a directory, except what is ignored."""
        stack = [Place(top, os.path.realpath(top), shown_path(top), ignores)]
        while stack:
            place = stack.pop()
            if place.real not in self._visited:
                self._visited.add(place.real)
                stack.extend(reversed(self._enter(place)))

    def follow_links(self) -> None:
        """The linked directories that were met and not visited otherwise: last, so that real names win."""
        while self._links:
            path, ignores = self._links.popleft()
            if inside(self.roots, path):
                self.tree(path, ignores)

    def module(self, directory: str, ignores: Ignores, wanted: AbstractSet[str] = frozenset()) -> None:
        """The configuration files of one directory; `wanted` are the names of those that are taken although ignored."""
        place = Place(directory, os.path.realpath(directory), shown_path(directory), ignores)
        entries, place = self._entries(place)
        self._module(place, [entry for entry in entries if entry.name.endswith(_FOUND)], wanted)

    def _entries(self, place: Place) -> tuple[list[os.DirEntry[str]], Place]:
        """What lies in a directory, by name, and the directory with its own patterns added."""
        try:
            with os.scandir(place.path) as found:
                entries = sorted(found, key=attrgetter("name"))
        except OSError as error:
            self.problems.append(decode.unreadable(place.shown, error.strerror or "", place.path))
            return [], place
        if any(entry.name == ".gitignore" for entry in entries):
            data = _small(os.path.join(place.path, ".gitignore"))
            place = replace(place, ignores=place.ignores.below(place.real, data))
        return entries, place

    def _enter(self, place: Place) -> list[Place]:
        """Takes a directory's files and returns the directories to walk below it."""
        entries, place = self._entries(place)
        below: list[Place] = []
        found: list[os.DirEntry[str]] = []
        for entry in entries:
            name = entry.name
            if name.startswith("."):
                continue
            if _is_link(entry) and _leads_to(entry, os.DirEntry.is_dir):
                self._links.append((entry.path, place.ignores))
            elif entry.is_dir(follow_symlinks=False):
                below.extend(self._below(place, entry))
            elif name.endswith(_FOUND):
                found.append(entry)
            elif name == names.MANIFEST:
                self._manifest(place, entry)
        if found:
            self._module(place, found)
        return below

    def _below(self, place: Place, entry: os.DirEntry[str]) -> Iterable[Place]:
        real = place.within(entry.name)
        if self.excluded.exclude(real, directory=True):
            return
        ignores = place.ignores
        if ignores.exclude(real, directory=True):
            # Projects ignore what CDKTF generates, and that is the very thing to check.
            if not contents.is_manifest(_small(os.path.join(entry.path, names.MANIFEST))):
                return
            ignores = Ignores()
        yield Place(entry.path, real, place.child(entry.name), ignores)

    def _manifest(self, place: Place, entry: os.DirEntry[str]) -> None:
        if not _leads_to(entry, os.DirEntry.is_file) or self.excluded.exclude(
            place.within(entry.name), directory=False
        ):
            return
        data = _small(entry.path)
        if contents.is_manifest(data):
            self.add(SourceFile(entry.path, place.child(entry.name), "manifest", "manifest", place.real, data=data))

    def _module(
        self, place: Place, entries: Sequence[os.DirEntry[str]], wanted: AbstractSet[str] = frozenset()
    ) -> None:
        """Takes the configuration files of a directory, and the values beside them."""
        loaded = self._loaded(place, entries, wanted)
        if not loaded and not wanted:
            return
        bytes_of = {entry.name: data for entry in loaded if (data := self._bytes(place, entry)) is not None}
        # Most directories are about something else: their bytes need not be kept.
        keep = any(contents.mentions(data, self.mentions) for data in bytes_of.values())
        for name, data in bytes_of.items():
            self.add(self._source(place, name, data, keep))
        if len(loaded) == len(entries):
            return
        for entry in entries:
            if entry.name.endswith(names.VARIABLES) and _leads_to(entry, os.DirEntry.is_file):
                if entry.is_symlink() and not inside(self.roots, entry.path):
                    self._outside(place, entry)
                    continue
                kind = names.kind(entry.name) or "hcl"
                self.add(SourceFile(entry.path, place.child(entry.name), kind, "variables", place.real))

    def _loaded(
        self, place: Place, entries: Sequence[os.DirEntry[str]], wanted: AbstractSet[str]
    ) -> list[os.DirEntry[str]]:
        """The files that make up the module: also ignored overrides, without which its values would be wrong."""
        candidates = {
            entry.name: entry
            for entry in entries
            if entry.name.endswith(names.CONFIGURATION) and not _leads_to(entry, os.DirEntry.is_dir)
        }
        seen: set[str] = wanted & candidates.keys()
        overrides: set[str] = set()
        for name in candidates:
            path = place.within(name)
            if name.startswith(".") or self.excluded.exclude(path, directory=False):
                continue
            if not place.ignores.exclude(path, directory=False):
                seen.add(name)
            elif names.is_override(name):
                overrides.add(name)
        taken = (seen | overrides) - names.hidden(seen) if seen else set()
        return [entry for name, entry in candidates.items() if name in taken]

    def _bytes(self, place: Place, entry: os.DirEntry[str]) -> bytes | None:
        shown = place.child(entry.name)
        is_link = entry.is_symlink()
        if is_link and os.path.exists(entry.path) and not inside(self.roots, entry.path):
            self._outside(place, entry)
            return None
        if not is_link and not entry.is_file():
            self.problems.append(decode.unreadable(shown, "it is no ordinary file", entry.path))
            return None
        data = read_bytes(entry.path, shown, names.kind(entry.name) or "hcl")
        if isinstance(data, Problem):
            self.problems.append(data)
            return None
        return data

    def _outside(self, place: Place, entry: os.DirEntry[str]) -> None:
        self.problems.append(decode.unreadable(place.child(entry.name), OUTSIDE, entry.path))

    def _source(self, place: Place, name: str, data: bytes, keep: bool) -> SourceFile:
        return SourceFile(
            _joined(place.path, name),
            place.child(name),
            contents.kind(name, data),
            "variables" if name.endswith(names.VARIABLES) else "module",
            place.real,
            keep and contents.mentions(data, self.mentions),
            contents.sources(data),
            data if keep else None,
        )


def enclosing(directory: str, root: str) -> Ignores:
    """The patterns of the directories around one, up to the repository's root; none where they exclude it itself."""
    real = os.path.realpath(directory)
    if real == root or not inside((root,), real):
        return _exclude_file(root) if real == root else Ignores()
    ignores, at = _exclude_file(root), root
    for name in os.path.relpath(real, root).split(os.sep):
        ignores = ignores.below(at, _small(os.path.join(at, ".gitignore")))
        at = os.path.join(at, name)
        if ignores.exclude(at, directory=True):
            return Ignores()
    return ignores


def _joined(directory: str, name: str) -> str:
    """As os.path.join, for a name without separators: asked several times for each file."""
    return f"{directory}{os.sep}{name}" if not directory.endswith(os.sep) else directory + name


def _bytes_of(file: SourceFile) -> bytes:
    if file.data is not None:
        return file.data
    data = read_bytes(file.path, file.shown, file.kind)
    return b"" if isinstance(data, Problem) else data


def _exclude_file(root: str) -> Ignores:
    path = os.path.join(root, ".git", "info", "exclude")
    return Ignores().below(root, _small(path)) if inside((root,), path) else Ignores()


def _small(path: str) -> bytes:
    """The bytes of a small file, none where there is no such file: for files that only help."""
    if not os.path.isfile(path) or leads_out(path):
        return b""
    data = read_bytes(path, path, "other")
    return b"" if isinstance(data, Problem) or len(data) > _SMALL else data


def _is_link(entry: os.DirEntry[str]) -> bool:
    """Whether a directory entry leads elsewhere; junctions of Windows are known from Python 3.12 on."""
    return entry.is_symlink() or (_JUNCTIONS and bool(entry.is_junction()))  # type: ignore[attr-defined] # 3.12


def _leads_to(entry: os.DirEntry[str], kind: Callable[[os.DirEntry[str]], bool]) -> bool:
    """Whether an entry is, or is a link to, something of a kind; a link that leads in a circle is nothing."""
    try:
        return kind(entry)
    except OSError:
        return False
