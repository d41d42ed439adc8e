"""The forms that a report can be given in."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from cogcheck.record import dataclass

if TYPE_CHECKING:
    from cogcheck.report import Report

FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit")
"""The names of the forms; each is a module of this package with a function `render`."""


@dataclass(frozen=True, slots=True)
class View:
    """How a report is wanted: in colour, in lines of so many columns, with what could not be told.

    `suppressed` asks for suppressed findings too. `category` (SARIF) tells several reports on one commit apart.
    `exit_code` is what the program will end with, where that is known. `statistics` asks for counts instead of
    findings, `quiet` for nothing else than findings.
    """

    color: bool = False
    columns: int = 120
    undecided: bool = False
    suppressed: bool = False
    category: str | None = None
    exit_code: int | None = None
    statistics: bool = False
    quiet: bool = False


class Reporter(Protocol):
    """Turns a report into text, which ends with a line feed unless it is empty."""

    def __call__(self, report: Report, view: View) -> str:
        """The report in this form."""


def reporter(name: str) -> Reporter:
    """The reporter of a form; only that one's libraries are loaded."""
    return cast("Reporter", import_module(f"cogcheck.reporters.{name}").render)
