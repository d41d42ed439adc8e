"""The files that `file()`, `templatefile()` and `fileset()` may see: those of the repository."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TypeAlias

from cogcheck.files import read_bytes
from cogcheck.model import Problem
from cogcheck.terraform.globs import GlobError, matches

Allowed: TypeAlias = Callable[[str], bool]
"""Whether a path lies in the repository, links followed."""

_LARGEST = 1024 * 1024
_MOST = 10_000


def read(allowed: Allowed, base: str, path: str) -> str | None:
    """The text of a file; a relative path starts at `base`. None where there is none that may be read."""
    found = _place(allowed, base, path)
    if found is None or not os.path.isfile(found) or os.path.getsize(found) > _LARGEST:
        return None
    data = read_bytes(found, path, "other")
    if isinstance(data, Problem):
        return None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


def glob(
    allowed: Allowed, base: str, directory: str, pattern: str, spend: Callable[[int], None] | None = None
) -> tuple[str, ...] | None:
    """The files below a directory whose relative paths match a pattern, sorted, with `/`.

    `*` and `?` stay within a name, `**` is any number of directories, `{a,b}` are alternatives. None where the
    directory may not be read, the pattern cannot be, or there are too many files. `spend` is told how many there are.
    """
    top = _place(allowed, base, directory)
    if top is None or not os.path.isdir(top):
        return None
    paths = list(islice(_files(top, recursive="/" in pattern), _MOST + 1))
    if spend is not None:
        spend(len(paths))
    files = (path for path in paths if path[-1] != "/")
    try:
        found = [path for path in files if matches(pattern, path) and allowed(os.path.join(top, path))]
    except GlobError:
        return None
    return tuple(sorted(found)) if len(paths) <= _MOST else None


def _place(allowed: Allowed, base: str, path: str) -> str | None:
    if "\0" in path or path.startswith("~"):
        return None
    found = os.path.normpath(os.path.join(base, path))
    return found if allowed(found) else None


def _files(top: str, recursive: bool) -> Iterator[str]:
    """The relative paths of the files, and of the directories with `/` behind; linked ones are not entered."""
    for at, directories, files in os.walk(top):
        relative = os.path.relpath(at, top).replace(os.sep, "/")
        yield from (name if relative == "." else f"{relative}/{name}" for name in files)
        yield from (f"{name}/" for name in directories)
        if not recursive:
            return
        directories.sort()
