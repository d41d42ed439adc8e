"""yamldecode and yamlencode: YAML 1.2 with the booleans of 1.1, as Terraform has it."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import yaml

from cogcheck.model import Known, ListValue, Null, ObjectValue
from cogcheck.terraform import numbers
from cogcheck.terraform.functions.base import ANY, STRING, CannotTellError, Context, Function, Parameter
from cogcheck.terraform.functions.documents import value_of
from cogcheck.terraform.values import deep_marks, refuse

if TYPE_CHECKING:
    from cogcheck.model import Value

_TAG = "tag:yaml.org,2002:"
_INTEGER = re.compile(r"[-+]?[0-9]+\Z|0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_TIME = re.compile(r"[0-9]{4}-[0-9]")
_TRUE = frozenset(["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"])
_FALSE = frozenset(["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"])
_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_ENDLESS = frozenset([".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF"])
_DEPTH = 100
_WIDTH = 80


class _Reader:
    """Builds Python's data out of the events of one document."""

    def __init__(self, events: Iterator[Any], context: Context) -> None:
        self._events = events
        self._context = context
        self._anchors: dict[str, Any] = {}

    def read(self, event: Any, depth: int = 0) -> Any:
        """The node that begins with an event. Raises ValueError."""
        context = self._context
        context.budget.step(context.span)
        if depth > _DEPTH:
            context.budget.stop("depth", f"evaluation stopped at the limit of {_DEPTH} levels of data", context.span)
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._anchors:
                raise ValueError(f"the anchor {event.anchor} is not defined before")
            return self._anchors[event.anchor]
        if isinstance(event, yaml.ScalarEvent):
            node: Any = _scalar(event.value, event.tag, event.style)
        elif isinstance(event, yaml.SequenceStartEvent):
            _expect_tag(event.tag, "seq")
            node = []
            while not isinstance(part := next(self._events), yaml.SequenceEndEvent):
                node.append(self.read(part, depth + 1))
        else:
            node = self._mapping(event, depth)
        if event.anchor:
            self._anchors[event.anchor] = node
        return node

    def _mapping(self, start: Any, depth: int) -> dict[str, Any]:
        _expect_tag(start.tag, "map")
        node: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise ValueError("a key is no string")
            merge = (event.value == "<<" and not event.tag) or event.tag == _TAG + "merge"
            key = _scalar(event.value, event.tag, event.style)
            value = self.read(next(self._events), depth + 1)
            if merge:
                for one in value if isinstance(value, list) else [value]:
                    if not isinstance(one, dict):
                        raise ValueError("what is merged is no mapping")
                    node.update(one)
            elif key is None:
                raise ValueError("a key is null")
            else:
                node[_key_text(key)] = value
        return node


def _key_text(key: str | bool | int | Decimal) -> str:
    if isinstance(key, bool):
        return "true" if key else "false"
    return key if isinstance(key, str) else numbers.text(key)


def _expect_tag(tag: str | None, name: str) -> None:
    if tag not in (None, _TAG + name):
        raise ValueError(f"the tag {tag} is not supported")


def _scalar(text: str, tag: str | None, style: str | None) -> str | bool | int | Decimal | None:
    name = None if tag in (None, "!") else str(tag).removeprefix(_TAG)
    if name not in (None, "str", "bool", "int", "float", "null", "timestamp", "binary"):
        raise ValueError(f"the tag {tag} is not supported")
    if name == "binary":
        b64decode(text, validate=True)
        return text
    if name == "str" or tag == "!" or style in ("'", '"'):
        return text
    if name is None and style in ("|", ">"):
        return text
    return _plain(text, name)


def _plain(text: str, tag: str | None) -> str | bool | int | Decimal | None:
    if text in _NULL and tag in (None, "null"):
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if text in _ENDLESS:
        raise CannotTellError("an infinite number is not worked with")
    if text.lower() == ".nan":
        raise ValueError("there is no number for NaN")
    if _TIME.match(text) and tag in (None, "timestamp"):
        # Terraform writes a date anew as an RFC 3339 timestamp.
        raise CannotTellError("the YAML has a plain date, which is not worked with")
    if _INTEGER.match(text) or _FLOAT.match(text) or tag in ("int", "float"):
        return _number(text)
    if tag is not None:
        raise ValueError(f"{text[:40]} is no {tag}")
    return text


def _number(text: str) -> int | Decimal:
    plain = text.replace("_", "")
    number = numbers.parse(plain)
    if number is not None:
        return number
    return numbers.normal(int(plain, 0))


def _yamldecode(context: Context, args: Sequence[Value]) -> Value:
    text = args[0]
    if not isinstance(text, Known):
        return context.hidden(args)
    try:
        data = _document(str(text.value), context)
    except (yaml.YAMLError, ValueError) as error:
        refuse(f"yamldecode: {str(error).splitlines()[0]}", context.span)
    except numbers.TooLargeError:
        raise CannotTellError("a number is too large to work with") from None
    return value_of(data, context, args)


def _document(text: str, context: Context) -> Any:
    events = yaml.parse(text, Loader=yaml.SafeLoader)
    next(events)
    event = next(events)
    if not isinstance(event, yaml.DocumentStartEvent):
        raise ValueError("there is no document")
    data = _Reader(events, context).read(next(events))
    next(events)
    if not isinstance(next(events), yaml.StreamEndEvent):
        raise ValueError("there is more than one document")
    return data


def _yamlencode(context: Context, args: Sequence[Value]) -> Value:
    value = args[0]
    sources = deep_marks(args, context.budget)
    hidden = context.hidden(args)
    if hidden.reason != "an argument is not known":
        return hidden
    events = [
        yaml.StreamStartEvent(),
        yaml.DocumentStartEvent(explicit=False),
        *_events(value, context),
        yaml.DocumentEndEvent(explicit=False),
        yaml.StreamEndEvent(),
    ]
    text = yaml.emit(events, Dumper=_Writer, allow_unicode=True, width=_WIDTH)
    if isinstance(value, ListValue | ObjectValue) or (isinstance(value, Known) and isinstance(value.value, str)):
        # PyYAML ends a document behind an open literal block; libyaml only ends plain scalars.
        text = text.removesuffix("...\n")
    return context.scalar(text, sources)


class _Writer(yaml.Dumper):
    """PyYAML's emitter, but that it folds long strings as libyaml does, without a backslash at the line's end."""

    def write_double_quoted(self, text: str, split: bool = True) -> None:
        """Writes a string; `split` where it may go over several lines."""
        self.write_indicator('"', True)
        spaced = False
        for at, char in enumerate(text):
            space = char == " "
            if space and split and not spaced and self.column > _WIDTH and 0 < at < len(text) - 1:
                self.write_indent()
                if text[at + 1] == " ":
                    self._put("\\")
            else:
                self._put(char if _printable(char) else _escape(char))
            spaced = space
        self.write_indicator('"', False)

    def _put(self, text: str) -> None:
        self.column += len(text)
        self.stream.write(text)


def _printable(char: str) -> bool:
    if char < "\x7f":
        return char >= " " and char not in '"\\'
    return "\xa0" <= char <= "\uffff" and char not in "\u2028\u2029\ufeff"


def _escape(char: str) -> str:
    short = yaml.Dumper.ESCAPE_REPLACEMENTS.get(char)
    if short is not None:
        return "\\" + short
    code = ord(char)
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def _events(value: Value, context: Context) -> Iterator[Any]:
    context.budget.step(context.span)
    if isinstance(value, ListValue):
        yield yaml.SequenceStartEvent(None, None, True, flow_style=False)
        for item in value.items:
            yield from _events(item, context)
        yield yaml.SequenceEndEvent()
    elif isinstance(value, ObjectValue):
        yield yaml.MappingStartEvent(None, None, True, flow_style=False)
        for key in sorted(value.entries):
            yield _text(key)
            yield from _events(value.entries[key], context)
        yield yaml.MappingEndEvent()
    elif isinstance(value, Known) and isinstance(value.value, str):
        yield _text(value.value)
    else:
        shown = "null" if isinstance(value, Null) or not isinstance(value, Known) else _key_text(value.value)
        yield yaml.ScalarEvent(None, None, (True, True), shown)


def _text(text: str) -> Any:
    return yaml.ScalarEvent(None, None, (True, True), text, style="|" if "\n" in text else '"')


FUNCTIONS: Mapping[str, Function] = {
    "yamldecode": Function(_yamldecode, (Parameter(STRING),), not_null=False),
    "yamlencode": Function(_yamlencode, (Parameter(ANY, null=True, unknown=True),)),
}
