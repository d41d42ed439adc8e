"""What a scan can be asked for, wherever it was asked: command line, configuration or code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field

from cogcheck.record import dataclass
from cogcheck.report import Severity


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a scan.

    `select` and `ignore` hold ids, slugs and beginnings of ids; `severity` replaces the severity of rules.
    `exclude` and the files of `per_file_ignores` are patterns as in `.gitignore`, seen from the directory `base` (the
    working directory where None).
    `variables` are `--var`s in the order given, `variable_ranks` how many of `var_files` were given before each (those
    win over them; all, where nothing is said), `environment` the process's (for `TF_VAR_name`).
    `source` is the directory of the configuration that a plan was made from.
    `provider_version` is an exact release that overrides what the configuration says.
    `stdin` is the text of standard input where a path is `-`, `stdin_filename` the name it goes by.
    `progress` is told now and then how many of the parts of a stage are done: its name, that number, and all parts.
    `jobs` bounds the worker processes: 0 decides by the amount of work.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exclude: tuple[str, ...] = ()
    base: str | None = None
    variables: tuple[tuple[str, str], ...] = ()
    variable_ranks: tuple[int, ...] = ()
    var_files: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    workspace: str = "default"
    source: str | None = None
    provider_version: str | None = None
    stdin: bytes | None = None
    stdin_filename: str | None = None
    packs: tuple[str, ...] = ()
    rule_files: tuple[str, ...] = ()
    rule_options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    ignores: bool = True
    require_reason: bool = False
    jobs: int = 0
    progress: Callable[[str, int, int], None] | None = field(default=None, compare=False)
