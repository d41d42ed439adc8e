"""What judging a resource gives before it becomes a report: findings and open questions, still with their places."""

from __future__ import annotations

from cogcheck.answer import Place
from cogcheck.record import dataclass
from cogcheck.report import Severity


@dataclass(frozen=True, slots=True)
class Verdict:
    """A broken rule: the slug of the rule, what to say, the place that is to blame and the places that explain it."""

    slug: str
    severity: Severity
    message: str
    help: str
    place: Place
    related: tuple[tuple[str, Place], ...] = ()
    enforced: str = "validate"


@dataclass(frozen=True, slots=True)
class Question:
    """A rule that could not be answered for a place, and why."""

    slug: str
    place: Place
    reason: str
