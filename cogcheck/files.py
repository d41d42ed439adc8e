"""Files on disk: what is known of one that was found, and its bytes or why they cannot be had."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Literal

from cogcheck import decode, names
from cogcheck.model import Document, Kind, Problem
from cogcheck.record import dataclass

Role = Literal["module", "variables", "plan", "manifest"]
"""What a file is to Terraform: part of a module, values for one, a plan in JSON, or CDKTF's list of stacks."""

# Without O_NONBLOCK, opening a FIFO that has taken a file's place would wait for ever.
_READING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

STDIN = "<stdin>"
"""The path of standard input where it has no other name."""


class MissingPathError(ValueError):
    """A path was given that does not exist."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that was found.

    `path` is absolute, as it was reached; `shown` is for people (relative to the working directory, with `/`);
    `directory` is the real path of the directory that it lies in. `kind` is judged by name and first bytes only.
    `mentions` tells whether its bytes contain one of the names searched for, `sources` the local module sources it
    calls (`./child`, `../x`) as written. `data` are its bytes where they were kept: ask `load`.
    """

    path: str
    shown: str
    kind: Kind
    role: Role
    directory: str
    mentions: bool = False
    sources: tuple[str, ...] = ()
    data: bytes | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found below the paths given.

    `files` are all of them, sorted. `directories` are those of roles `module` and `variables` by the real path of their
    directory. `problems` are files and directories that could not be looked at. `roots` are the real paths of the
    repositories that the paths lie in (or of the paths, where they lie in none): nothing outside is read.
    `named` are the real paths of what was given.
    """

    files: tuple[SourceFile, ...] = ()
    directories: Mapping[str, tuple[SourceFile, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    roots: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


def read(path: str, shown: str | None = None, kind: Kind | None = None) -> Document | Problem:
    """A file as a document, or why it is none. Only ordinary files are opened."""
    shown = shown or shown_path(path)
    kind = kind or names.kind(os.path.basename(path)) or "other"
    data = read_bytes(path, shown, kind)
    return data if isinstance(data, Problem) else decode.decode(data, shown, kind, path)


def load(file: SourceFile) -> Document | Problem:
    """A found file as a document, or why it is none."""
    if file.data is None:
        return read(file.path, file.shown, file.kind)
    return decode.decode(file.data, file.shown, file.kind, None if file.path == STDIN else file.path)


OUTSIDE = "it is a link to a place outside of the repository"
"""Why a link is not followed."""


def leads_out(path: str) -> bool:
    """Whether a path is a link out of the repository that it lies in."""
    return os.path.islink(path) and not inside((repository_root(os.path.dirname(path)),), path)


def read_bytes(path: str, shown: str, kind: Kind) -> bytes | Problem:
    """The bytes of an ordinary file that is not too large."""
    try:
        descriptor = os.open(path, _READING)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                return decode.unreadable(shown, "it is no ordinary file", path)
            most = decode.limit(kind)
            if status.st_size > most:
                return decode.too_large(shown, kind, status.st_size, path)
            data = _whole(descriptor, status.st_size, most)
            return data if data is not None else decode.too_large(shown, kind, most + 1, path)
        finally:
            os.close(descriptor)
    except OSError as error:
        return decode.unreadable(shown, error.strerror or type(error).__name__, path)


def _whole(descriptor: int, size: int, most: int) -> bytes | None:
    """All of an open file: mostly in one call, which a file object makes four of. None where it grows beyond bounds."""
    data = os.read(descriptor, size + 1)
    if len(data) == size:
        return data
    parts, size = [data], len(data)
    while parts[-1] and size <= most:
        parts.append(os.read(descriptor, decode.MIB))
        size += len(parts[-1])
    return b"".join(parts) if size <= most else None


def shown_path(path: str) -> str:
    """A path as people see it: relative to the working directory where that is possible, with `/`."""
    try:
        relative = os.path.relpath(path)
    except ValueError:  # another drive of Windows
        relative = path
    return printable(relative.replace(os.sep, "/"))


def printable(path: str) -> str:
    """A path in which the bytes that are not UTF-8 stand as `\\xff`."""
    return path if path.isascii() else encoded(path).decode("utf-8", "backslashreplace")


def encoded(path: str) -> bytes:
    """A path in UTF-8, with what the system has in its names that is none."""
    return path.encode("utf-8", sys.getfilesystemencodeerrors())


def repository_root(path: str) -> str:
    """The real path of the nearest directory upwards that holds `.git`.

    Where there is none, it is the working directory if that holds the path, and else the path's own directory. The
    whole file system and somebody's home are no repositories: nobody means to have them searched.
    """
    real = os.path.realpath(path)
    start = real if os.path.isdir(real) else os.path.dirname(real)
    at = start
    while not os.path.lexists(os.path.join(at, ".git")):
        parent = os.path.dirname(at)
        if parent == at:
            return _working_directory(start)
        at = parent
    return at


def _working_directory(start: str) -> str:
    working = os.path.realpath(os.getcwd())
    everything = working == os.path.dirname(working) or working == os.path.realpath(os.path.expanduser("~"))
    return working if not everything and inside((working,), start) else start


def inside(roots: Iterable[str], path: str) -> bool:
    """Whether a path lies in one of these directories, links followed: only then may it be read."""
    return holds(roots, os.path.realpath(path))


def holds(roots: Iterable[str], real: str) -> bool:
    """Whether a path without links lies in one of these directories."""
    return any(real == root or real.startswith(root.rstrip(os.sep) + os.sep) for root in roots)
