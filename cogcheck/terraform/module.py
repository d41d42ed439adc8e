"""What the files of one directory declare together: Terraform's module, override files merged in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Literal, TypeAlias

from cogcheck import names
from cogcheck.model import Problem, Span, Step
from cogcheck.record import dataclass
from cogcheck.syntax.body import Attribute, ParsedFile, SyntaxBlock
from cogcheck.terraform.bodies import split

Key: TypeAlias = tuple[str, ...]

_LABELS = {
    "resource": ("a type and a name", 2),
    "data": ("a type and a name", 2),
    "module": ("a name", 1),
    "variable": ("a name", 1),
    "output": ("a name", 1),
    "provider": ("a name", 1),
    "locals": ("no label", 0),
    "terraform": ("no label", 0),
    "import": ("no label", 0),
}
"""The block types that are looked at, and the labels that Terraform asks of each."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """A block as declared, with the blocks of the same name from override files, in the order of merging."""

    block: SyntaxBlock
    overrides: tuple[SyntaxBlock, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels: type and name, or the name."""
        return self.block.labels

    @property
    def name(self) -> str:
        """The last label."""
        return self.block.labels[-1]

    @property
    def header(self) -> Span:
        """Where it is declared first."""
        return self.block.header

    def attribute(self, name: str) -> Attribute | None:
        """An attribute as it is after merging."""
        for block in (*reversed(self.overrides), self.block):
            if (found := block.body.attributes.get(name)) is not None:
                return found
        return None

    def attributes(self) -> dict[str, Attribute]:
        """All attributes as they are after merging, in written order."""
        merged = dict(self.block.body.attributes)
        for block in self.overrides:
            merged.update(block.body.attributes)
        return merged

    def blocks(self, type_: str) -> list[SyntaxBlock]:
        """The nested blocks of a type; those of the last override file that has any replace all before."""
        for block in (*reversed(self.overrides), self.block):
            nested = split(block.body, (type_,))[1]
            if found := [inner for inner in nested if inner.type == type_]:
                return found
        return []


class Module:
    """A directory's configuration. Everything is looked up when it is first asked for.

    `directory` is the real path of the directory, `files` its configuration files in Terraform's order.
    """

    def __init__(self, directory: str, files: Iterable[ParsedFile]) -> None:
        self.directory = directory
        self.files = tuple(sorted(files, key=_order))
        self._primary: dict[str, list[SyntaxBlock]] = {}
        self._overriding: dict[str, list[SyntaxBlock]] = {}
        self._malformed: list[Problem] = []
        for file in self.files:
            groups = self._overriding if _overrides(file) else self._primary
            for block in file.body.blocks:
                self._sort_in(block, groups)

    def _sort_in(self, block: SyntaxBlock, groups: dict[str, list[SyntaxBlock]]) -> None:
        expected = _LABELS.get(block.type)
        if expected is None:
            return
        if len(block.labels) == expected[1]:
            groups.setdefault(block.type, []).append(block)
            return
        message = f"{_article(block.type)} {block.type} block has {expected[0]}, this one has {_count(block.labels)}"
        self._malformed.append(Problem("syntax-error", message, block.header))

    @cached_property
    def variables(self) -> Mapping[str, Declaration]:
        """The input variables by name."""
        return self._by_name("variable")

    @cached_property
    def outputs(self) -> Mapping[str, Declaration]:
        """The outputs by name."""
        return self._by_name("output")

    @cached_property
    def calls(self) -> Mapping[str, Declaration]:
        """The module calls by name."""
        return self._by_name("module")

    @cached_property
    def resources(self) -> Mapping[Key, Declaration]:
        """The managed resources by type and name."""
        return self._declarations("resource")

    @cached_property
    def repeated(self) -> tuple[Declaration, ...]:
        """Managed resources declared under a name that is taken: refused, but worth a look all the same."""
        blocks = self._primary.get("resource", ())
        return tuple(Declaration(block) for block in blocks if self.resources[block.labels].block is not block)

    @cached_property
    def data(self) -> Mapping[Key, Declaration]:
        """The data sources by type and name."""
        return self._declarations("data")

    @cached_property
    def providers(self) -> Mapping[Key, Declaration]:
        """The provider configurations by local name and alias ("" for the default one)."""
        return self._declarations("provider", _provider_key)

    @cached_property
    def imports(self) -> tuple[SyntaxBlock, ...]:
        """The `import` blocks."""
        return tuple(self._primary.get("import", ()))

    @cached_property
    def locals(self) -> Mapping[str, Attribute]:
        """The local values by name."""
        return self._locals[0]

    @cached_property
    def required_providers(self) -> Mapping[str, Attribute]:
        """The entries of `required_providers` by local name; those of override files replace the others."""
        return {
            name: attribute
            for groups in (self._primary, self._overriding)
            for settings in groups.get("terraform", ())
            for block in split(settings.body, ("required_providers",))[1]
            if block.type == "required_providers"
            for name, attribute in block.body.attributes.items()
        }

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What could not be read of the files, and what Terraform refuses of their declarations."""
        read = (problem for file in self.files for problem in file.problems)
        return (*read, *self._malformed, *self._locals[1], *self._conflicts())

    def _by_name(self, type_: str) -> dict[str, Declaration]:
        return {key[0]: declaration for key, declaration in self._declarations(type_).items()}

    def _declarations(
        self, type_: str, key: Callable[[SyntaxBlock], Key] = lambda block: block.labels
    ) -> dict[Key, Declaration]:
        declared: dict[Key, Declaration] = {}
        for block in self._primary.get(type_, ()):
            declared.setdefault(key(block), Declaration(block))
        for block in self._overriding.get(type_, ()):
            if (base := declared.get(key(block))) is not None:
                declared[key(block)] = replace(base, overrides=(*base.overrides, block))
        return declared

    @cached_property
    def _locals(self) -> tuple[dict[str, Attribute], list[Problem]]:
        found: dict[str, Attribute] = {}
        problems = []
        for block in self._primary.get("locals", ()):
            for name, attribute in block.body.attributes.items():
                if (first := found.setdefault(name, attribute)) is not attribute:
                    problems.append(_twice(f"local.{name}", first.name_span, attribute.name_span))
        for block in self._overriding.get("locals", ()):
            for name, attribute in block.body.attributes.items():
                if name not in found:
                    problems.append(_baseless(f"local.{name}", attribute.name_span))
                else:
                    found[name] = attribute
        return found, problems

    def _conflicts(self) -> Iterator[Problem]:
        kinds: tuple[tuple[str, Mapping[Key, Declaration], Callable[[SyntaxBlock], Key]], ...] = (
            ("resource", self.resources, _labels),
            ("data", self.data, _labels),
            ("module", self._declarations("module"), _labels),
            ("variable", self._declarations("variable"), _labels),
            ("output", self._declarations("output"), _labels),
            ("provider", self.providers, _provider_key),
        )
        for type_, declared, key in kinds:
            for block in self._primary.get(type_, ()):
                if (first := declared[key(block)].block) is not block:
                    yield _twice(_title(block), first.header, block.header)
            for block in self._overriding.get(type_, ()):
                if key(block) not in declared:
                    yield _baseless(_title(block), block.header)


def _labels(block: SyntaxBlock) -> Key:
    return block.labels


def _provider_key(block: SyntaxBlock) -> Key:
    alias = block.body.attributes.get("alias")
    value = getattr(alias.expression, "value", None) if alias is not None else None
    return block.labels[0], value if isinstance(value, str) else ""


def _title(block: SyntaxBlock) -> str:
    prefixes: dict[str, str] = {"resource": "", "data": "data.", "variable": "var."}
    name = ".".join(block.labels)
    return prefixes[block.type] + name if block.type in prefixes else f'{block.type} "{name}"'


def _twice(title: str, first: Span, again: Span) -> Problem:
    message = f"{title} is declared a second time"
    help_ = "Rename or remove one of the two."
    return Problem("refused-declaration", message, again, help_, related=(Step("declared first here", first),))


def _baseless(title: str, span: Span) -> Problem:
    message = f"{title} is overridden, but no other file declares it"
    return Problem("refused-declaration", message, span, "Declare it in a file that is no override file.")


def _article(word: str) -> Literal["a", "an"]:
    return "an" if word[0] in "aeiou" else "a"


def _count(labels: tuple[str, ...]) -> str:
    return "none" if not labels else f"{len(labels)} label{'s' if len(labels) > 1 else ''}"


def _file_name(file: ParsedFile) -> str:
    return os.path.basename(file.document.file or file.document.path)


def _overrides(file: ParsedFile) -> bool:
    return names.is_override(_file_name(file))


def _order(file: ParsedFile) -> tuple[bool, str]:
    return _overrides(file), _file_name(file)
