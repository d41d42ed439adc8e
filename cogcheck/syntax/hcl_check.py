"""What HCL's own parser refuses, found without either reader.

Both readers accept texts that Terraform refuses, and say too little about those that they refuse themselves. So this
follows the text first, as Terraform would, reports each mistake once, and blanks out what cannot be read: the readers
then see valid HCL only. Ordinary lines of a body are followed by one regular expression.
"""

from __future__ import annotations

import re

from cogcheck.record import dataclass
from cogcheck.syntax.hcl_check_body import BodyChecks, BrokenAttribute
from cogcheck.syntax.hcl_source import Fault, Patches


@dataclass(frozen=True, slots=True)
class Checked:
    """A text as the readers shall see it, and what was wrong with it.

    `text` is plain ASCII of the same length, so that a reader's byte offsets are offsets in the original; contents
    must be taken from the original.
    `broken` are the arguments that were blanked out, by the offset behind the `{` of their block (0: the file).
    `items` are the places of what stands at the top of the file.
    """

    text: str
    faults: list[Fault]
    broken: dict[int, list[BrokenAttribute]]
    items: list[tuple[int, int]]
    comments: list[tuple[int, int]]


def check(text: str, *, comments: bool = False, plain: bool = False) -> Checked:
    """Follow a configuration file's text; `plain` shows the second reader what it can read."""
    checks = BodyChecks(text, comments=comments, plain=plain)
    checks.run()
    readable = blanked(patched(text, checks.patches), checks.blanks)
    comments_found = sorted((checks.comments or {}).items())
    shown = _shown(readable)
    return Checked(
        shown if plain else _GAP.sub(_filled, shown), checks.faults, checks.broken, checks.tops, comments_found
    )


def _shown(text: str) -> str:
    """Plain text that both readers take, for escapes and characters that one of them does not know."""
    if "$${" in text or "%%{" in text:
        text = _ESCAPED_SEQUENCE.sub("ZZZ", text)
    return text if text.isascii() and "\0" not in text else _NOT_PLAIN.sub("Z", text)


def _filled(match: re.Match[str]) -> str:
    """Tree-sitter takes half a kilobyte for each blank of a gap, but not for a comment."""
    gap = match[0]
    return gap if gap[0] == "/" else " /*" + "x" * (len(gap) - 6) + "*/ "


_GAP = re.compile(r"/\*(?s:.*?)(?:\*/|\Z)|[ \t]{256,}+")
_ESCAPED_SEQUENCE = re.compile(r"\$\$\{|%%\{")
_NOT_PLAIN = re.compile(r"[^\x01-\x7f]")
_NOT_NEWLINE = re.compile(r"[^\n]")


def patched(text: str, patches: Patches) -> str:
    """The text with something else of the same length in some places."""
    pieces: list[str] = []
    done = 0
    for start, (end, instead) in sorted(patches.items()):
        if start >= done and start < end:
            pieces += text[done:start], instead
            done = end
    return "".join([*pieces, text[done:]]) if pieces else text


def blanked(text: str, ranges: list[tuple[int, int]]) -> str:
    """The text with blanks instead of those ranges; offsets and lines stay."""
    pieces: list[str] = []
    done = 0
    for start, end in sorted(ranges):
        if end > done:
            start = max(start, done)
            pieces += text[done:start], _NOT_NEWLINE.sub(" ", text[start:end])
            done = end
    return "".join([*pieces, text[done:]]) if pieces else text
