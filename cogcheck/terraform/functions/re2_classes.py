"""Character classes of RE2: escapes, POSIX names, general categories, and what negating or folding does to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from cogcheck.terraform.functions.base import CannotTellError

Ranges: TypeAlias = tuple[tuple[str, str], ...]
"""Characters from the first to the second of each pair; a pair of "\\p" and a category stands for that."""

_LAST = "\U0010ffff"
_DIGIT: Ranges = (("0", "9"),)
_UPPER: Ranges = (("A", "Z"),)
_LOWER: Ranges = (("a", "z"),)
_SPACE: Ranges = (("\t", "\n"), ("\f", "\r"), (" ", " "))
_WORD: Ranges = (*_DIGIT, *_UPPER, ("_", "_"), *_LOWER)
_CLASSES = {"d": _DIGIT, "s": _SPACE, "w": _WORD}
_CHARS = {"a": "\a", "f": "\f", "t": "\t", "n": "\n", "r": "\r", "v": "\v"}
_POSIX: dict[str, Ranges] = {
    "alnum": (*_DIGIT, *_UPPER, *_LOWER),
    "alpha": (*_UPPER, *_LOWER),
    "ascii": (("\0", "\x7f"),),
    "blank": (("\t", "\t"), (" ", " ")),
    "cntrl": (("\0", "\x1f"), ("\x7f", "\x7f")),
    "digit": _DIGIT,
    "graph": (("!", "~"),),
    "lower": _LOWER,
    "print": ((" ", "~"),),
    "punct": (("!", "/"), (":", "@"), ("[", "`"), ("{", "~")),
    "space": (("\t", "\r"), (" ", " ")),
    "upper": _UPPER,
    "word": _WORD,
    "xdigit": (*_DIGIT, ("A", "F"), ("a", "f")),
}


def negated(ranges: Ranges) -> Ranges:
    """All characters but those."""
    found: list[tuple[str, str]] = []
    following = 0
    for low, high in sorted(ranges):
        if ord(low) > following:
            found.append((chr(following), chr(ord(low) - 1)))
        following = max(following, ord(high) + 1)
    if following <= ord(_LAST):
        found.append((chr(following), _LAST))
    return tuple(found)


def posix_class(name: str) -> Ranges:
    """`[:name:]` and `[:^name:]`. Raises ValueError."""
    ranges = _POSIX.get(name.removeprefix("^"))
    if ranges is None:
        raise ValueError(f"there is no character class {name}")
    return negated(ranges) if name.startswith("^") else ranges


def escape_class(take: Callable[[], str], peek: Callable[[str], bool]) -> Ranges:
    """What stands behind a backslash. Raises ValueError, CannotTellError."""
    char = take()
    if char.lower() in _CLASSES:
        ranges = _CLASSES[char.lower()]
        return ranges if char.islower() else negated(ranges)
    if char in _CHARS:
        return ((_CHARS[char], _CHARS[char]),)
    if char in "pPC":
        raise CannotTellError("the pattern speaks of Unicode's classes, which are not translated")
    if char == "x":
        code = _hex(take, peek)
    elif char == "0" or ("1" <= char <= "7" and peek("0")):
        raise CannotTellError("an octal escape in the pattern is not translated")
    elif char.isascii() and not char.isalnum():
        return ((char, char),)
    else:
        raise ValueError(f"\\{char} is no escape")
    return ((code, code),)


def _hex(take: Callable[[], str], peek: Callable[[str], bool]) -> str:
    digits = ""
    if peek("{"):
        take()
        while (char := take()) != "}":
            digits += char
    else:
        digits = take() + take()
    if not digits or len(digits) > 8 or any(digit not in "0123456789abcdefABCDEF" for digit in digits):
        raise ValueError("a hexadecimal escape is invalid")
    if int(digits, 16) > ord(_LAST):
        raise ValueError("a hexadecimal escape is no character")
    return chr(int(digits, 16))


def class_of(ranges: Ranges, fold: bool) -> Callable[[str], bool]:
    """Whether a character is in some ranges; with `fold` in any case that it has."""
    if fold:
        return lambda char: any(low <= variant <= high for variant in _variants(char) for low, high in ranges)
    if len(ranges) == 1:
        low, high = ranges[0]
        return lambda char: low <= char <= high
    return lambda char: any(low <= char <= high for low, high in ranges)


def _variants(char: str) -> set[str]:
    if not char.isascii():
        raise CannotTellError("case beyond ASCII is not translated in patterns")
    return {char, char.lower(), char.upper()}
