"""The patterns of `fileset()`: `*`, `?`, `[a-z]` within a name, `**` over directories, `{a,b}`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

_MOST_ALTERNATIVES = 100


class GlobError(ValueError):
    """A pattern that cannot be read."""


def matches(pattern: str, path: str) -> bool:
    """Whether a relative path with `/` matches a pattern. Raises GlobError."""
    names = path.split("/")
    return any(_matches(alternative.split("/"), names) for alternative in alternatives(pattern))


@lru_cache(maxsize=16)
def alternatives(pattern: str) -> tuple[str, ...]:
    """The patterns without braces that one with braces stands for. Raises GlobError."""
    done: list[str] = []
    pending = [pattern]
    while pending:
        current = pending.pop()
        start = current.find("{")
        if start < 0:
            done.append(current)
            continue
        end = _closing(current, start)
        inner, rest = current[start + 1 : end], current[end + 1 :]
        pending.extend(current[:start] + choice + rest for choice in _choices(inner))
        if len(pending) + len(done) > _MOST_ALTERNATIVES:
            raise GlobError(pattern)
    return tuple(done)


def _closing(text: str, start: int) -> int:
    depth = 0
    for at in range(start, len(text)):
        depth += (text[at] == "{") - (text[at] == "}")
        if depth == 0:
            return at
    raise GlobError(text)


def _choices(inner: str) -> list[str]:
    choices = [""]
    depth = 0
    for character in inner:
        depth += (character == "{") - (character == "}")
        if character == "," and depth == 0:
            choices.append("")
        else:
            choices[-1] += character
    return choices


def _matches(pattern: Sequence[str], names: Sequence[str]) -> bool:
    """Row by row, which beginnings of the path the beginning of the pattern matches."""
    reached = [True] + [False] * len(names)
    for part in pattern:
        if part == "**":
            for at in range(1, len(reached)):
                reached[at] = reached[at] or reached[at - 1]
        else:
            reached = [False] + [before and _name(part, name) for before, name in zip(reached, names, strict=False)]
    return reached[-1]


def _name(pattern: str, name: str) -> bool:
    """One name against one part: after a mismatch only the last `*` has to take one character more."""
    items = _items(pattern)
    at = position = 0
    star: tuple[int, int] | None = None
    while position < len(name):
        if at < len(items) and items[at] == "*":
            star = at, position
            at += 1
        elif at < len(items) and _character(items[at], name[position]):
            at, position = at + 1, position + 1
        elif star is not None:
            star = star[0], star[1] + 1
            at, position = star[0] + 1, star[1]
        else:
            return False
    return all(item == "*" for item in items[at:])


@lru_cache(maxsize=256)
def _items(pattern: str) -> tuple[str, ...]:
    """`*`, `?`, `[...]`, or a backslash before a plain character."""
    items = []
    at = 0
    while at < len(pattern):
        character = pattern[at]
        if character == "[":
            end = pattern.find("]", at + 2)
            if end < 0:
                raise GlobError(pattern)
            items.append(pattern[at:end])
            at = end
        elif character in "*?":
            items.append(character)
        else:
            at += character == "\\" and at + 1 < len(pattern)
            items.append("\\" + pattern[at])
        at += 1
    return tuple(items)


def _character(item: str, character: str) -> bool:
    if item == "?":
        return True
    if item[0] == "\\":
        return item[1] == character
    inner = item[1:]
    negated = inner[:1] in ("!", "^")
    return _member(inner[negated:], character) is not negated


def _member(members: str, character: str) -> bool:
    at = 0
    while at < len(members):
        if members[at + 1 : at + 2] == "-" and at + 2 < len(members):
            if members[at] <= character <= members[at + 2]:
                return True
            at += 3
        else:
            if members[at] == character:
                return True
            at += 1
    return False
