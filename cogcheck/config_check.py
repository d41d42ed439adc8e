"""Whether a configuration is valid, and where in the file it is not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from cogcheck.catalogue.load import rules_directory
from cogcheck.config import ConfigError
from cogcheck.schema import violations

_HEADER = re.compile(r"\s*\[([^\[\]]*)\]")


def check(values: Mapping[str, Any], text: str, shown: str, table: Sequence[str]) -> None:
    """Raises ConfigError for the first thing that is wrong with the values, which stand in a table of a file's text."""
    found = violations(values, rules_directory() / "schema" / "config.schema.json")
    if found:
        first = found[0]
        keys = [part for part in first.path if isinstance(part, str)]
        where = "" if not keys or (first.on_key and len(keys) == 1) else f"{'.'.join(keys)}: "
        raise ConfigError(f"{_place(text, shown, [*table, *keys])}: {where}{first.message}")


def _place(text: str, shown: str, wanted: Sequence[str]) -> str:
    """The file, and the line and column of a key where they are easily found."""
    at: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        header = _HEADER.match(line)
        if header is not None:
            at = _parts(header[1])
            if at == wanted:
                return f"{shown}:{number}:{line.index('[') + 1}"
        elif "=" in line and at == wanted[: len(at)]:
            key = line.partition("=")[0]
            parts = _parts(key)
            if parts == wanted[len(at) :][: len(parts)]:
                return f"{shown}:{number}:{len(key) - len(key.lstrip()) + 1}"
    return shown


def _parts(key: str) -> list[str]:
    """The names in a dotted key. Quoted ones that hold dots are not found, and then no line is named."""
    return [part.strip().strip("\"'") for part in key.split(".")]
