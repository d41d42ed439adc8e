"""What holds in a run, and where each of it came from: the command line, the configuration, or a default."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any, Literal

from cogcheck.config import Configuration, toml
from cogcheck.options import Options
from cogcheck.record import dataclass

FailOn = Literal["error", "warning", "info", "never"]

DEFAULTS: Mapping[str, Any] = {
    "select": (),
    "ignore": (),
    "severity": {},
    "per-file-ignores": {},
    "exclude": (),
    "provider-version": None,
    "var-files": (),
    "workspace": "default",
    "fail-on": "error",
    "packs": (),
    "rule-files": (),
    "rule-options": {},
    "require-reason": False,
    "baseline": None,
}
"""What holds if nobody says anything, by key of the configuration."""
_PATTERNS = ("exclude", "per-file-ignores")
_WIDEST = 60
_SPECIAL = re.compile(r"([\\*?\[\]!# ])")


@dataclass(frozen=True, slots=True)
class Setting:
    """A value and who said so."""

    value: Any
    origin: str


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, and the directory that the patterns in them are seen from (None: the working directory)."""

    by_key: Mapping[str, Setting]
    base: str | None = None

    @property
    def fail_on(self) -> FailOn:
        """The mildest severity that counts."""
        value: FailOn = self.by_key["fail-on"].value
        return value

    @property
    def baseline(self) -> str | None:
        """The file of known findings."""
        value: str | None = self.by_key["baseline"].value
        return value

    def origin(self, text: str) -> str:
        """Where a rule or another text was written, if it was in a configuration; else empty."""
        for key, setting in self.by_key.items():
            if setting.origin.endswith(".toml") and _writes(setting.value, text):
                return f"{setting.origin}: {key}"
        return ""

    def options(self, **more: Any) -> Options:
        """The options of a scan; `more` are those that no configuration has."""
        values = {key: setting.value for key, setting in self.by_key.items()}
        return Options(
            select=tuple(values["select"]),
            ignore=tuple(values["ignore"]),
            severity=values["severity"],
            per_file_ignores=tuple((pattern, tuple(rules)) for pattern, rules in values["per-file-ignores"].items()),
            exclude=tuple(values["exclude"]),
            base=self.base,
            provider_version=values["provider-version"],
            var_files=tuple(values["var-files"]),
            workspace=values["workspace"],
            packs=tuple(values["packs"]),
            rule_files=tuple(values["rule-files"]),
            rule_options=values["rule-options"],
            require_reason=values["require-reason"],
            **more,
        )


def settle(configuration: Configuration, given: Mapping[str, Any]) -> Settings:
    """The command line beats the configuration: a list as a whole, a table entry by entry.

    `given` holds what the command line says, by key of the configuration; empty and None mean nothing was said.
    """
    here = os.path.realpath(os.curdir)
    base = _base(configuration, here)
    settings = {}
    for key, default in DEFAULTS.items():
        asked = _rebased(key, given.get(key), here, base)
        configured = _rebased(key, configuration.values.get(key), configuration.directory, base)
        settings[key] = _setting(asked, configured, default, configuration.file or "")
    return Settings(settings, None if base == here else base)


def _setting(asked: Any, configured: Any, default: Any, file: str) -> Setting:
    said = asked is not None and asked not in ((), {})
    if said and isinstance(asked, Mapping) and configured:
        return Setting({**configured, **asked}, f"command line and {file}")
    if said:
        return Setting(asked, "command line")
    return Setting(default, "default") if configured is None else Setting(configured, file)


def _writes(value: Any, text: str) -> bool:
    """Whether a text stands in a value: as one, or as a key."""
    if isinstance(value, Mapping):
        return text in value or any(_writes(one, text) for one in value.values())
    return any(_writes(one, text) for one in value) if isinstance(value, list | tuple) else bool(value == text)


def _base(configuration: Configuration, here: str) -> str:
    """The directory that all patterns can be seen from: the configuration's and those of the command line."""
    if not any(configuration.values.get(key) for key in _PATTERNS):
        return here
    try:
        return os.path.commonpath([configuration.directory, here])
    except ValueError:  # another drive of Windows
        return configuration.directory


def _rebased(key: str, value: Any, directory: str, base: str) -> Any:
    if key not in _PATTERNS or not value:
        return value
    if isinstance(value, Mapping):
        return {rebase(pattern, directory, base): entry for pattern, entry in value.items()}
    return tuple(rebase(pattern, directory, base) for pattern in value)


def rebase(pattern: str, directory: str, base: str) -> str:
    """A pattern as in the `.gitignore` of a directory, for the `.gitignore` of one that it lies in."""
    try:
        between = os.path.relpath(directory, base).replace(os.sep, "/")
    except ValueError:  # another drive of Windows
        return pattern
    if between == ".":
        return pattern
    negation, body = ("!", pattern[1:]) if pattern.startswith("!") else ("", pattern)
    anchored = "/" in body.rstrip("/")
    above = _SPECIAL.sub(r"\\\1", between)
    return f"{negation}/{above}/{body.lstrip('/') if anchored else '**/' + body}"


def show(settings: Settings, file: str | None) -> str:
    """The settings as lines of TOML, each with where it came from."""
    head = f"# configuration: {file}" if file else "# no configuration file was found"
    lines = {_line(key, setting.value): setting.origin for key, setting in settings.by_key.items()}
    wide = min(max(map(len, lines)), _WIDEST)
    return "\n".join([head, *(f"{line:{wide}}  # {origin}" for line, origin in lines.items())]) + "\n"


def _line(key: str, value: Any) -> str:
    return f"# {key} is not set" if value is None else f"{key} = {toml(value)}"
