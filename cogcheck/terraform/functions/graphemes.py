"""Strings as Terraform counts them: by what a reader takes for one character."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from cogcheck.terraform.functions.base import CannotTellError

_UNCERTAIN = (
    (0x0600, 0x0605),
    (0x06DD, 0x06DD),
    (0x070F, 0x070F),
    (0x0E33, 0x0E33),
    (0x0EB3, 0x0EB3),
    (0x1100, 0x11FF),
    (0x200C, 0x200D),
    (0xA960, 0xA97F),
    (0xD7B0, 0xD7FF),
    (0xFF9E, 0xFF9F),
    (0x1F1E6, 0x1F1FF),
    (0x1F3FB, 0x1F3FF),
    (0xE0000, 0xE0FFF),
)
"""Characters that join with their neighbours by rules of their own: jamo, joiners, flags, skin tones, prefixes."""


def clusters(text: str) -> Sequence[str]:
    """The grapheme clusters of a text. Raises CannotTellError for scripts and emoji with rules of their own."""
    if text.isascii() and "\r\n" not in text:
        return text
    import unicodedata

    # Where each begins: to add a mark to the cluster before it would copy that each time.
    starts: list[int] = []
    before = ""
    for at, char in enumerate(text):
        code = ord(char)
        if code > 0x2FF and any(low <= code <= high for low, high in _UNCERTAIN):
            raise CannotTellError("the string has characters that cannot be counted here")
        extends = code > 0x2FF and unicodedata.category(char) in ("Mn", "Me", "Mc")
        joins = (extends and before not in ("\r", "\n")) or (char == "\n" and before == "\r")
        if not (joins and starts):
            starts.append(at)
        before = char
    return [text[start:end] for start, end in pairwise((*starts, len(text)))]


def upper(text: str) -> str:
    """Upper case, each character for itself: there is no single capital of the German sharp s."""
    return text.upper() if text.isascii() else "".join(_single(char, char.upper()) for char in text)


def lower(text: str) -> str:
    """Lower case, each character for itself."""
    return text.lower() if text.isascii() else "".join(_lowered(char) for char in text)


def _single(char: str, changed: str) -> str:
    return changed if len(changed) == 1 else char


def _lowered(char: str) -> str:
    return "i" if char == "\u0130" else _single(char, char.lower())


def titled(text: str) -> str:
    """Each letter that begins a word in its title case."""
    parts: list[str] = []
    before = " "
    for char in text:
        parts.append(_single(char, char.title()) if _separates(before) else char)
        before = char
    return "".join(parts)


def _separates(char: str) -> bool:
    if char.isascii():
        return not (char.isalnum() or char == "_")
    return not (char.isalpha() or char.isdigit()) and char.isspace()
