"""The options of the command line that several commands share, and what becomes of their texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cogcheck.reporters import FORMATS

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Command = TypeVar("Command", bound=Callable[..., Any])

SEVERITY = click.Choice(["error", "warning", "info"])
FAIL_ON = click.Choice(["error", "warning", "info", "never"])
_FILE = click.Path(exists=True, dir_okay=False)
_DIRECTORY = click.Path(exists=True, file_okay=False)
_ANY = click.Path()
"""Whether there is such a path is asked later; the type lets shells complete it."""
_COLORS = click.Choice(["auto", "always", "never"])
_SELECTORS = "Rules by id, slug or the beginning of ids (COG3); several with commas or by repeating."

OF_CONFIGURATION = (
    "select",
    "ignore",
    "severity",
    "per-file-ignores",
    "exclude",
    "provider-version",
    "var-files",
    "workspace",
    "fail-on",
    "packs",
    "rule-files",
    "rule-options",
    "require-reason",
    "baseline",
)
"""The keys of a configuration that options of the command line speak of too."""


def settings_of(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What was asked for on the command line, by key of the configuration."""
    return {key: asked.get(key.replace("-", "_")) for key in OF_CONFIGURATION}


def _selectors(_context: click.Context, _parameter: click.Parameter, values: Iterable[str]) -> tuple[str, ...]:
    return tuple(one.strip() for value in values for one in value.split(",") if one.strip())


def _pairs(values: Iterable[str], form: str, *, last: bool = False) -> list[tuple[str, str]]:
    split = [value.rpartition("=") if last else value.partition("=") for value in values]
    for name, equals, value in split:
        if not equals or not name.strip():
            raise click.BadParameter(f"{(name or value)!r} is not of the form {form}")
    return [(name.strip(), value) for name, _, value in split]


def _variables(
    _context: click.Context, _parameter: click.Parameter, values: Iterable[str]
) -> tuple[tuple[str, str], ...]:
    return tuple(_pairs(values, "NAME=VALUE"))


def _severities(context: click.Context, parameter: click.Parameter, values: Iterable[str]) -> dict[str, str]:
    return {name: SEVERITY.convert(level.strip(), parameter, context) for name, level in _pairs(values, "RULE=LEVEL")}


def _per_file(context: click.Context, parameter: click.Parameter, values: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for pattern, rules in _pairs(values, "PATTERN=RULES", last=True):
        found[pattern] = found.get(pattern, ()) + _selectors(context, parameter, [rules])
    return found


def _rule_options(
    _context: click.Context, _parameter: click.Parameter, values: Iterable[str]
) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for name, value in _pairs(values, "RULE.OPTION=VALUE"):
        rule, dot, option = name.partition(".")
        if not dot:
            raise click.BadParameter(f"{name!r} is not of the form RULE.OPTION=VALUE")
        found.setdefault(rule, {})[option] = _toml(value)
    return found


def _toml(text: str) -> Any:
    """A value as in a configuration; what is none there is a text."""
    from cogcheck.config import loads

    try:
        return loads(f"x = {text}").get("x") if "\n" not in text else text
    except (ValueError, RecursionError):
        return text


def _release(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6}){2}", value):
        raise click.BadParameter(f"{value!r} is no release such as 5.100.0")
    return value


def complete_rules(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """The ids and slugs that a shell can complete a text to; before it there may be others with commas."""
    from cogcheck.catalogue.load import catalogue

    done, comma, begun = incomplete.rpartition(",")
    names = [name for rule in catalogue().rules for name in (rule.slug, rule.id)]
    return [f"{done}{comma}{name}" for name in names if name.startswith(begun)]


def complete_rules_or_files(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """What a shell can complete a text to that is a rule, `test`, or behind that a file."""
    from click.shell_completion import CompletionItem

    if (context.params.get(str(parameter.name)) or ())[:1] == ("test",):
        return [CompletionItem(incomplete, type="file")]
    names = [*complete_rules(context, parameter, incomplete), *(["test"] if "test".startswith(incomplete) else [])]
    return [CompletionItem(name) for name in names]


_JUDGING = (
    click.argument("paths", nargs=-1, type=_ANY, metavar="[PATH]..."),
    click.option(
        "--select",
        multiple=True,
        callback=_selectors,
        shell_complete=complete_rules,
        metavar="RULES",
        help=f"Only these rules. {_SELECTORS}",
    ),
    click.option(
        "--ignore",
        multiple=True,
        callback=_selectors,
        shell_complete=complete_rules,
        metavar="RULES",
        help="All but these rules.",
    ),
    click.option(
        "--severity",
        multiple=True,
        callback=_severities,
        metavar="RULE=LEVEL",
        help="How severe a rule's findings are: error, warning or info.",
    ),
    click.option("--pack", "packs", multiple=True, metavar="NAME", help="Switch on a pack of policies."),
    click.option("--rule-file", "rule_files", multiple=True, type=_FILE, metavar="FILE", help="Rules of your own."),
    click.option(
        "--rule-option",
        "rule_options",
        multiple=True,
        callback=_rule_options,
        metavar="RULE.OPTION=VALUE",
        help="For rules that have options.",
    ),
    click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave files out; patterns as in .gitignore."),
    click.option(
        "--per-file-ignores",
        multiple=True,
        callback=_per_file,
        metavar="PATTERN=RULES",
        help="All but these rules in some files.",
    ),
    click.option("--no-ignore", is_flag=True, help="Obey no ignore comments."),
    click.option("--require-reason/--no-require-reason", default=None, help="Ignore comments have to give a reason."),
    click.option(
        "--var", "variables", multiple=True, callback=_variables, metavar="NAME=VALUE", help="As for Terraform."
    ),
    click.option("--var-file", "var_files", multiple=True, type=_FILE, metavar="FILE", help="As for Terraform."),
    click.option("--workspace", metavar="NAME", help="The value of terraform.workspace.  [default: default]"),
    click.option("--source", type=_DIRECTORY, metavar="DIR", help="The configuration that a plan was made from."),
    click.option(
        "--stdin-filename", type=_ANY, metavar="FILE", help="The file that standard input (-) is the text of."
    ),
    click.option(
        "--provider-version",
        callback=_release,
        metavar="X.Y.Z",
        help="The provider's release, whatever the configuration says.",
    ),
    click.option(
        "--jobs",
        type=click.IntRange(min=0),
        default=0,
        metavar="N",
        help="How many processes check at once.  [default: as many as pay]",
    ),
    click.option(
        "--config", type=_FILE, metavar="FILE", help="This configuration instead of the nearest .cogcheck.toml."
    ),
    click.option("--isolated", is_flag=True, help="No configuration at all."),
)

_COLOR = click.option(
    "--color",
    type=_COLORS,
    default="auto",
    help="Colours: auto means on a terminal, and honours NO_COLOR and FORCE_COLOR.",
)

_DELIVERING = (
    click.option(
        "--fail-on",
        type=FAIL_ON,
        help="Exit with 1 where a finding is at least this severe.  [default: error]",
    ),
    click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found."),
    click.option("--baseline", type=_FILE, metavar="FILE", help="Report only what is not in this file."),
    click.option("--no-baseline", is_flag=True, help="Report everything, whatever the configuration says."),
    click.option(
        "--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="The report's form."
    ),
    click.option(
        "--output", "-o", "target", type=_ANY, metavar="FILE", help="Write the report there, as a whole or not at all."
    ),
    click.option("--show-undecided", is_flag=True, help="List what could not be told, and why."),
    click.option("--show-suppressed", is_flag=True, help="List what ignore comments silence, too."),
    click.option("--statistics", is_flag=True, help="Count the findings of each rule instead of listing them."),
    click.option("--sarif-category", metavar="NAME", help="Tells several SARIF reports on one commit apart."),
    click.option("--quiet", "-q", is_flag=True, help="Only the findings: no summary, no notices, no progress."),
    _COLOR,
)


def _all(decorators: Iterable[Callable[[Any], Any]], command: Command) -> Command:
    decorated: Any = command
    for decorator in reversed(list(decorators)):
        decorated = decorator(decorated)
    result: Command = decorated
    return result


def judging(command: Command) -> Command:
    """The paths, and everything that says what is judged and how."""
    return _all(_JUDGING, command)


def delivering(command: Command) -> Command:
    """Everything that says what becomes of a report."""
    return _all(_DELIVERING, command)


def coloring(command: Command) -> Command:
    """Only the choice of colours."""
    return _all([_COLOR], command)
