"""Which files there are to look at: the paths given, walked; each configuration file's bytes seen once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from cogcheck.model import Document, Kind, Problem, Span

Role = Literal["module", "variables", "plan", "manifest"]
"""What a file is to Terraform: part of a module, values for one, a plan in JSON, or CDKTF's list of stacks."""


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
