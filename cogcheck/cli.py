"""The command line: click parses, one typed function for each command does."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import click

from cogcheck import __version__, output
from cogcheck.report import SEVERITIES
from cogcheck.reporters import FORMATS, View, reporter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cogcheck.options import Options
    from cogcheck.report import Report, Severity

CLEAN, FINDINGS, USAGE, UNREADABLE = 0, 1, 2, 3
"""The exit codes; where several apply, the order is 2, 3, 1, 0."""

FailOn = Literal["error", "warning", "info", "never"]

_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
_SELECTORS = "Rules by id, slug or the beginning of ids (COG3); several with commas or by repeating."


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is done with a report: its form, and the file it goes to (standard output where None)."""

    form: str = "text"
    target: str | None = None
    color: output.Color = "auto"
    undecided: bool = False


def run(arguments: Sequence[str]) -> int:
    """Run the program with these arguments; gives the exit code."""
    try:
        code = main.main(args=list(arguments), prog_name="cogcheck", standalone_mode=False)
    except click.exceptions.Abort:
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    return code if isinstance(code, int) else CLEAN


@click.group(context_settings=_SETTINGS)
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """Check Terraform configuration against what Amazon Cognito and its provider accept."""


def _selectors(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one.strip() for value in values for one in value.split(",") if one.strip())


def _variables(
    _context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    pairs = [value.partition("=") for value in values]
    for name, equals, _ in pairs:
        if not equals or not name.strip():
            raise click.BadParameter(f"{name!r} is not of the form NAME=VALUE")
    return tuple((name.strip(), value) for name, _, value in pairs)


def _release(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6}){2}", value):
        raise click.BadParameter(f"{value!r} is no release such as 5.100.0")
    return value


_FILE = click.Path(exists=True, dir_okay=False)
_DIRECTORY = click.Path(exists=True, file_okay=False)
_COLORS = click.Choice(["auto", "always", "never"])
_COLOR_HELP = "Colours: auto means on a terminal, and honours NO_COLOR and FORCE_COLOR."


@main.command("scan")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--select", multiple=True, callback=_selectors, metavar="RULES", help=f"Only these rules. {_SELECTORS}")
@click.option("--ignore", multiple=True, callback=_selectors, metavar="RULES", help="All but these rules.")
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave files out; patterns as in .gitignore.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info", "never"]),
    default="error",
    show_default=True,
    help="Exit with 1 where a finding is at least this severe.",
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found.")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="The report's form."
)
@click.option("--output", "-o", "target", metavar="FILE", help="Write the report there, as a whole or not at all.")
@click.option("--show-undecided", is_flag=True, help="List what could not be told, and why.")
@click.option("--color", type=_COLORS, default="auto", help=_COLOR_HELP)
@click.option("--var", "variables", multiple=True, callback=_variables, metavar="NAME=VALUE", help="As for Terraform.")
@click.option("--var-file", "var_files", multiple=True, type=_FILE, metavar="FILE", help="As for Terraform.")
@click.option("--workspace", default="default", metavar="NAME", help="The value of terraform.workspace.")
@click.option("--source", type=_DIRECTORY, metavar="DIR", help="The configuration that a plan was made from.")
@click.option("--stdin-filename", metavar="FILE", help="The file that standard input (-) is the text of.")
@click.option(
    "--provider-version",
    callback=_release,
    metavar="X.Y.Z",
    help="The provider's release, whatever the configuration says.",
)
def _scan(
    *,
    paths: tuple[str, ...],
    fail_on: FailOn,
    exit_zero: bool,
    form: str,
    target: str | None,
    show_undecided: bool,
    color: output.Color,
    **asked: Any,
) -> int:
    """Check configuration and plans.

    A PATH is a directory, a .tf, .tofu, .tf.json or .tfvars file, a plan in JSON (terraform show -json), or - for
    standard input. Without one, the working directory is checked.

    Exit code: 0 clean, 1 findings, 2 wrong usage, 3 something could not be read.
    """
    from cogcheck.options import Options

    stdin = sys.stdin.buffer.read() if "-" in paths else None
    options = Options(environment=dict(os.environ), stdin=stdin, **asked)
    delivery = Delivery(form, target, color, show_undecided)
    return scan_and_deliver(paths, options, delivery, "never" if exit_zero else fail_on)


def scan_and_deliver(paths: Sequence[str], options: Options, delivery: Delivery, fail_on: FailOn) -> int:
    """Scan, deliver the report and give the exit code. Raises UsageError for what was asked wrongly."""
    from cogcheck.catalogue.configured import OptionError
    from cogcheck.documents import MissingPathError
    from cogcheck.scan import RuleFileError, scan
    from cogcheck.selection import UnknownRuleError

    try:
        report = scan(paths, options)
    except MissingPathError as error:
        raise click.UsageError(f"{str(error)!r} does not exist") from error
    except (UnknownRuleError, OptionError, RuleFileError) as error:
        raise click.UsageError(str(error)) from error
    code = exit_code(report, fail_on)
    deliver(report, delivery, code)
    return code


def deliver(report: Report, delivery: Delivery, code: int) -> None:
    """Write a report where it was asked for, and what people should know to standard error."""
    render = reporter(delivery.form)
    if delivery.target is None or delivery.target == "-":
        color = output.wants_color(delivery.color, sys.stdout, os.environ)
        output.write(render(report, View(color, output.columns(), delivery.undecided, exit_code=code)), sys.stdout)
    else:
        from cogcheck.reporters.text import summary

        text = render(report, View(delivery.color == "always", undecided=delivery.undecided, exit_code=code))
        try:
            output.replace_file(delivery.target, text)
        except OSError as error:
            raise click.UsageError(f"cannot write {delivery.target!r}: {error.strerror}") from error
        output.write(f"{summary(report)}\n", sys.stderr)
    for notice in report.notices:
        output.write(f"cogcheck: {notice}\n", sys.stderr)


def exit_code(report: Report, fail_on: FailOn) -> int:
    """Unreadable input before findings before nothing."""
    if report.unreadable:
        return UNREADABLE
    failing: tuple[Severity, ...] = () if fail_on == "never" else SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    return FINDINGS if any(report.count(severity) for severity in failing) else CLEAN


@main.command("rules")
@click.argument("names", nargs=-1, metavar="[RULE]...")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="The form."
)
@click.option("--color", type=_COLORS, default="auto", help=_COLOR_HELP)
def _rules(*, names: tuple[str, ...], form: str, color: output.Color) -> None:
    """List the rules, or explain one.

    A RULE is an id or slug, which is explained, or the beginning of ids (COG3), whose rules are listed.
    """
    from cogcheck.catalogue.load import catalogue
    from cogcheck.reporters import explain
    from cogcheck.selection import UnknownRuleError, named

    known = catalogue()
    try:
        rules = [rule for name in names for rule in named(known, name)] if names else known.rules
    except UnknownRuleError as error:
        raise click.UsageError(str(error)) from error
    in_full = bool(names) and all(known.find(name) for name in names)
    if form == "json":
        text = explain.as_json(rules, known)
    else:
        view = View(output.wants_color(color, sys.stdout, os.environ), output.columns())
        text = explain.in_full(rules, known, view) if in_full else explain.as_list(rules, view)
    output.write(text, sys.stdout)
