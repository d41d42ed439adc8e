"""The values of a root module's variables: environment, values files and command line, in Terraform's precedence."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from cogcheck.files import SourceFile, shown_path
from cogcheck.model import Document, Kind, Known, Problem, Span, Value
from cogcheck.record import dataclass
from cogcheck.syntax.body import Expression, Literal, ParsedFile
from cogcheck.terraform.bodies import parsed
from cogcheck.terraform.evaluate import NOTHING, evaluate
from cogcheck.terraform.types import convert, parse_type

if TYPE_CHECKING:
    from cogcheck.options import Options
    from cogcheck.terraform.budget import Budget
    from cogcheck.terraform.module import Declaration
    from cogcheck.terraform.sources import Sources
    from cogcheck.terraform.types import Type

_PRIMITIVE = ("string", "number", "bool")


@dataclass(frozen=True, slots=True)
class Given:
    """A value given to a variable from outside: an expression, or a text whose meaning depends on the type.

    `message` says where it was given, for the trail.
    """

    content: Expression | str
    span: Span
    message: str

    def value(self, type_: Type | None, budget: Budget) -> Value:
        """The value, not yet converted. Texts for primitive types are meant literally, others are expressions."""
        if not isinstance(self.content, str):
            return evaluate(self.content, NOTHING, budget)
        if type_ is None or type_.kind in _PRIMITIVE:
            return Known(self.content, self.span)
        return evaluate(parsed(self.content, self.span), NOTHING, budget)


def declared_type(declaration: Declaration) -> Type | None:
    """The type constraint of a variable; None where there is none that can be read."""
    attribute = declaration.attribute("type")
    return parse_type(attribute.expression) if attribute is not None else None


def is_set(declaration: Declaration, name: str, default: bool) -> bool:
    """A literal boolean of a declaration, such as `nullable`."""
    attribute = declaration.attribute(name)
    if attribute is None or not isinstance(attribute.expression, Literal):
        return default
    value = attribute.expression.value
    return value if isinstance(value, bool) else {"true": True, "false": False}.get(str(value), default)


def converted(value: Value, type_: Type | None, budget: Budget) -> Value:
    """The value as the variable's type has it."""
    return value if type_ is None else convert(value, type_, budget)


class GivenValues:
    """What is given to the variables of one root module.

    From the strongest: `--var`, `--var-file` (of both the later), `*.auto.tfvars` and `*.auto.tfvars.json` by name (the
    later), `terraform.tfvars.json`, `terraform.tfvars`, `TF_VAR_name`.
    """

    def __init__(self, sources: Sources, directory: str, options: Options) -> None:
        self._sources = sources
        self._directory = directory
        self._options = options
        self._problems: list[Problem] = []

    def find(self, name: str) -> Given | None:
        """The strongest value of a variable."""
        for index, (variable, text) in reversed(list(enumerate(self._options.variables))):
            if variable == name:
                later = self._in_files_after(index, name)
                return later or _from_text(text, f"--var {name}", f"var.{name} set by --var")
        if (given := self._files.get(name)) is not None:
            return given
        exported = self._options.environment.get(f"TF_VAR_{name}")
        return None if exported is None else _from_text(exported, f"TF_VAR_{name}", f"var.{name} set by TF_VAR_{name}")

    def _in_files_after(self, index: int, name: str) -> Given | None:
        """A variable's value in a `--var-file` that was given behind the `--var` of this index."""
        ranks = self._options.variable_ranks
        later = self._options.var_files[ranks[index] :] if index < len(ranks) else ()
        given = self._files.get(name) if later else None
        paths = {os.path.abspath(path) for path in later}
        return given if given is not None and given.span.document.file in paths else None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What could not be read of the values files."""
        self._files  # noqa: B018 - reads them
        return tuple(self._problems)

    @cached_property
    def files(self) -> tuple[ParsedFile, ...]:
        """The values files that count, from the weakest."""
        found = []
        for file in self._read():
            if isinstance(file, Problem):
                self._problems.append(file)
            else:
                found.append(file)
                self._problems += [replace(problem, slug="broken-tfvars") for problem in file.problems]
                self._problems += [_unexpected(block.header) for block in file.body.blocks]
        return tuple(found)

    @cached_property
    def _files(self) -> dict[str, Given]:
        given = {}
        for file in self.files:
            name = os.path.basename(file.document.path)
            for variable, attribute in file.body.attributes.items():
                span = attribute.value_span
                given[variable] = Given(attribute.expression, span, f"var.{variable} set in {name}")
        return given

    def _read(self) -> Iterator[ParsedFile | Problem]:
        beside = {os.path.basename(file.path): file for file in self._sources.values_files(self._directory)}
        automatic = sorted(name for name in beside if name.endswith((".auto.tfvars", ".auto.tfvars.json")))
        for name in ("terraform.tfvars", "terraform.tfvars.json", *automatic):
            if name in beside:
                yield self._sources.values(beside[name])
        for path in self._options.var_files:
            yield self._sources.values(_named(path))


def _named(path: str) -> SourceFile:
    absolute = os.path.abspath(path)
    kind: Kind = "tfjson" if path.endswith(".json") else "hcl"
    return SourceFile(absolute, shown_path(absolute), kind, "variables", os.path.dirname(absolute))


def _from_text(text: str, name: str, message: str) -> Given:
    return Given(text, Span(Document(name, text, "input"), 0, len(text)), message)


def _unexpected(span: Span) -> Problem:
    return Problem("broken-tfvars", "a values file holds no blocks, only `name = value`", span)
