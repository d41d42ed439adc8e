"""What a scan found, scanned and could not tell: the input of every reporter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from cogcheck.record import dataclass

if TYPE_CHECKING:
    from cogcheck.catalogue.load import Catalogue
    from cogcheck.model import Span, Step, Trail

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
"""From the worst to the mildest."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a rule is broken.

    `argument` is the dotted path with indexes, `key` the same with natural keys; both None for findings about input.
    `related` are further places with what they say, `resources` the addresses of all instances that it holds for.
    `trail` is the way of the offending value, as far as it came from elsewhere; its stations are among `related` too.
    `reason` is the reason given by the comment that suppressed it ("" for none), None where it is not suppressed.
    `sensitive` where a value that decided is sensitive: its source must not be shown.
    """

    rule: str
    slug: str
    severity: Severity
    message: str
    span: Span
    help: str = ""
    related: tuple[Step, ...] = ()
    resources: tuple[str, ...] = ()
    argument: str | None = None
    key: str | None = None
    construct: str | None = None
    fingerprint: str = ""
    reason: str | None = None
    sensitive: bool = False
    trail: Trail = ()


@dataclass(frozen=True, slots=True)
class Undecided:
    """A rule that could not be answered for an argument, and why."""

    rule: str
    slug: str
    reason: str
    span: Span
    resources: tuple[str, ...] = ()
    argument: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a scan has to say. Findings are sorted by path and place, without duplicates.

    `files` counts the configuration files that were looked at, `resources` the judged ones,
    `unreadable` the files of which something could not be read. `notices` are lines for people (standard error).
    `catalogue` holds the rules that judged, with their options filled in; None means those that come with cogcheck.
    """

    findings: tuple[Finding, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    suppressed: tuple[Finding, ...] = ()
    files: int = 0
    resources: int = 0
    unreadable: int = 0
    notices: tuple[str, ...] = ()
    catalogue: Catalogue | None = None

    def count(self, severity: Severity) -> int:
        """How many findings have this severity."""
        return sum(finding.severity == severity for finding in self.findings)


def fingerprint(rule: str, path: str, address: str, key: str, occurrence: int = 0) -> str:
    """A stable name for a finding: rule, file, address and argument by natural key; never a line.

    `occurrence` tells apart findings that agree in all of these, in written order.
    """
    import hashlib  # loads OpenSSL; a clean scan needs none

    text = "\0".join((rule, path, address, key, str(occurrence)))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
