"""The configuration of a project: `.cogcheck.toml`, or `[tool.cogcheck]` in `pyproject.toml`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

from cogcheck.files import OUTSIDE, inside, repository_root, shown_path
from cogcheck.record import dataclass

NAME = ".cogcheck.toml"
PYPROJECT = "pyproject.toml"
_TABLE = ("tool", "cogcheck")
_MOST_BYTES = 1024 * 1024
_PATHS = ("var-files", "rule-files", "baseline")


class ConfigError(ValueError):
    """A configuration that cannot be used: the file, the place as far as it is known, and why."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a configuration file says, valid under the schema; `file` is None where there is none.

    `directory` is the real path of the directory that patterns are seen from. Paths in `values` are already as seen
    from the working directory.
    """

    file: str | None = None
    directory: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


def find(paths: Sequence[str]) -> str | None:
    """The nearest configuration upwards from the common directory of what is scanned, within its repository.

    In one directory, `.cogcheck.toml` beats `pyproject.toml`, which counts only if it has the table. Raises ConfigError
    for a link out of the repository.
    """
    start = _common([path for path in paths if path != "-"])
    top = repository_root(start)
    if not os.path.lexists(os.path.join(top, ".git")) and inside((os.path.realpath(os.curdir),), start):
        top = os.path.realpath(os.curdir)
    at = start
    while True:
        for name in (NAME, PYPROJECT):
            file = os.path.join(at, name)
            if not os.path.isfile(file):
                continue
            if not inside((top,), file):
                if name == NAME:
                    raise ConfigError(f"{shown_path(file)}: {OUTSIDE}")
            elif name == NAME or _has_table(file):
                return file
        if at in (top, os.path.dirname(at)):
            return None
        at = os.path.dirname(at)


def _common(paths: Sequence[str]) -> str:
    real = [os.path.realpath(path) for path in paths] or [os.path.realpath(os.curdir)]
    try:
        return os.path.commonpath([path if os.path.isdir(path) else os.path.dirname(path) for path in real])
    except ValueError:  # several drives of Windows
        return os.path.realpath(os.curdir)


def _has_table(file: str) -> bool:
    try:
        data = _bytes(file)
    except ConfigError:
        return False
    if b"cogcheck" not in data:
        return False
    try:
        return _table(loads(_text(data))) is not None
    except (ValueError, RecursionError):
        # Whose table it would be is not known, so let the reader say what is wrong.
        return b"[tool.cogcheck" in data


def read(file: str, *, trusted: bool = False) -> Configuration:
    """The configuration in a file. Raises ConfigError.

    Only a `trusted` one, which was named on the command line, may lead out of its repository.
    """
    shown = shown_path(file)
    data = _bytes(file)
    try:
        text = _text(data)
        whole = loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{shown}: not valid TOML: {str(error) or 'nested too deeply'}") from error
    own = os.path.basename(file) != PYPROJECT
    values = whole if own else _table(whole)
    if values is None:
        raise ConfigError(f"{shown}: there is no table [{'.'.join(_TABLE)}]")
    if own and _table(whole) is not None:
        raise ConfigError(f"{shown}: the keys stand at the top of this file, without [{'.'.join(_TABLE)}]")
    from cogcheck.config_check import check

    check(values, text, shown, () if own else _TABLE)
    directory = os.path.dirname(os.path.realpath(file))
    root = None if trusted else repository_root(directory)
    return Configuration(shown, directory, {key: _placed(key, values[key], directory, root, shown) for key in values})


def _placed(key: str, value: Any, directory: str, root: str | None, shown: str) -> Any:
    """A value with its paths as seen from the working directory."""
    if key not in _PATHS:
        return value
    written = [value] if isinstance(value, str) else value
    for path in written:
        if "\0" in path:
            raise ConfigError(f"{shown}: {key}: {path!r} holds a NUL character, which no path does")
    paths = [os.path.join(directory, path) for path in written]
    for path in paths:
        if root is not None and not inside((root,), path):
            raise ConfigError(f"{shown}: {key}: {shown_path(path)!r} lies outside of the repository")
        # A FIFO would be waited for, without end.
        if root is not None and os.path.exists(path) and not os.path.isfile(path):
            raise ConfigError(f"{shown}: {key}: {shown_path(path)!r} is no ordinary file")
    seen = [_from_here(path) for path in paths]
    return seen[0] if isinstance(value, str) else seen


def _from_here(path: str) -> str:
    try:
        return os.path.relpath(path)
    except ValueError:  # another drive of Windows
        return path


def loads(text: str) -> dict[str, Any]:
    """What a text in TOML says. Raises ValueError and RecursionError."""
    import tomllib  # most scans find no configuration

    values = tomllib.loads(text)
    pending: list[Any] = [values]
    while pending:
        value = pending.pop()
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            raise ValueError("a whole number has more than 64 bits")
        pending.extend(value.values() if isinstance(value, dict) else value if isinstance(value, list) else ())
    return values


def _bytes(file: str) -> bytes:
    try:
        with open(file, "rb") as stream:
            data = stream.read(_MOST_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"{shown_path(file)}: cannot be read: {error.strerror}") from error
    if len(data) > _MOST_BYTES:
        raise ConfigError(f"{shown_path(file)}: larger than {_MOST_BYTES >> 20} MiB")
    return data


def _text(data: bytes) -> str:
    return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")


def _table(whole: Mapping[str, Any]) -> dict[str, Any] | None:
    at: Any = whole
    for name in _TABLE:
        at = at.get(name) if isinstance(at, dict) else None
    return at if isinstance(at, dict) else None


def toml(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)} = {toml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml(one) for one in value) + "]"
    return _string(value) if isinstance(value, str) else str(value)


def _key(key: str) -> str:
    return key if key and all(char.isascii() and (char.isalnum() or char in "-_") for char in key) else _string(key)


def _string(text: str) -> str:
    return '"' + "".join(_characters(text)) + '"'


def _characters(text: str) -> Iterator[str]:
    for char in text:
        if char in '"\\':
            yield "\\" + char
        elif char.isprintable():
            yield char
        else:
            code = ord(char)
            yield f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
