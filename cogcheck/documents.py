"""Which files there are to look at: the paths given, walked; each configuration file's bytes seen once."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING

from cogcheck import contents, decode, names
from cogcheck.files import (
    STDIN,
    Discovery,
    MissingPathError,
    Role,
    SourceFile,
    holds,
    inside,
    load,
    printable,
    read,
    read_bytes,
    repository_root,
    shown_path,
)
from cogcheck.gitignore import Ignores, excluding
from cogcheck.model import Problem
from cogcheck.walk import Search, enclosing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cogcheck.model import Kind

__all__ = [
    "STDIN",
    "Discovery",
    "MissingPathError",
    "Role",
    "SourceFile",
    "asked",
    "discover",
    "inside",
    "load",
    "module_files",
    "printable",
    "read",
    "repository_root",
    "shown_path",
    "wider",
]


def discover(
    paths: Sequence[str | os.PathLike[str]],
    mentions: tuple[bytes, ...],
    stdin: bytes | None = None,
    stdin_filename: str | None = None,
    exclude: Sequence[str] = (),
    base: str | None = None,
) -> Discovery:
    """Everything to look at in these files and directories; the working directory where none is given.

    `-` is standard input, whose bytes are in `stdin`: a plan in JSON, or with `stdin_filename` the new text of that
    file. `exclude` holds patterns as in `.gitignore`, seen from the directory `base` (None: the working directory);
    they hold for what is named too.
    Raises MissingPathError.
    """
    given = [os.fspath(path) for path in paths] or ["."]
    places = [_place(path, stdin_filename) for path in given]
    roots = tuple(dict.fromkeys(repository_root(place) for place in places))
    search = Search(mentions, roots, excluding(base or os.path.realpath(os.curdir), exclude))
    modules: dict[str, set[str]] = {}
    for path, place in zip(given, places, strict=True):
        if path == "-":
            continue
        if os.path.isdir(place):
            search.tree(place, enclosing(place, repository_root(place)))
        else:
            _take_named(search, place, modules)
    for directory, wanted in modules.items():
        search.module(directory, enclosing(directory, repository_root(directory)), wanted)
    if "-" in given:  # last, since its text replaces that of a file
        _take_stdin(search, stdin or b"", stdin_filename)
    search.follow_links()
    if not any(map(os.path.isdir, places)):
        search.part(set(places))
    return search.discovery(tuple(os.path.realpath(place) for place in places))


def asked(discovery: Discovery) -> Callable[[Sequence[str | None]], bool]:
    """Tells whether something found at some places, the main one first, is what was asked for.

    It is not where a file was named, and all that was found lies in others of its directory.
    """
    named = set(discovery.named)
    # A plan speaks of the configuration beside it, so that is asked for, too.
    modules = (path for path in named if not os.path.isdir(path) and names.kind(os.path.basename(path)) != "plan")
    directories = {os.path.dirname(path) for path in modules}
    real = lru_cache(maxsize=4096)(os.path.realpath)

    def wanted(files: Sequence[str | None]) -> bool:
        if not directories or not files or files[0] is None:
            return True
        main = real(files[0])
        if os.path.dirname(main) not in directories or any(holds((path,), main) for path in named):
            return True
        return any(real(file) in named for file in files if file is not None)

    return wanted


def wider(discovery: Discovery, mentions: tuple[bytes, ...]) -> Discovery | None:
    """Everything in the repositories of a discovery, to find the callers of its modules in.

    None where that is no more than is known already. What cannot be read there matters only where it is called.
    """
    known = [file for file in discovery.files if file.mentions and file.path != STDIN]
    whole = set(discovery.named)
    roots = [
        root for root in discovery.roots if root not in whole and any(inside((root,), file.directory) for file in known)
    ]
    if not roots:
        return None
    search = Search(mentions, discovery.roots, Ignores())
    for root in roots:
        search.tree(root, enclosing(root, root))
    search.follow_links()
    return search.discovery(tuple(roots))


def module_files(directory: str, mentions: tuple[bytes, ...]) -> Discovery:
    """The files of one directory as Terraform would load them, whatever is ignored: a module that is called."""
    search = Search(mentions, (repository_root(directory),), Ignores())
    search.module(os.path.abspath(directory), Ignores())
    return search.discovery(())


def _place(path: str, stdin_filename: str | None) -> str:
    if path == "-":
        return os.path.abspath(stdin_filename or ".")
    absolute = os.path.abspath(path)
    if not path or not os.path.lexists(absolute):
        raise MissingPathError(path)
    return absolute


def _take_named(search: Search, path: str, modules: dict[str, set[str]]) -> None:
    """A file that was named on the command line. With it comes the rest of its module: `modules` are the names by
    directory, since thousands may be named.
    """
    if search.excluded.exclude(path, directory=False):
        return
    name, directory = os.path.basename(path), os.path.dirname(path)
    if name.endswith(names.CONFIGURATION + names.VARIABLES):
        modules.setdefault(directory, set()).add(name)
        return
    data = read_bytes(path, shown_path(path), names.kind(name) or "other")
    if isinstance(data, Problem):
        search.problems.append(data)
    else:
        _take_other(search, path, data)


def _take_other(search: Search, path: str, data: bytes) -> None:
    shown, directory = shown_path(path), os.path.realpath(os.path.dirname(path))
    if os.path.basename(path) == names.MANIFEST and contents.is_manifest(data):
        search.add(SourceFile(path, shown, "manifest", "manifest", directory, data=data))
    elif path.endswith(".json") or contents.is_object(data) or contents.is_archive(data):
        search.add(SourceFile(path, shown, "plan", "plan", directory, data=data))
    else:
        why = "its name is no configuration's, and it does not begin as a plan in JSON does"
        way_out = "Name .tf, .tofu, .tf.json or .tfvars files, plans in JSON, or directories."
        search.problems.append(decode.unreadable(shown, why, path, way_out))


def _take_stdin(search: Search, data: bytes, filename: str | None) -> None:
    if filename is None:
        file = _nameless(data)
        if _fits(search, data, STDIN, file.kind):
            search.add(file)
        return
    path = os.path.abspath(filename)
    if not _fits(search, data, shown_path(path), names.kind(os.path.basename(path)) or "other"):
        return
    if filename.endswith(names.CONFIGURATION + names.VARIABLES):
        search.module(os.path.dirname(path), enclosing(os.path.dirname(path), repository_root(path)))
        search.put(path, data)
    else:
        _take_other(search, path, data)


def _fits(search: Search, data: bytes, shown: str, kind: Kind) -> bool:
    """Whether standard input is no larger than a file may be; says so if it is."""
    if len(data) <= decode.limit(kind):
        return True
    search.problems.append(decode.too_large(shown, kind, len(data)))
    return False


def _nameless(data: bytes) -> SourceFile:
    if contents.is_object(data) or contents.is_archive(data) or not data.strip():
        return SourceFile(STDIN, STDIN, "plan", "plan", STDIN, data=data)
    # Terraform's syntax without a name is a module of its own: it lies in no directory.
    # It is read whatever it mentions, as a file that was named is.
    return SourceFile(STDIN, STDIN, "hcl", "module", STDIN, True, contents.sources(data), data)
