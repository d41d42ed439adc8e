"""The findings of one day, kept in a file, so that a scan can report only what has come since.

An entry is known again by its fingerprint (rule, file, address, argument), never by its line: what moves to another
file is new. Everything else in an entry is there for readers.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from cogcheck import __version__
from cogcheck.catalogue.load import Catalogue
from cogcheck.files import repository_root
from cogcheck.record import dataclass
from cogcheck.report import Finding, Report
from cogcheck.reporters.places import clean, relative

VERSION = 1
NAME = ".cogcheck-baseline.json"
"""Where the baseline is kept if nobody says otherwise."""
_MOST_BYTES = 64 * 1024 * 1024
_MOST_NAMED = 20


class BaselineError(ValueError):
    """A baseline file that cannot be used, and why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding that is known. `path` is counted from the repository's root."""

    fingerprint: str
    rule: str
    slug: str
    path: str
    resources: tuple[str, ...]
    argument: str | None

    def describe(self) -> str:
        """The entry for people."""
        about = " ".join(part for part in (*self.resources[:1], self.argument or "") if part)
        return clean(f"{self.path}: {self.rule} {self.slug}{': ' if about else ''}{about}")


def entries(findings: Iterable[Finding], catalogue: Catalogue) -> tuple[Entry, ...]:
    """The entries for findings, sorted. Unreadable input is not for getting used to, so it has none."""
    made = [
        Entry(
            finding.fingerprint,
            finding.rule,
            finding.slug,
            relative(finding.span.document) or finding.span.document.path,
            tuple(finding.resources),
            finding.argument,
        )
        for finding in findings
        if not catalogue.by_id[finding.rule].unreadable
    ]
    return tuple(sorted(made, key=lambda one: (one.path, one.rule, one.resources, one.argument or "", one.fingerprint)))


def dump(known: Iterable[Entry]) -> str:
    """The text of a baseline file."""
    listed = [
        {
            "rule": entry.rule,
            "slug": entry.slug,
            "path": entry.path,
            "resources": list(entry.resources),
            "argument": entry.argument,
            "fingerprint": entry.fingerprint,
        }
        for entry in known
    ]
    whole = {"version": VERSION, "tool": {"name": "cogcheck", "version": __version__}, "findings": listed}
    return json.dumps(whole, indent=2) + "\n"


def load(path: str) -> tuple[Entry, ...]:
    """The entries of a baseline file. Raises BaselineError."""
    try:
        with open(path, "rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        hint = "; `cogcheck baseline` writes it" if isinstance(error, FileNotFoundError) else ""
        raise BaselineError(f"cannot read the baseline {path!r}: {error.strerror}{hint}") from error
    if len(data) > _MOST_BYTES:
        raise BaselineError(f"the baseline {path!r} is larger than {_MOST_BYTES >> 20} MiB")
    try:
        whole = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BaselineError(f"the baseline {path!r} is not JSON: {error}") from error
    if not isinstance(whole, dict) or not isinstance(whole.get("findings"), list):
        raise BaselineError(f"{path!r} is no baseline: write one with `cogcheck baseline`")
    if whole.get("version") != VERSION:
        raise BaselineError(
            f"the baseline {path!r} is of version {whole.get('version')!r}, not {VERSION}: write it anew"
        )
    return tuple(_entry(raw, path) for raw in whole["findings"])


def _entry(raw: Any, path: str) -> Entry:
    if not isinstance(raw, dict) or not isinstance(raw.get("fingerprint"), str):
        raise BaselineError(f"the baseline {path!r} has an entry without a fingerprint: write it anew")
    resources = raw.get("resources")
    named = [one for one in resources if isinstance(one, str)] if isinstance(resources, list) else []
    argument = raw.get("argument")
    return Entry(
        raw["fingerprint"],
        str(raw.get("rule", "")),
        str(raw.get("slug", "")),
        str(raw.get("path", "")),
        tuple(named),
        argument if isinstance(argument, str) else None,
    )


def compare(report: Report, known: Sequence[Entry], paths: Sequence[str], selected: frozenset[str]) -> Report:
    """The report with new findings only, and notices about what is known and what is gone.

    An entry is gone if its rule is among the `selected`, its file lies below the `paths` that were scanned, and it was
    found neither open nor suppressed. What was not looked at is not gone.
    """
    names = {entry.fingerprint for entry in known}
    fresh = tuple(finding for finding in report.findings if finding.fingerprint not in names)
    found = {finding.fingerprint for finding in (*report.findings, *report.suppressed)}
    # In a file that could not be read, nothing was found, and that says nothing.
    scope = _Scope(paths if not report.unreadable else ["-"])
    gone = [
        entry
        for entry in known
        if entry.fingerprint not in found and entry.rule in selected and scope.holds(entry.path)
    ]
    notices = list(report.notices)
    if old := len(report.findings) - len(fresh):
        notices.append(f"{old} finding{'s are' if old > 1 else ' is'} in the baseline")
    notices.extend(f"gone from the baseline: {entry.describe()}" for entry in gone[:_MOST_NAMED])
    if len(gone) > _MOST_NAMED:
        notices.append(f"gone from the baseline: {len(gone) - _MOST_NAMED} more")
    if gone:
        notices.append("write the baseline anew with `cogcheck baseline`")
    return replace(report, findings=fresh, notices=tuple(notices))


class _Scope:
    """What was reported on: everything below directories, and files."""

    def __init__(self, paths: Sequence[str]) -> None:
        real = [os.path.realpath(path) for path in paths or [os.curdir] if path != "-"]
        self._trees = [path for path in real if os.path.isdir(path)]
        self._files = {path for path in real if not os.path.isdir(path)}
        self._roots = {repository_root(path) for path in real}

    def holds(self, path: str) -> bool:
        """Whether a path that is counted from the repository's root was reported on."""
        places = [os.path.join(root, path.replace("/", os.sep)) for root in self._roots]
        return any(
            place in self._files or any(place.startswith(tree.rstrip(os.sep) + os.sep) for tree in self._trees)
            for place in places
        )
