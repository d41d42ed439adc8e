"""What the commands do once the command line is understood: plain functions, for tests and other programs too."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cogcheck import output
from cogcheck.record import dataclass
from cogcheck.report import SEVERITIES
from cogcheck.reporters import View, reporter

if TYPE_CHECKING:
    from cogcheck.config import Configuration
    from cogcheck.options import Options
    from cogcheck.report import Report, Severity
    from cogcheck.settings import FailOn, Settings

CLEAN, FINDINGS, USAGE, UNREADABLE = 0, 1, 2, 3
"""The exit codes; where several apply, the order is 2, 3, 1, 0."""


class UsageError(ValueError):
    """Something was asked for that cannot be done; the text says what."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is done with a report: its form, the file it goes to (standard output where None), and what it shows."""

    form: str = "text"
    target: str | None = None
    color: output.Color = "auto"
    undecided: bool = False
    suppressed: bool = False
    statistics: bool = False
    quiet: bool = False
    category: str | None = None

    def view(self, code: int, *, color: bool, columns: int = 120) -> View:
        """How the report is wanted."""
        return View(color, columns, self.undecided, self.suppressed, self.category, code, self.statistics, self.quiet)


def standard_input() -> bytes:
    """What comes in, but of what never ends no more than it takes to know that it is too much. Raises UsageError."""
    from cogcheck.decode import LIMIT

    try:
        return sys.stdin.buffer.read(LIMIT + 1)
    except OSError as error:
        raise UsageError(f"cannot read standard input: {error.strerror}") from error


def configure(paths: Sequence[str], file: str | None, *, isolated: bool) -> Configuration:
    """The configuration that holds: the file named, none, or the nearest one. Raises UsageError."""
    from cogcheck.config import ConfigError, Configuration, find, read

    if isolated and file is None:
        return Configuration()
    try:
        nearest = file or find(paths)
        return read(nearest, trusted=file is not None) if nearest else Configuration()
    except ConfigError as error:
        raise UsageError(str(error)) from error


def settle(configuration: Configuration, given: Mapping[str, Any]) -> Settings:
    """What holds, given what the command line says by key of the configuration."""
    from cogcheck import settings

    return settings.settle(configuration, given)


def judge(paths: Sequence[str], settings: Settings, options: Options, *, quiet: bool = False) -> Report:
    """Scan, with a bar for those who wait. Raises UsageError for what was asked wrongly, and names the configuration
    if that did.
    """
    if quiet or not sys.stderr.isatty():
        return _judged(paths, settings, options)
    from cogcheck.progress import Bar

    bar = Bar(sys.stderr)
    try:
        return _judged(paths, settings, replace(options, progress=bar))
    finally:
        bar.close()


def _judged(paths: Sequence[str], settings: Settings, options: Options) -> Report:
    from cogcheck.catalogue.configured import OptionError
    from cogcheck.documents import MissingPathError
    from cogcheck.scan import RuleFileError, scan
    from cogcheck.selection import UnknownRuleError

    try:
        return scan(paths, options)
    except MissingPathError as error:
        raise UsageError(f"{str(error)!r} does not exist") from error
    except UnknownRuleError as error:
        origin = settings.origin(error.selector)
        raise UsageError(f"{origin}: {error}" if origin else str(error)) from error
    except OptionError as error:
        origin = settings.origin(error.name)
        raise UsageError(f"{origin}: {error}" if origin else str(error)) from error
    except RuleFileError as error:
        raise UsageError(str(error)) from error


def without_known(report: Report, paths: Sequence[str], file: str, options: Options) -> Report:
    """The report without what is in a baseline. Raises UsageError."""
    from cogcheck.baseline import BaselineError, compare, load
    from cogcheck.catalogue.load import catalogue
    from cogcheck.selection import select

    try:
        known = load(file)
    except BaselineError as error:
        raise UsageError(str(error)) from error
    return compare(report, known, paths, select(report.catalogue or catalogue(), options).ids)


def shortened(report: Report, options: Options) -> Report:
    """The report without what is more than anybody can use."""
    from cogcheck.cut import MOST, cut

    if max(len(report.findings), len(report.undecided)) <= MOST:
        return report
    from cogcheck.catalogue.load import catalogue
    from cogcheck.selection import select

    rules = report.catalogue or catalogue()
    return cut(report, rules, select(rules, options).ids)


def write_baseline(report: Report, file: str) -> int:
    """Write the findings of a report as a baseline and say so; gives the exit code. Raises UsageError."""
    from cogcheck.baseline import dump, entries
    from cogcheck.catalogue.load import catalogue

    known = entries(report.findings, report.catalogue or catalogue())
    _replace(file, dump(known))
    count = f"{len(known)} finding{'' if len(known) == 1 else 's'}"
    output.write_lines([f"cogcheck: wrote {count} to {file}; scan with --baseline {file}"], sys.stderr)
    if report.unreadable:
        output.write("cogcheck: something could not be read, and that is never part of a baseline\n", sys.stderr)
    return UNREADABLE if report.unreadable else CLEAN


def deliver(report: Report, delivery: Delivery, code: int) -> None:
    """Write a report where it was asked for, and what people should know to standard error. Raises UsageError."""
    render = reporter(delivery.form)
    if delivery.target is None or delivery.target == "-":
        color = output.wants_color(delivery.color, sys.stdout, os.environ)
        output.write(render(report, delivery.view(code, color=color, columns=output.columns())), sys.stdout)
    else:
        _replace(delivery.target, render(report, delivery.view(code, color=delivery.color == "always")))
    if delivery.quiet:
        return
    from cogcheck.reporters import text

    if delivery.target not in (None, "-"):
        output.write(f"{text.summary(report)}\n", sys.stderr)
    if delivery.statistics and delivery.form != "text":
        output.write(text.statistics(report), sys.stderr)
    output.write_lines([f"cogcheck: {notice}" for notice in report.notices], sys.stderr)


def _replace(file: str, text: str) -> None:
    try:
        output.replace_file(file, text)
    except OSError as error:
        raise UsageError(f"cannot write {file!r}: {error.strerror}") from error


def exit_code(report: Report, fail_on: FailOn) -> int:
    """Unreadable input before findings before nothing."""
    if report.unreadable:
        return UNREADABLE
    failing: tuple[Severity, ...] = () if fail_on == "never" else SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    return FINDINGS if any(report.count(severity) for severity in failing) else CLEAN
