"""Whether data is what a JSON Schema of ours describes, in words for people. The only file that knows jsonschema."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, cast

from jsonschema import Draft202012Validator

from cogcheck.catalogue.display import hint, listing, quote
from cogcheck.record import dataclass

_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
}
_ALTERNATIVES = ("anyOf", "oneOf")


class _Error(Protocol):
    """What is used of jsonschema's errors, whose own types leave every field possibly unset."""

    validator: str
    validator_value: Any
    instance: Any
    schema: Mapping[str, Any]
    absolute_path: Sequence[str | int]
    absolute_schema_path: Sequence[str | int]
    context: list[_Error]
    message: str


@dataclass(frozen=True, slots=True)
class Violation:
    """A mistake: the path of keys and indexes to it, whether it is about the key itself, and what to say."""

    path: tuple[str | int, ...]
    on_key: bool
    message: str


def violations(data: Any, schema: Path) -> list[Violation]:
    """The mistakes in data by the schema in a file, in the order of their paths. Raises OSError."""
    validator = Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")))
    errors = cast("Iterator[_Error]", validator.iter_errors(data))
    try:
        found = [violation for error in errors for violation in _told(error)]
    except ValueError:  # Python writes no number of thousands of digits
        return [Violation((), False, "there is a number too large to be meant")]
    except RecursionError:
        return [Violation((), False, "this is nested too deeply")]
    return sorted(set(found), key=lambda one: [str(part).zfill(6) for part in one.path])


def _told(error: _Error) -> Iterator[Violation]:
    path = tuple(error.absolute_path)
    if error.validator == "additionalProperties" and isinstance(error.instance, Mapping):
        known = list(error.schema.get("properties", {}))
        yield from (
            Violation((*path, key), True, _unknown_key(key, known)) for key in error.instance if key not in known
        )
    elif error.validator == "required" and isinstance(error.instance, Mapping):
        missing = [name for name in error.validator_value if name not in error.instance]
        yield from (Violation(path, False, f"{name} is missing") for name in missing)
    elif "propertyNames" in error.absolute_schema_path:
        yield Violation((*path, str(error.instance)), True, _sentence(error))
    elif error.validator in _ALTERNATIVES and error.context:
        yield from _alternatives(error)
    else:
        yield Violation(path, False, _sentence(error))


def _alternatives(error: _Error) -> Iterator[Violation]:
    """What is wrong with the alternative that was probably meant: the one in which something deeper is wrong."""
    depth = len(error.absolute_path)
    deeper = [inner for inner in error.context if len(inner.absolute_path) > depth]
    same_kind = [inner for inner in error.context if inner.validator != "type"]
    chosen = deeper or same_kind
    if chosen:
        yield from _told(max(chosen, key=lambda inner: len(inner.absolute_path)))
    else:
        kinds = dict.fromkeys(kind for inner in error.context for kind in _kinds(inner.validator_value))
        yield Violation(tuple(error.absolute_path), False, f"this has to be {' or '.join(kinds)}")


def _kinds(types: str | Iterable[str]) -> list[str]:
    return [_TYPES.get(one, one) for one in ([types] if isinstance(types, str) else types)]


def _unknown_key(key: str, known: list[str]) -> str:
    meant = hint(key, known) or f": there are {', '.join(known)}"
    return f"there is no key {key} here{meant}"


def _form(error: _Error) -> str:
    description = error.schema.get("description")
    return (
        str(description).partition(". ")[0].removesuffix(".") if description else f"of the form {error.validator_value}"
    )


def _sentence(error: _Error) -> str:
    value, wanted = error.instance, error.validator_value
    shown = quote(value) if isinstance(value, str) else json.dumps(value, default=str)[:60]
    match error.validator:
        case "type":
            return f"this has to be {' or '.join(_kinds(wanted))}, not {shown}"
        case "enum":
            meant = hint(str(value), [str(one) for one in wanted])
            return f"{shown} is not {listing(wanted)}{meant}"
        case "const":
            return f"this has to be {json.dumps(wanted)}, not {shown}"
        case "pattern":
            return f"{shown} is not {_form(error)}"
        case "minItems" | "minProperties" | "minLength":
            return "this is empty"
        case "maxLength":
            return f"this is {len(value)} characters long, but may have {wanted}"
        case "maxProperties":
            return "only one key can stand here"
        case _:
            return error.message.splitlines()[0][:200]
