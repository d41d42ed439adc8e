"""What `.gitignore` files exclude, nested as git nests them."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from cogcheck.record import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pathspec import GitIgnoreSpec

# A pattern becomes a regular expression that backtracks at each `**`: more of them are left to nobody's mercy.
_MOST_WILDCARDS = 4
_STAR = "[^/]*"
_SINGLE = re.compile(r"\\.|\[\^?\]?[^\]]*\]|[^/()]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Ignores:
    """The patterns that hold in a directory: each file's with the directory that it lies in, the deepest first."""

    specs: tuple[tuple[str, GitIgnoreSpec], ...] = ()

    def below(self, directory: str, data: bytes) -> Ignores:
        """These and those of a `.gitignore` file in a directory below, given its bytes."""
        return self.also(directory, data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape"))

    def also(self, directory: str, text: str) -> Ignores:
        """These and those of a directory below, one on each line."""
        spec = _parse(text)
        return self if spec is None else Ignores(((_with_slash(directory), spec), *self.specs))

    def exclude(self, path: str, *, directory: bool) -> bool:
        """Whether a real path is excluded, its parents not being so."""
        if not self.specs:
            return False
        whole = _with_slash(path) if directory else path.replace(os.sep, "/")
        for base, spec in self.specs:
            if whole.startswith(base):
                verdict = spec.check_file(whole[len(base) :]).include
                if verdict is not None:
                    return verdict
        return False


def excluding(directory: str, patterns: Sequence[str]) -> Ignores:
    """Patterns as in a `.gitignore` file of this directory."""
    return Ignores().also(directory, "\n".join(patterns))


def _with_slash(directory: str) -> str:
    return directory.replace(os.sep, "/").rstrip("/") + "/"


def _parse(text: str) -> GitIgnoreSpec | None:
    patterns = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not patterns:
        return None
    from pathspec import GitIgnoreSpec

    good = [line for line in patterns if line.count("*") <= _MOST_WILDCARDS and _is_pattern(GitIgnoreSpec, line)]
    if not good:
        return None
    return GitIgnoreSpec([_forward(pattern) for pattern in GitIgnoreSpec.from_lines(good).patterns])


def _forward(pattern: Any) -> Any:
    """The same pattern without backtracking from one `*` of a name to the one before: of what stands between two, the
    first occurrence is as good as any.
    """
    before, *between = pattern.regex.pattern.split(_STAR) if pattern.regex is not None else ("",)
    if len(between) < 2:
        return pattern
    chunks = (f"(?>{_STAR}?{part})" if not _SINGLE.sub("", part) else _STAR + part for part in between[:-1])
    return type(pattern)(re.compile(f"{before}{''.join(chunks)}{_STAR}{between[-1]}", re.DOTALL), pattern.include)


def _is_pattern(spec: type[GitIgnoreSpec], line: str) -> bool:
    try:
        spec.from_lines([line])
    except (ValueError, re.error):  # git passes over what it cannot read, so does this
        return False
    return True
