"""From what was judged to findings: merged over instances, with related places, fingerprints and a fixed order."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from functools import lru_cache

from cogcheck.catalogue.load import Catalogue
from cogcheck.catalogue.verdict import Question, Verdict
from cogcheck.files import repository_root
from cogcheck.model import Null, Problem, Resource, Span, Step, Trail, Value
from cogcheck.record import dataclass
from cogcheck.report import Finding, Severity, Undecided, fingerprint

_MOST_RELATED = 100
"""From so many related places on, those of further instances are left out: nobody reads on."""


@dataclass(frozen=True, slots=True)
class _More:
    """What the findings of several instances have together: addresses, and related places up to a number."""

    resources: dict[str, None] = field(default_factory=dict)
    related: dict[Step, None] = field(default_factory=dict)

    def add(self, finding: Finding) -> None:
        """Take those of one more."""
        self.resources.update(dict.fromkeys(finding.resources))
        if len(self.related) < _MOST_RELATED:
            self.related.update(dict.fromkeys(finding.related))


@dataclass(frozen=True, slots=True)
class Collected:
    """Findings and open questions, merged over instances. In whatever parts they come, the whole is the same."""

    _findings: dict[tuple[object, ...], Finding] = field(default_factory=dict)
    _identities: dict[tuple[object, ...], str] = field(default_factory=dict)
    _more: dict[tuple[object, ...], _More] = field(default_factory=dict)
    _undecided: dict[tuple[object, ...], Undecided] = field(default_factory=dict)
    _asked: dict[tuple[object, ...], dict[str, None]] = field(default_factory=dict)

    def add(self, later: Collected) -> None:
        """Take what was collected after this."""
        for key, finding in later._findings.items():
            self.add_finding(later._whole(key, finding), later._identities[key])
        for key, question in later._undecided.items():
            self.add_question(later._whole_question(key, question))

    def add_finding(self, finding: Finding, identity: str) -> None:
        """Take a finding; the same of another instance adds its addresses."""
        key = (finding.rule, finding.span, finding.message, finding.argument)
        before = self._findings.setdefault(key, finding)
        self._identities.setdefault(key, identity)
        if before is not finding:
            if key not in self._more:
                self._more[key] = _More()
                self._more[key].add(before)
            self._more[key].add(finding)

    def add_question(self, question: Undecided) -> None:
        """Take an open question; the same of another instance adds its addresses."""
        key = (question.rule, question.span, question.argument, question.reason)
        before = self._undecided.setdefault(key, question)
        if before is not question:
            self._asked.setdefault(key, dict.fromkeys(before.resources)).update(dict.fromkeys(question.resources))

    def findings(self) -> list[Finding]:
        """The findings by path and place, each with its fingerprint."""
        ordered = sorted(self._findings.items(), key=lambda item: order(item[1]))
        seen: Counter[tuple[str, ...]] = Counter()
        named = []
        for key, finding in ordered:
            name = (finding.rule, stable_path(finding.span), self._identities[key], finding.key or "")
            named.append(replace(self._whole(key, finding), fingerprint=fingerprint(*name, seen[name])))
            seen[name] += 1
        return named

    def undecided(self) -> list[Undecided]:
        """The open questions by path and place."""
        whole = (self._whole_question(key, one) for key, one in self._undecided.items())
        return sorted(whole, key=lambda one: (one.span.order, one.rule, one.reason))

    def _whole(self, key: tuple[object, ...], finding: Finding) -> Finding:
        more = self._more.get(key)
        if more is None:
            return finding
        return replace(finding, resources=tuple(more.resources), related=_distinct(more.related, finding.span))

    def _whole_question(self, key: tuple[object, ...], question: Undecided) -> Undecided:
        addresses = self._asked.get(key)
        return question if addresses is None else replace(question, resources=tuple(addresses))


@dataclass(frozen=True, slots=True)
class Assembly:
    """Makes findings and open questions of what was judged.

    `severities` replace what the rules say, by rule id.
    """

    catalogue: Catalogue
    severities: Mapping[str, Severity] = field(default_factory=dict)
    collected: Collected = field(default_factory=Collected)

    def add_verdict(self, verdict: Verdict, resource: Resource) -> None:
        """Take a broken rule; the same of another instance adds its address."""
        place = verdict.place
        value = place.value
        related = [step for text, at in verdict.related for step in (Step(text, at.span), *_trail(at.value))]
        if isinstance(value, Null) and place.absent:
            related.append(Step(f"{place.path} is null", value.span))
        related.extend(_trail(value))
        rule = self.catalogue.by_slug[verdict.slug]
        finding = Finding(
            rule.id,
            rule.slug,
            self.severities.get(rule.id, verdict.severity),
            verdict.message,
            place.span,
            verdict.help,
            _distinct(related, place.span),
            (resource.address,),
            place.path or None,
            place.key or None,
            resource.construct,
            trail=_trail(value),
            sensitive=any(_is_sensitive(at.value) for at in (place, *(at for _, at in verdict.related))),
        )
        self.collected.add_finding(finding, resource.identity or resource.address)

    def add_problem(self, problem: Problem, construct: str | None = None) -> None:
        """Take something found before any rule ran. What no rule of the catalogue speaks of is dropped."""
        rule = self.catalogue.by_slug.get(problem.slug)
        if rule is None:
            return
        finding = Finding(
            rule.id,
            rule.slug,
            self.severities.get(rule.id, rule.severity),
            problem.message,
            problem.span,
            problem.help or rule.help,
            _distinct(problem.related, problem.span),
            problem.resources,
            problem.argument,
            problem.argument,
            construct,
        )
        self.collected.add_finding(finding, ",".join(problem.resources))

    def add_question(self, question: Question, resource: Resource) -> None:
        """Take a rule that could not be answered."""
        rule = self.catalogue.by_slug[question.slug]
        path = question.place.path or None
        self.collected.add_question(
            Undecided(rule.id, rule.slug, question.reason, question.place.span, (resource.address,), path)
        )


def order(finding: Finding) -> tuple[object, ...]:
    """A key that sorts findings by path and place."""
    return (*finding.span.order, finding.rule, finding.argument or "", finding.message)


def _trail(value: Value | None) -> Trail:
    return value.trail if value is not None else ()


def _is_sensitive(value: Value | None) -> bool:
    return value is not None and value.sensitive


def _distinct(steps: Iterable[Step], primary: Span) -> tuple[Step, ...]:
    """Each related place once, without the primary one."""
    return tuple({(step.span, step.message): step for step in steps if step.span != primary}.values())


def stable_path(span: Span) -> str:
    """The path of a document below its repository, so that fingerprints do not depend on the working directory."""
    file = span.document.file
    if file is None:
        return span.document.path
    return _stable(file)


@lru_cache(maxsize=4096)
def _stable(file: str) -> str:
    real = os.path.realpath(file)
    return os.path.relpath(real, _root(os.path.dirname(real))).replace(os.sep, "/")


@lru_cache(maxsize=4096)
def _root(directory: str) -> str:
    return repository_root(directory)
