"""The shape of a resource type: its arguments and blocks, and one fact for each thing that is asked of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any, Literal, TypeAlias, cast

from cogcheck.answer import Truth
from cogcheck.model import Versions
from cogcheck.record import dataclass
from cogcheck.report import Severity

Release: TypeAlias = tuple[int, ...]
Type = Literal["string", "number", "integer", "bool", "list(string)", "set(string)", "map(string)"]

UNRELEASED: Release = (9999,)
"""Later than every release: known from upstream, but in none that was verified."""


def release(text: str) -> Release:
    """`"5.83.0"` as a tuple of numbers; `"unreleased"` is later than all. Raises ValueError for anything else."""
    return UNRELEASED if text == "unreleased" else tuple(int(part) for part in text.split("."))


def show_release(number: Release) -> str:
    """A release for people."""
    if number == UNRELEASED:
        return "a later release"
    written = [str(part) for part in number if part < UNRELEASED[0]]
    return ".".join(written if len(written) == len(number) else [*written, "x"])


@dataclass(frozen=True, slots=True)
class Period:
    """The releases from `since` (inclusive) until `until` (exclusive), each open where None."""

    since: Release | None = None
    until: Release | None = None

    def holds(self, versions: Versions) -> Truth:
        """Whether every, none or only some of the releases that may apply are in the period."""
        if self is ALWAYS:
            return Truth.YES
        low, high = versions.low, versions.high
        if self.since is not None and high is not None and high < self.since:
            return Truth.NO
        if self.until is not None and low is not None and low >= self.until:
            return Truth.NO
        begun = self.since is None or (low is not None and low >= self.since)
        ended = self.until is not None and (high is None or high >= self.until)
        return Truth.YES if begun and not ended else Truth.CANNOT_TELL


ALWAYS = Period()


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing asked of an argument or block: what (`value`, by kind), how bad breaking it is, how that is known."""

    value: Any = True
    severity: Severity = "error"
    enforced: str = "validate"
    evidence: str = "executed"
    documented: tuple[str, ...] = ()
    source: str = ""
    help: str = ""
    period: Period = ALWAYS


Facts: TypeAlias = tuple[Fact, ...]
"""Alternatives by release: a value is accepted if one that may apply accepts it."""


@dataclass(frozen=True, slots=True)
class ArgumentShape:
    """An argument: its type and facts; `items`, `keys`, `values` are the facts of list items, map keys and values."""

    name: str
    type: Type
    period: Period = ALWAYS
    default: Any = None
    facts: Mapping[str, Facts] = field(default_factory=dict)
    items: Mapping[str, Facts] = field(default_factory=dict)
    keys: Mapping[str, Facts] = field(default_factory=dict)
    values: Mapping[str, Facts] = field(default_factory=dict)
    documented: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BlockShape:
    """A block type, or the resource itself. `key` names the argument that tells repeated blocks apart."""

    name: str
    arguments: Mapping[str, ArgumentShape] = field(default_factory=dict)
    blocks: Mapping[str, BlockShape] = field(default_factory=dict)
    facts: Mapping[str, Facts] = field(default_factory=dict)
    key: str | None = None
    computed: bool = False
    period: Period = ALWAYS
    documented: tuple[str, ...] = ()

    @property
    def single(self) -> bool:
        """Whether no release allows more than one such block."""
        limits = self.facts.get("max", ())
        return bool(limits) and all(limit.value == 1 for limit in limits)


@dataclass(frozen=True, slots=True)
class ResourceShape:
    """The shape of a resource type, the provider it belongs to, and the releases it was verified against."""

    type: str
    root: BlockShape
    provider: str
    docs: str
    verified: tuple[Release, Release]


_META = ("severity", "enforced", "evidence", "documented", "source", "help", "since", "until")
_KINDS = ("required", "read_only", "one_of", "range", "length", "pattern", "max", "min")
_MAPPING_KINDS = ("range", "length", "pattern")


def resource_shape(raw: Mapping[str, Any]) -> ResourceShape:
    """The shape written in an arguments file that is valid under its schema."""
    verified = raw["verified"]
    return ResourceShape(
        raw["resource"],
        _block("", raw),
        raw.get("provider", ""),
        raw.get("docs", ""),
        (release(verified["from"]), release(verified["to"])),
    )


def _block(name: str, raw: Mapping[str, Any]) -> BlockShape:
    return BlockShape(
        name,
        {key: _argument(key, value) for key, value in raw.get("arguments", {}).items()},
        {key: _block(key, value) for key, value in raw.get("blocks", {}).items()},
        _facts(raw),
        raw.get("key"),
        bool(raw.get("computed", False)),
        _period(raw),
        texts(raw.get("documented")),
    )


def _argument(name: str, raw: Mapping[str, Any]) -> ArgumentShape:
    kind = raw.get("type", "string")
    inherited: tuple[str, ...] = ()
    if isinstance(kind, Mapping):
        inherited = texts(kind.get("documented"))
        kind = kind["type"]
    return ArgumentShape(
        name,
        cast("Type", kind),
        _period(raw),
        raw.get("default"),
        _facts(raw),
        _facts(raw.get("items", {})),
        _facts(raw.get("keys", {})),
        _facts(raw.get("values", {})),
        texts(raw.get("documented")) + inherited,
    )


def _facts(raw: Mapping[str, Any]) -> dict[str, Facts]:
    return {kind: _alternatives(kind, raw[kind]) for kind in _KINDS if kind in raw}


def _alternatives(kind: str, raw: Any) -> Facts:
    several = isinstance(raw, list) and bool(raw) and isinstance(raw[0], Mapping)
    return tuple(_fact(kind, entry) for entry in (raw if several else [raw]))


def _fact(kind: str, raw: Any) -> Fact:
    if not isinstance(raw, Mapping):
        return Fact(_value(kind, raw))
    if kind in _MAPPING_KINDS:
        value: Any = {key: entry for key, entry in raw.items() if key not in _META}
    elif kind == "one_of":
        value = _value(kind, raw)
    else:
        value = raw.get("value", True)
    return Fact(
        value,
        raw.get("severity", "error"),
        raw.get("enforced", "validate"),
        raw.get("evidence", "executed"),
        texts(raw.get("documented")),
        raw.get("source", ""),
        raw.get("help", ""),
        _period(raw),
    )


def _value(kind: str, raw: Any) -> Any:
    if kind != "one_of":
        return raw
    if isinstance(raw, Mapping):
        added = {value: release(since) for value, since in raw.get("added", {}).items()}
        return {"values": tuple(raw["values"]), "grows": bool(raw.get("grows", False)), "added": added}
    return {"values": tuple(raw), "grows": False, "added": {}}


def _period(raw: Mapping[str, Any]) -> Period:
    since, until = raw.get("since"), raw.get("until")
    if since is None and until is None:
        return ALWAYS
    return Period(
        release(str(since)) if since is not None else None, release(str(until)) if until is not None else None
    )


def texts(raw: str | Sequence[str] | None) -> tuple[str, ...]:
    """One text, several or none, as a tuple."""
    if raw is None:
        return ()
    return (raw,) if isinstance(raw, str) else tuple(raw)
