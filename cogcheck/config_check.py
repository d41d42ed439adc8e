"""Whether a configuration is valid: jsonschema decides, and what it finds is said for people, with the place."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from cogcheck.catalogue.display import listing, nearest, shorten
from cogcheck.catalogue.load import rules_directory
from cogcheck.config import ConfigError, toml

_KINDS = {
    "array": "a list",
    "object": "a table",
    "string": "a text",
    "boolean": "true or false",
}
_HEADER = re.compile(r"\s*\[([^\[\]]*)\]")


@cache
def schema() -> Mapping[str, Any]:
    """The schema of configurations, as it is published for editors."""
    path = rules_directory() / "schema" / "config.schema.json"
    loaded: dict[str, Any] = json.loads(path.read_bytes())
    return loaded


def check(values: Mapping[str, Any], text: str, shown: str, table: Sequence[str]) -> None:
    """Raises ConfigError for the first thing that is wrong with the values, which stand in a table of a file's text."""
    known = schema()["properties"]
    for key in values:
        if key not in known:
            near = nearest(key, known) or nearest(key.replace("_", "-"), known)
            hint = f"; did you mean {near}?" if near else f"; there are {listing(known, 'and').replace(chr(34), '')}"
            raise ConfigError(f"{_place(text, shown, table, [key])}: there is no key {key!r}{hint}")
    errors = sorted(Draft202012Validator(schema()).iter_errors(values), key=lambda error: list(map(str, error.path)))
    if errors:
        path = [str(part) for part in errors[0].path if isinstance(part, str)]
        raise ConfigError(f"{_place(text, shown, table, path)}: {'.'.join(path)} {_why(errors[0])}")


def _why(error: ValidationError) -> str:
    if error.validator == "type":
        item = "has to hold texts only" if error.path and isinstance(error.path[-1], int) else ""
        return item or f"has to be {_KINDS.get(str(error.validator_value), str(error.validator_value))}"
    if error.validator == "enum":
        allowed = [str(one) for one in error.schema["enum"]]  # type: ignore[index] # a schema with an enum is a mapping
        near = nearest(str(error.instance), allowed)
        hint = f"; did you mean {near}?" if near else ""
        return f"cannot be {shorten(toml(error.instance))}: it has to be {listing(allowed)}{hint}"
    if error.validator == "pattern":
        return f"cannot be {shorten(toml(error.instance))}: it is a number such as 6.2.0"
    return "holds an empty text"


def _place(text: str, shown: str, table: Sequence[str], path: Sequence[str]) -> str:
    """The file, and the line and column of a key where they are easily found."""
    wanted = [*table, *path]
    at: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        header = _HEADER.match(line)
        if header is not None:
            at = [_bare(part) for part in header[1].split(".")]
            if at == wanted[: len(at)] and len(at) == len(wanted):
                return f"{shown}:{number}:{line.index('[') + 1}"
        elif "=" in line and len(at) < len(wanted) and at == wanted[: len(at)]:
            name = line.partition("=")[0]
            parts = [_bare(part) for part in name.split(".")]
            rest = wanted[len(at) :]
            if parts == rest[: len(parts)]:
                return f"{shown}:{number}:{len(name) - len(name.lstrip()) + 1}"
    return shown


def _bare(key: str) -> str:
    return key.strip().strip("\"'")
