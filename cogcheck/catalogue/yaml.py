"""YAML 1.2 with places: `OFF` is a string, a key set twice is an error, every node knows its line.

YAML 1.1, which PyYAML speaks, reads OFF and ON as booleans; both are values of enums that rules speak of. So the
nodes are composed by PyYAML and resolved here, by the core schema of YAML 1.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from cogcheck.record import dataclass

_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?\Z|[-+]?[0-9]+[eE][-+]?[0-9]+\Z")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_DEPTH = 50
_NODES = 200_000
_DIGITS = 600  # Python can be told to read no more than 640


@dataclass(frozen=True)
class YamlError(Exception):
    """What is wrong with a YAML text, and where (line and column from 1)."""

    message: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Marked:
    """Loaded data, and for each path of keys and indexes in it the line and column of its key (or item) and value."""

    data: Any
    keys: dict[tuple[str | int, ...], tuple[int, int]]
    values: dict[tuple[str | int, ...], tuple[int, int]]


def load(path: Path) -> Any:
    """The data of a YAML file. Raises YamlError, OSError, UnicodeDecodeError."""
    return _parsed(path.read_text(encoding="utf-8"), trusted=True).data


def parse(text: str) -> Marked:
    """The data of a YAML text with its places. Raises YamlError."""
    return _parsed(text, trusted=False)


def _parsed(text: str, *, trusted: bool) -> Marked:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        if not trusted:
            _check_depth(yaml.parse(text, Loader=loader))
        node = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise YamlError(error.problem or "not YAML", line, column) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise YamlError(str(error).splitlines()[0] if str(error) else "nested too deeply", 1, 1) from None
    marked = Marked(None, {}, {})
    if node is None:
        return marked
    return Marked(_build(node, (), marked), marked.keys, marked.values)


def _check_depth(events: Iterable[yaml.Event]) -> None:
    """Raises YamlError. To compose what is nested without end, the C parser recurses until the process dies."""
    depth = 0
    for event in events:
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEPTH:
            raise _too_deep(event)


def _too_deep(place: yaml.Node | yaml.Event) -> YamlError:
    return YamlError(f"nested more than {_DEPTH} levels deep", *_place(place))


def _place(node: yaml.Node | yaml.Event) -> tuple[int, int]:
    mark = node.start_mark
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)


def _build(node: yaml.Node, path: tuple[str | int, ...], marked: Marked) -> Any:
    if len(path) > _DEPTH:
        raise _too_deep(node)
    marked.values[path] = _place(node)
    if len(marked.values) > _NODES:  # aliases can make a short text expand without end
        raise YamlError(f"more than {_NODES} values", *_place(node))
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, marked)
    if isinstance(node, yaml.SequenceNode):
        items = []
        for index, item in enumerate(node.value):
            marked.keys[(*path, index)] = _place(item)
            items.append(_build(item, (*path, index), marked))
        return items
    return _scalar(node)


def _mapping(node: yaml.MappingNode, path: tuple[str | int, ...], marked: Marked) -> dict[str, Any]:
    built: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            raise YamlError("a key has to be a plain text", *_place(key_node))
        key = key_node.value
        if key in built:
            raise YamlError(f"the key {key!r} is set twice", *_place(key_node))
        marked.keys[(*path, key)] = _place(key_node)
        built[key] = _build(value_node, (*path, key), marked)
    return built


def _scalar(node: yaml.Node) -> str | int | float | bool | None:
    text: str = node.value
    if not isinstance(node, yaml.ScalarNode) or node.style:  # plain is None, or "" with the C parser
        return text
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.match(text):
        if len(text) > _DIGITS:
            raise YamlError(f"a number of more than {_DIGITS} digits", *_place(node))
        return int(text)
    return float(text) if _FLOAT.match(text) else text
