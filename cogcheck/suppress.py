"""Which findings somebody has decided to live with, and which of those decisions are void themselves."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from cogcheck import ignores
from cogcheck.catalogue.display import nearest, quote
from cogcheck.catalogue.load import Catalogue
from cogcheck.ignore_index import FileIgnores, IgnoreIndex
from cogcheck.ignores import Ignore, Target
from cogcheck.model import Document, Problem, Span
from cogcheck.options import Options
from cogcheck.record import dataclass
from cogcheck.report import Finding, Undecided
from cogcheck.selection import select

_ABOUT_IGNORES = ("unused-ignore", "unknown-ignored-rule", "ignore-without-reason")
_MOST_SLIPS = 200


@dataclass(frozen=True, slots=True)
class Suppressed:
    """The findings that count, those that are suppressed (each with the reason), and what is wrong with the ignores."""

    kept: tuple[Finding, ...]
    suppressed: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()


def suppress(
    findings: Sequence[Finding],
    files: Sequence[FileIgnores],
    catalogue: Catalogue,
    options: Options,
    *,
    undecided: Sequence[Undecided] = (),
) -> Suppressed:
    """Divide findings by the ignores in the files that were scanned, then by `per_file_ignores`.

    An ignore that meets an open question is not unused: the answer may be what it is there for.
    """
    if not options.ignores:
        return Suppressed(_per_file(findings, catalogue, options))
    book = _Book(catalogue, options)
    for file in sorted(files, key=lambda file: not file.judged):  # what is judged goes before what was only consulted
        book.add(file)
    kept, suppressed = [], []
    for finding in findings:
        reason = book.reason(finding)
        if reason is None:
            kept.append(finding)
        else:
            suppressed.append(replace(finding, reason=reason))
    for question in undecided:
        book.meet(question.rule, question.span)
    return Suppressed(_per_file(kept, catalogue, options), tuple(suppressed), tuple(book.problems()))


class _Book:
    """All ignores, by file, and which of them were of use."""

    def __init__(self, catalogue: Catalogue, options: Options) -> None:
        self._catalogue = catalogue
        self._options = options
        self._ids: dict[str, frozenset[str]] = {}
        self._judged: list[Ignore] = []
        self._by_file: dict[str, IgnoreIndex] = {}
        self._pardons: dict[str, IgnoreIndex] = {}
        self._used: set[Target] = set()
        self._slips: dict[str, str | None] = {}

    def add(self, file: FileIgnores) -> None:
        """Take the ignores of a file, if there are any; judged ones have to be of use."""
        key = _key(file.document)
        if file.ignores and key not in self._by_file:
            self._by_file[key] = IgnoreIndex(file.ignores)
            self._pardons[key] = IgnoreIndex(list(filter(None, map(self._pardon, file.ignores))))
            self._judged.extend(file.ignores if file.judged else ())

    def _pardon(self, ignore: Ignore) -> Ignore | None:
        """What an ignore says of complaints about ignores. By `all`, only for the file: it would mean itself."""
        targets = [target for target in ignore.targets if self._meant(target.name) & self._about_ignores]
        kept = tuple(target for target in targets if ignore.whole_file or target.name != "all")
        return replace(ignore, targets=kept) if kept else None

    def reason(self, finding: Finding) -> str | None:
        """Why a finding is suppressed ("" where nobody says), None where it is not."""
        reasons = self.meet(finding.rule, finding.span)
        return max(reasons, key=bool) if reasons else None

    def meet(self, rule: str, span: Span) -> list[str]:
        """The reasons of the ignores that hold for a rule at a place; they are of use."""
        index = self._by_file.get(_key(span.document))
        reasons = []
        for ignore in index.at(span) if index is not None else ():
            targets = [target for target in ignore.targets if rule in self._meant(target.name)]
            if targets:
                self._used.update(targets)
                reasons.append(ignore.reason)
        return reasons

    @cached_property
    def _selected(self) -> frozenset[str]:
        return select(self._catalogue, self._options).ids

    def _meant(self, name: str) -> frozenset[str]:
        if name not in self._ids:
            self._ids[name] = frozenset(rule.id for rule in self._catalogue.matching(name))
        return self._ids[name]

    def problems(self) -> Iterable[Problem]:
        """What is wrong with the ignores of judged files."""
        for ignore in self._judged:
            yield from (problem for problem in self._judge(ignore) if not self._accepted(problem))

    def _judge(self, ignore: Ignore) -> Iterable[Problem]:
        form = _form(ignore.span.document)
        if ignore.fault:
            yield Problem("unknown-ignored-rule", ignore.fault, ignore.span, form)
            return
        for target in ignore.targets:
            if not self._meant(target.name):
                yield self._unknown(target, form)
            elif target not in self._used and self._could_be_of_use(target):
                message = f"{target.name} finds nothing to ignore here"
                yield Problem("unused-ignore", message, target.span, "Remove it from the ignore.")
        if self._options.require_reason and not ignore.reason:
            yield Problem("ignore-without-reason", "this ignore gives no reason", ignore.span, form)

    def _unknown(self, target: Target, form: str) -> Problem:
        near = self._near(target.name)
        hint = f"; did you mean {near}?" if near else ""
        help_ = f"A reason stands behind --. {form}" if " " in target.name else "`cogcheck rules` lists all rules."
        return Problem("unknown-ignored-rule", f"no rule is named {quote(target.name)}{hint}", target.span, help_)

    def _near(self, name: str) -> str | None:
        """The rule that was probably meant, as long as not everything is a slip: the search takes its time."""
        if name not in self._slips and len(self._slips) < _MOST_SLIPS:
            self._slips[name] = nearest(name, [*self._catalogue.by_id, *self._catalogue.by_slug])
        return self._slips.get(name)

    def _could_be_of_use(self, target: Target) -> bool:
        """What is switched off can be found nowhere, which is not the ignore's fault."""
        if target.name == "all":
            return not (self._options.select or self._options.ignore)
        meant = self._meant(target.name)
        return bool(meant & self._selected) and not meant & self._about_ignores

    @cached_property
    def _about_ignores(self) -> frozenset[str]:
        rules = map(self._catalogue.by_slug.get, _ABOUT_IGNORES)
        return frozenset(rule.id for rule in rules if rule is not None)

    def _accepted(self, problem: Problem) -> bool:
        """Whether somebody ignores this complaint about ignores."""
        rule = self._catalogue.by_slug.get(problem.slug)
        index = self._pardons[_key(problem.span.document)]
        return rule is not None and any(
            rule.id in self._meant(target.name) for ignore in index.at(problem.span) for target in ignore.targets
        )


def _form(document: Document) -> str:
    if document.kind != "tfjson":
        return ignores.FORM
    from cogcheck import ignores_json

    return ignores_json.FORM


def _key(document: Document) -> str:
    return document.file or document.path


def _per_file(findings: Sequence[Finding], catalogue: Catalogue, options: Options) -> tuple[Finding, ...]:
    """The findings that the configuration does not ignore for their files."""
    if not options.per_file_ignores:
        return tuple(findings)
    from cogcheck.gitignore import excluding
    from cogcheck.selection import named

    base = options.base or os.path.realpath(os.curdir)
    entries = [
        (excluding(base, [pattern]), {rule.id for selector in selectors for rule in named(catalogue, selector)})
        for pattern, selectors in options.per_file_ignores
    ]
    off: Mapping[str, set[str]] = {
        _key(document): {id_ for spec, ids in entries if spec.exclude(_real(document), directory=False) for id_ in ids}
        for document in {_key(finding.span.document): finding.span.document for finding in findings}.values()
    }
    return tuple(finding for finding in findings if finding.rule not in off[_key(finding.span.document)])


def _real(document: Document) -> str:
    return os.path.realpath(_key(document))
