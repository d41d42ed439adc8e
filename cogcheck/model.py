"""The nouns that every part of cogcheck speaks in: where something stands, what it is worth, what it belongs to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from decimal import Decimal
from functools import cached_property
from typing import Literal, TypeAlias

from cogcheck.record import dataclass

Kind = Literal["hcl", "tfjson", "plan", "manifest", "other", "input"]
"""What a document is; `input` stands for values given on the command line or in the environment."""

Scalar: TypeAlias = str | bool | int | Decimal
"""A known primitive. Whole numbers are always `int`, others `Decimal`, as Terraform's numbers are no floats."""


@dataclass(frozen=True)
class Document:
    """A text that was read, without a BOM.

    `path` is as shown to people (relative to the working directory, with `/`), `file` the absolute path of the
    file on disk, `None` where there is none (standard input, a value from the command line).
    """

    path: str
    text: str = field(repr=False)
    kind: Kind = "hcl"
    file: str | None = None

    def __hash__(self) -> int:
        return hash(self.path)

    def __reduce__(self) -> tuple[type[Document], tuple[str, str, Kind, str | None]]:
        # Between processes, without the lines: they are sooner found again than sent.
        return Document, (self.path, self.text, self.kind, self.file)

    @cached_property
    def line_starts(self) -> Sequence[int]:
        """Offsets at which each line begins. Only LF ends a line, as in HCL and JSON."""
        starts = [0]
        at = self.text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        return starts

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1, columns in Unicode code points."""
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a document: offsets in code points, end exclusive. The only location type."""

    document: Document
    start: int
    end: int

    @property
    def text(self) -> str:
        """The source text of this place."""
        return self.document.text[self.start : self.end]

    @property
    def first(self) -> tuple[int, int]:
        """Line and column of the start."""
        return self.document.position(self.start)

    @property
    def last(self) -> tuple[int, int]:
        """Line and column just behind the end."""
        return self.document.position(self.end)

    def holds(self, inner: Span) -> bool:
        """Whether another place lies in this one."""
        return inner.document is self.document and self.start <= inner.start and inner.end <= self.end

    @property
    def order(self) -> tuple[str, int, int]:
        """A key that sorts spans by path and place."""
        return self.document.path, self.start, self.end


@dataclass(frozen=True, slots=True)
class Step:
    """One station on a value's way, e.g. "default of var.mfa" at the default's expression."""

    message: str
    span: Span


Trail: TypeAlias = tuple[Step, ...]
"""The stations of a value, from the argument that uses it back to where it was written."""


@dataclass(frozen=True, slots=True)
class Known:
    """A known string, number or boolean."""

    value: Scalar
    span: Span
    trail: Trail = ()
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Null:
    """A known null: as good as not written."""

    span: Span
    trail: Trail = ()
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that the configuration alone does not tell.

    `reason` completes the sentence "cannot tell, because ..." ("var.name has no value").
    `literals` are the known pieces of a template, in order; a value with literals is certainly a non-null string.
    `identity` names the same unknown wherever it is used (an absolute address such as
    `module.auth.aws_iam_role.sms.arn`); two unknowns with one identity are equal.
    `not_null` is set where the value cannot be null, whatever it is.
    """

    reason: str
    span: Span
    literals: tuple[str, ...] = ()
    identity: str | None = None
    not_null: bool = False
    trail: Trail = ()
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class ListValue:
    """A list, tuple or set. `open` means that it may have further items than those."""

    items: tuple[Value, ...]
    span: Span
    kind: Literal["tuple", "list", "set"] = "tuple"
    open: bool = False
    trail: Trail = ()
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class ObjectValue:
    """An object or map. `open` means that it may have further keys; their values are then `identity.key`.

    `entries` may be lazy: only look up what is needed. `keys` are the places of the keys, where they were written.
    """

    entries: Mapping[str, Value]
    span: Span
    kind: Literal["object", "map"] = "object"
    open: bool = False
    identity: str | None = None
    keys: Mapping[str, Span] = field(default_factory=dict)
    trail: Trail = ()
    sensitive: bool = False


Value: TypeAlias = Known | Null | Unknown | ListValue | ObjectValue


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument as written in a block. `span` is the place of its expression, `name_span` of its name."""

    name: str
    name_span: Span
    value: Value
    span: Span


@dataclass(frozen=True, slots=True)
class Block:
    """A resource's body or a nested block, with values.

    `header` is the place of its type (and labels), which stands for the block in findings; `span` is all of it.
    `arguments` and `blocks` are in written order. `open` names the block types of which there may be more than are
    listed (an unknown `dynamic`), each with the reason. `maybe` is set in the content of a `dynamic` block that may
    occur not at all, or any number of times: the reason why that is not known. `from_dynamic` tells a generated block
    from a written one.
    What was written with the wrong syntax stands as written: an attribute named like a block type in `arguments`,
    a block named like an argument in `blocks`.
    """

    type: str
    header: Span
    span: Span
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    blocks: tuple[Block, ...] = ()
    open: Mapping[str, str] = field(default_factory=dict)
    maybe: str | None = None
    from_dynamic: bool = False

    def of_type(self, name: str) -> list[Block]:
        """The nested blocks of a type, in written order."""
        return [block for block in self.blocks if block.type == name]


@dataclass(frozen=True, slots=True)
class Change:
    """What a plan would do to a resource: `actions` as in the plan (`["delete", "create"]`), and the values around it.

    `replace_paths` are the arguments that force a replacement, as dotted paths.
    """

    actions: tuple[str, ...]
    before: Block | None
    after: Block | None
    replace_paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Versions:
    """The provider releases that may apply: from `low` to `high`, both inclusive, as number tuples; `None` is open."""

    low: tuple[int, ...] | None = None
    high: tuple[int, ...] | None = None
    source: str | None = None
    """Where this is known from, for messages: "the lock file", "required_providers"."""


class Surroundings:
    """What stands around a resource: the base answers nothing, each front end knows more."""

    versions: Versions = Versions()
    region: Value | None = None

    @property
    def complete(self) -> bool:
        """Whether everything could be read, so that a resource not found is not there. To be asked after the search."""
        return False

    def resources(self, type_: str) -> Resources:
        """The resources (and data sources, as `data.TYPE`) of a type in the whole module tree or plan."""
        return Resources()


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource, or all its instances where they are the same, with its values.

    `address` is Terraform's (`module.auth["eu"].aws_cognito_user_pool.main[0]`; `[*]` where instances are unknown).
    `instances` is False where `count` or `for_each` is known to make none: then only what `terraform validate` refuses
    counts.
    `ignore_changes` holds the arguments of `lifecycle { ignore_changes }`, `("all",)` for all.
    `identity` is the address without instance keys, as unknowns' identities begin with.
    """

    type: str
    name: str
    address: str
    block: Block
    surroundings: Surroundings
    construct: str | None = None
    instances: bool = True
    ignore_changes: tuple[str, ...] = ()
    identity: str = ""
    change: Change | None = None


class Resources:
    """Resources of one type, in order. What is looked for by a key is found without a look at all of them."""

    __slots__ = ("_all", "_places", "exist")

    def __init__(self, resources: Iterable[Resource] = ()) -> None:
        self._all = tuple(resources)
        self.exist = any(one.instances for one in self._all)
        """Whether there is an instance of one of them."""
        self._places: dict[tuple[Callable[[Resource, str], Iterable[str]], str], dict[str, list[int]]] = {}

    def __iter__(self) -> Iterator[Resource]:
        return iter(self._all)

    def having(
        self, keys: Iterable[str], keys_of: Callable[[Resource, str], Iterable[str]], name: str = ""
    ) -> list[Resource]:
        """The resources that have one of these keys. `keys_of` gives their keys with regard to a name, once for all."""
        places = self._places.get((keys_of, name))
        if places is None:
            places = self._places[keys_of, name] = {}
            for at, resource in enumerate(self._all):
                for key in keys_of(resource, name):
                    places.setdefault(key, []).append(at)
        return [self._all[at] for at in sorted({at for key in keys for at in places.get(key, ())})]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something found before any rule ran: the slug of an input or shape rule, and what to say about which place."""

    slug: str
    message: str
    span: Span
    help: str | None = None
    related: tuple[Step, ...] = ()
    resources: tuple[str, ...] = ()
    argument: str | None = None
