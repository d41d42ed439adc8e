"""The command line: click parses, one typed function for each command does."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from io import StringIO
from typing import TYPE_CHECKING, Any

import click

from cogcheck import __version__, commands, output
from cogcheck.cli_options import coloring, complete_rules_or_files, delivering, judging, settings_of
from cogcheck.commands import CLEAN, FINDINGS, USAGE, Delivery, exit_code
from cogcheck.reporters import View

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cogcheck.config import Configuration
    from cogcheck.options import Options
    from cogcheck.settings import Settings

_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
_SHELLS = ("bash", "zsh", "fish")


def run(arguments: Sequence[str]) -> int:
    """Run the program with these arguments; gives the exit code."""
    try:
        code = main.main(args=list(arguments), prog_name="cogcheck", standalone_mode=False)
    except click.exceptions.Abort:
        return 130
    except click.ClickException as error:
        shown = StringIO()
        error.show(shown)
        output.write_lines(shown.getvalue().removesuffix("\n").split("\n"), sys.stderr)
        return error.exit_code
    except commands.UsageError as error:
        output.write_lines([f"Error: {line}" for line in str(error).split("\n")], sys.stderr)
        return USAGE
    except OSError as error:
        if error.filename is not None:  # no standard stream's
            raise
        return unwritten(error)
    return code if isinstance(code, int) else CLEAN


def unwritten(error: OSError) -> int:
    """Say that a standard stream took no more; gives the exit code. A reader who has gone away has seen enough."""
    with suppress(output.WriteError):
        output.write("", sys.stdout)  # so that Python does not try again at its end
    if isinstance(error, BrokenPipeError):
        return CLEAN
    with suppress(output.WriteError):
        output.write_lines([f"Error: cannot write the report: {error.strerror}"], sys.stderr)
    return USAGE


_RANKS = "cogcheck.variable_ranks"


class _Commands(click.Group):
    """The commands; who names a path instead of one is told which takes it."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is meant. Raises click's UsageError."""
        if self.get_command(ctx, args[0]) is None and os.path.lexists(args[0]):
            ctx.fail(f"No such command {args[0]!r}. To check it: cogcheck scan {args[0]}")
        return super().resolve_command(ctx, args)


class _Ordered(click.Command):
    """A command that knows how many --var-file stand before each --var: to Terraform, the later one counts."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Count, and parse as usual."""
        files = 0
        ranks: list[int] = []
        for option in (word.partition("=")[0] for word in args):
            files += option == "--var-file"
            if option == "--var":
                ranks.append(files)
        ctx.meta[_RANKS] = ranks
        return super().parse_args(ctx, args)


@click.group(cls=_Commands, context_settings=_SETTINGS)
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """Check Terraform configuration against what Amazon Cognito and its provider accept."""


def _settled(paths: Sequence[str], asked: Mapping[str, Any]) -> tuple[Settings, Options, Configuration]:
    """What holds, from the command line and the configuration."""
    places = [asked["stdin_filename"] or path if path == "-" else path for path in paths]
    configuration = commands.configure(places, asked["config"], isolated=asked["isolated"])
    settings = commands.settle(configuration, settings_of(asked))
    options = settings.options(
        variables=asked["variables"],
        variable_ranks=tuple(click.get_current_context().meta.get(_RANKS, ())),
        environment=dict(os.environ),
        source=asked["source"],
        jobs=asked["jobs"],
        stdin=commands.standard_input() if "-" in paths else None,
        stdin_filename=asked["stdin_filename"],
        ignores=not asked["no_ignore"],
    )
    return settings, options, configuration


@main.command("scan", cls=_Ordered)
@judging
@delivering
def _scan(
    *,
    paths: tuple[str, ...],
    exit_zero: bool,
    no_baseline: bool,
    form: str,
    target: str | None,
    show_undecided: bool,
    show_suppressed: bool,
    statistics: bool,
    sarif_category: str | None,
    quiet: bool,
    color: output.Color,
    **asked: Any,
) -> int:
    """Check configuration and plans.

    A PATH is a directory, a .tf, .tofu, .tf.json or .tfvars file, a plan in JSON (terraform show -json), or - for
    standard input. Without one, the working directory is checked.

    Exit code: 0 clean, 1 findings, 2 wrong usage, 3 something could not be read.
    """
    settings, options, _ = _settled(paths, asked)
    report = commands.judge(paths, settings, options, quiet=quiet)
    if settings.baseline and not no_baseline:
        report = commands.without_known(report, paths, settings.baseline, options)
    code = exit_code(report, "never" if exit_zero else settings.fail_on)
    delivery = Delivery(form, target, color, show_undecided, show_suppressed, statistics, quiet, sarif_category)
    commands.deliver(commands.shortened(report, options), delivery, code)
    return code


@main.command("baseline", cls=_Ordered, short_help="Write down what is found today, to report only what is new.")
@judging
@click.option(
    "--output", "-o", "target", type=click.Path(), metavar="FILE", help="The file.  [default: .cogcheck-baseline.json]"
)
def _baseline(*, paths: tuple[str, ...], target: str | None, **asked: Any) -> int:
    """Write down the findings of today, so that scans with --baseline report only new ones.

    The file is that of the configuration if it names one. Unreadable input is never part of it.
    """
    from cogcheck.baseline import NAME

    settings, options, _ = _settled(paths, asked)
    report = commands.judge(paths, settings, options)
    return commands.write_baseline(report, target or settings.baseline or NAME)


@main.command("config", short_help="Show which settings hold, and where each comes from.")
@judging
def _config(*, paths: tuple[str, ...], **asked: Any) -> None:
    """Show which settings hold for a scan of these paths, and where each comes from."""
    from cogcheck.settings import show

    settings, _, configuration = _settled([path for path in paths if path != "-"], asked)
    output.write_lines(show(settings, configuration.file).removesuffix("\n").split("\n"), sys.stdout)


@main.command("rules")
@click.argument("names", nargs=-1, metavar="[RULE]... | test FILE...", shell_complete=complete_rules_or_files)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="The form."
)
@coloring
def _rules(*, names: tuple[str, ...], form: str, color: output.Color) -> int:
    """List the rules, or explain one.

    A RULE is an id or slug, which is explained, or the beginning of ids (COG3), whose rules are listed.

    cogcheck rules test FILE checks files with rules of your own, and judges the examples in them.
    """
    if names[:1] == ("test",):
        return _test_rules(names[1:])
    from cogcheck.catalogue.configured import with_defaults
    from cogcheck.catalogue.load import catalogue
    from cogcheck.reporters import explain
    from cogcheck.selection import UnknownRuleError, named

    known = with_defaults(catalogue())
    try:
        rules = [rule for name in names for rule in named(known, name)] if names else known.rules
    except UnknownRuleError as error:
        raise commands.UsageError(str(error)) from error
    in_full = bool(names) and all(known.find(name) for name in names)
    if form == "json":
        text = explain.as_json(rules, known)
    else:
        view = View(output.wants_color(color, sys.stdout, os.environ), output.columns())
        if in_full:
            text = explain.in_full(rules, known, view)
        else:
            text = explain.as_list(rules, view, wrap=sys.stdout.isatty())
    output.write(text, sys.stdout)
    return CLEAN


def _test_rules(paths: tuple[str, ...]) -> int:
    from cogcheck.cli_rules import check_rule_files

    if not paths:
        raise commands.UsageError("cogcheck rules test needs the file with the rules")
    lines, wrong = check_rule_files(paths)
    output.write_lines(lines, sys.stdout)
    return FINDINGS if wrong else CLEAN


@main.command("completion")
@click.argument("shell", type=click.Choice(_SHELLS))
def _completion(*, shell: str) -> None:
    """Print what makes a shell complete commands, options and rules.

    bash: eval "$(cogcheck completion bash)" in ~/.bashrc; zsh alike in ~/.zshrc; fish: cogcheck completion fish |
    source in ~/.config/fish/config.fish.
    """
    from click.shell_completion import get_completion_class

    class_ = get_completion_class(shell)
    if class_ is None:
        raise commands.UsageError(f"nothing is known about {shell}")
    completion = class_(main, {}, "cogcheck", "_COGCHECK_COMPLETE")
    # Not source(), which runs a shell only to ask for its version.
    output.write(completion.source_template % completion.source_vars(), sys.stdout)
