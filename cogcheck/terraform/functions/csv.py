"""Comma separated values, read as strictly as Go's encoding/csv does."""

from __future__ import annotations

import re

_END = re.compile(r"[,\n]")


def rows(text: str) -> list[list[str]]:
    """The rows, all of the first one's length; empty lines are skipped. Raises ValueError."""
    found: list[list[str]] = []
    at = 0
    # Go drops the carriage return of a line's end, in quoted fields too.
    text = text.replace("\r\n", "\n")
    while at < len(text):
        if text[at] == "\n":
            at += 1
            continue
        row, at = _row(text, at)
        if found and len(row) != len(found[0]):
            raise ValueError(f"row {len(found) + 1} has {len(row)} fields, not {len(found[0])}")
        found.append(row)
    if not found:
        raise ValueError("the header line is missing")
    return found


def _row(text: str, at: int) -> tuple[list[str], int]:
    row: list[str] = []
    while True:
        field, at = _quoted(text, at + 1) if text.startswith('"', at) else _bare(text, at)
        row.append(field)
        if at >= len(text) or text[at] == "\n":
            return row, at + 1
        at += 1


def _bare(text: str, at: int) -> tuple[str, int]:
    match = _END.search(text, at)
    end = match.start() if match else len(text)
    field = text[at:end]
    if '"' in field:
        raise ValueError("a quote stands in a field without quotes")
    return field, end


def _quoted(text: str, at: int) -> tuple[str, int]:
    parts: list[str] = []
    while True:
        end = text.find('"', at)
        if end < 0:
            raise ValueError("a quoted field does not end")
        parts.append(text[at:end])
        if text.startswith('"', end + 1):
            parts.append('"')
            at = end + 2
            continue
        if end + 1 < len(text) and text[end + 1] not in ",\n":
            raise ValueError("a quote stands within a quoted field")
        return "".join(parts), end + 1
