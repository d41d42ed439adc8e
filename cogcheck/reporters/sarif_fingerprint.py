"""GitHub's fingerprint of a line, by which code scanning knows an alert again after lines have moved.

The hash of a line covers the 100 UTF-16 code units from its start on, without spaces and tabs, every line end being a
LF; 0xFFFF stands for the end of the file and zeros for what follows it. It is base 37, modulo 2^64, in hexadecimal;
a colon and a number tell apart lines with the same hash, in their order.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping

_WINDOW = 100
_BASE = 37
_MODULUS = 1 << 64
_END = "\uffff"
_BLANKS = {ord(" "): None, ord("\t"): None}
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


def line_hashes(text: str, lines: Collection[int]) -> Mapping[int, str]:
    """The fingerprints of some lines (from 1) of a file's text, which includes its BOM if it has one.

    As for GitHub, a CR alone ends a line too. Lines that the text does not have are left out.
    """
    units = _ASTRAL.sub(_halves, text.replace("\r\n", "\n").replace("\r", "\n").translate(_BLANKS)) + _END
    wanted, last = frozenset(lines), max(lines, default=0)
    # Equal windows stand for equal hashes, so only the hashes that are asked for need to be worked out.
    seen: Counter[str] = Counter()
    hashes = {}
    start = 0
    for line in range(1, last + 1):
        window = units[start : start + _WINDOW]
        seen[window] += 1
        if line in wanted:
            hashes[line] = f"{_hash(window):x}:{seen[window]}"
        start = units.find("\n", start) + 1
        if start == 0:
            break
    return hashes


def _hash(window: str) -> int:
    value = 0
    for char in window:
        value = (value * _BASE + ord(char)) % _MODULUS
    return value * pow(_BASE, _WINDOW - len(window), _MODULUS) % _MODULUS


def _halves(match: re.Match[str]) -> str:
    above = ord(match[0]) - 0x10000
    return chr(0xD800 + (above >> 10)) + chr(0xDC00 + (above & 0x3FF))
