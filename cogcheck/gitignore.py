"""What `.gitignore` files exclude, nested as git nests them."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

from cogcheck.record import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pathspec import GitIgnoreSpec

# A pattern becomes a regular expression that backtracks at each `**`: more of them are left to nobody's mercy.
_MOST_WILDCARDS = 4
_STAR = "[^/]*"
_GROUP = "(?P<ps_d>"
"""How pathspec marks directories in an expression, which a joined one could hold once only."""
_SINGLE = re.compile(r"\\.|\[\^?\]?[^\]]*+(?:\]|\Z)|[^/()]", re.DOTALL)


class Patterns:
    """The patterns of one file.

    Few paths are any pattern's business, which is found out for all patterns at once. Most are about names, and these
    are met again and again: each is asked for once. As in git, and unlike in pathspec, no `[!a]` matches a slash.
    """

    __slots__ = ("_all", "_any_name", "_any_path", "_directories", "_names")

    def __init__(self, patterns: Sequence[tuple[str, Any]]) -> None:
        self._all = _spec([pattern for _, pattern in patterns])
        paths = ["/" in line.rstrip().rstrip("/") for line, _ in patterns]
        self._any_name = _any(pattern for (_, pattern), path in zip(patterns, paths, strict=True) if not path)
        self._any_path = _any(pattern for (_, pattern), path in zip(patterns, paths, strict=True) if path)
        self._names: dict[str, bool] = {}
        self._directories: dict[str, bool] = {"": False}

    def verdict(self, path: str) -> bool | None:
        """Whether a path is excluded, None where no pattern speaks of it. A directory's ends with `/`."""
        directory, _, name = path.rpartition("/")
        if (name and self._speak_of(name)) or self._speak_of_part(directory) or self._any_path.search(path):
            return self._all.check_file(path).include
        return None

    def _speak_of(self, name: str) -> bool:
        """Whether a pattern is about everything with this name."""
        found = self._names.get(name)
        if found is None:
            found = self._names[name] = self._any_name.search(name) is not None
        return found

    def _speak_of_part(self, directory: str) -> bool:
        """Whether one is about this directory, or one that it lies in."""
        found = self._directories.get(directory)
        if found is None:
            found = any(self._speak_of(f"{name}/") for name in directory.split("/"))
            self._directories[directory] = found
        return found


@dataclass(frozen=True, slots=True)
class Ignores:
    """The patterns that hold in a directory: each file's with the directory that it lies in, the deepest first."""

    specs: tuple[tuple[str, Patterns], ...] = ()

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
                verdict = spec.verdict(whole[len(base) :])
                if verdict is not None:
                    return verdict
        return False


def excluding(directory: str, patterns: Sequence[str]) -> Ignores:
    """Patterns as in a `.gitignore` file of this directory."""
    return Ignores().also(directory, "\n".join(patterns))


def _with_slash(directory: str) -> str:
    return directory.replace(os.sep, "/").rstrip("/") + "/"


def _parse(text: str) -> Patterns | None:
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    patterns = [(line, pattern) for line in lines if line.count("*") <= _MOST_WILDCARDS for pattern in _read(line)]
    return Patterns(patterns) if patterns else None


def _read(line: str) -> list[Any]:
    """The pattern on a line; git passes over what it cannot read, so does this."""
    from pathspec import GitIgnoreSpec

    try:
        return [_forward(pattern) for pattern in GitIgnoreSpec.from_lines([line]).patterns]
    except (ValueError, re.error):
        return []


def _spec(patterns: Sequence[Any]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    try:
        # Other engines that pathspec takes where they are installed do not know all that its patterns are made of here.
        return GitIgnoreSpec(patterns, backend="simple")
    except TypeError:  # before release 1.0 there was no other
        return GitIgnoreSpec(patterns)


def _any(patterns: Iterable[Any]) -> re.Pattern[str]:
    """Is found where one of the patterns is."""
    texts = [pattern.regex.pattern.replace(_GROUP, "(?:") for pattern in patterns if pattern.regex is not None]
    return re.compile("|".join(f"(?:{text})" for text in texts) or "(?!)", re.DOTALL)


def _forward(pattern: Any) -> Any:
    """The same pattern without backtracking from one `*` of a name to the one before: of what stands between two, the
    first occurrence is as good as any.
    """
    before, *between = pattern.regex.pattern.split(_STAR) if pattern.regex is not None else ("",)
    if len(between) < 2:
        return pattern
    chunks = (f"(?>{_STAR}?{part})" if not _SINGLE.sub("", part) else _STAR + part for part in between[:-1])
    return type(pattern)(re.compile(f"{before}{''.join(chunks)}{_STAR}{between[-1]}", re.DOTALL), pattern.include)
