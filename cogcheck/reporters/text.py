"""The report for people: every finding with its source line, and one line that sums up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from cogcheck.assemble import order
from cogcheck.report import SEVERITIES
from cogcheck.reporters.frame import Frame, Mark
from cogcheck.reporters.screen import Paint, visible

if TYPE_CHECKING:
    from cogcheck.model import Span
    from cogcheck.report import Finding, Report, Undecided
    from cogcheck.reporters import View

_PLAIN = Paint(on=False)
_MOST_ADDRESSES = 3


def render(report: Report, view: View) -> str:
    """All findings, what could not be told if that is wanted, and the summary."""
    paint = Paint(view.color)
    if view.statistics:
        parts = [statistics(report, paint).removesuffix("\n")] if report.findings else []
    else:
        listed = sorted((*report.findings, *report.suppressed), key=order) if view.suppressed else report.findings
        parts = ["\n".join(_finding(finding, paint, view.columns)) for finding in listed]
    if view.undecided and report.undecided:
        parts.append("\n".join(_undecided(report.undecided, paint)))
    if not view.quiet:
        parts.append(summary(report, paint, undecided=not view.undecided, suppressed=not view.suppressed))
    return "\n\n".join(parts) + "\n" if parts else ""


def statistics(report: Report, paint: Paint = _PLAIN) -> str:
    """How many findings there are of each rule, the most frequent first."""
    counts = Counter((finding.rule, finding.slug, finding.severity) for finding in report.findings)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    wide = len(str(ordered[0][1])) if ordered else 0
    rows = [f"{count:{wide}}  {rule}  {paint(level, f'{level:7}')}  {slug}" for (rule, slug, level), count in ordered]
    return "".join(f"{row}\n" for row in rows)


def summary(report: Report, paint: Paint = _PLAIN, *, undecided: bool = True, suppressed: bool = True) -> str:
    """What was found, in one line; also how much is suppressed and could not be told, where that is not listed."""
    counts = [(level, report.count(level)) for level in SEVERITIES]
    found = [paint(level, _count(count, level)) for level, count in counts if count]
    begin = f"{paint.bold('Found')} {', '.join(found)}" if found else paint("help", "No findings")
    text = f"{begin} in {_count(report.resources, 'resource')} ({_count(report.files, 'file')})"
    if report.unreadable:
        text += f"; {paint('error', _count(report.unreadable, 'file') + ' could not be read')}"
    if suppressed and report.suppressed:
        text += f"; {len(report.suppressed)} suppressed, listed with --show-suppressed"
    if undecided and report.undecided:
        text += f"; {_count(len(report.undecided), 'question')} undecided, listed with --show-undecided"
    return text + "."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _finding(finding: Finding, paint: Paint, columns: int) -> Iterator[str]:
    severity = paint(finding.severity, finding.severity)
    name = paint.dim(f"[{finding.rule} {finding.slug}]")
    yield f"{_place(finding.span, paint)}: {severity}: {visible(finding.message)} {name}"
    groups = _groups(finding)
    frame = Frame(paint, _digits(groups), columns)
    shows_source = not finding.sensitive and finding.span.document.kind != "plan"
    for marks in groups if shows_source else ():
        if not marks[0].main:
            yield f"{' ' * frame.digits}{paint('gutter', ':::')} {_place(marks[0].span, paint)}"
        if marks[0].span.document.text:
            yield frame.row()
            yield from frame.draw(marks, finding.severity)
    notes = list(_notes(finding, places=not shows_source))
    if notes and shows_source and groups[0][0].span.document.text:
        yield frame.row()
    for label, text in notes:
        role = paint("help", label) if label == "help" else paint.bold(label)
        yield f"{' ' * frame.digits} {paint('gutter', '=')} {role}: {visible(text)}"


def _groups(finding: Finding) -> list[list[Mark]]:
    """The places by document, that of the finding first."""
    groups = {finding.span.document.path: [Mark(finding.span, main=True)]}
    for step in finding.related:
        if step.span.document.text:
            groups.setdefault(step.span.document.path, []).append(Mark(step.span, step.message))
    return list(groups.values())


def _digits(groups: Iterable[Iterable[Mark]]) -> int:
    return len(str(max(mark.span.first[0] for marks in groups for mark in marks)))


def _notes(finding: Finding, *, places: bool) -> Iterator[tuple[str, str]]:
    """What stands below the source lines, each with its label; also the related places where no source is shown."""
    for step in finding.related:
        if not step.span.document.text:
            yield "note", f"{step.message} ({step.span.document.path})"
        elif places:
            line, column = step.span.first
            yield "note", f"{step.message} ({step.span.document.path}:{line}:{column})"
    if finding.resources:
        named, more = finding.resources[:_MOST_ADDRESSES], len(finding.resources) - _MOST_ADDRESSES
        yield "in", ", ".join(named) + (f" and {more} more" if more > 0 else "")
    if finding.construct:
        yield "construct", finding.construct
    if finding.reason is not None:
        yield "suppressed", finding.reason or "without a reason"
    elif finding.help:
        yield "help", finding.help


def _undecided(questions: Iterable[Undecided], paint: Paint) -> Iterator[str]:
    """One line for each place and reason, with all rules that it left open."""
    groups: dict[tuple[object, ...], list[Undecided]] = {}
    for question in questions:
        key = (*question.span.order, question.resources, question.argument, question.reason)
        groups.setdefault(key, []).append(question)
    for group in groups.values():
        first = group[0]
        about = " ".join([", ".join(first.resources[:_MOST_ADDRESSES]), first.argument or ""]).strip()
        rules = ", ".join(f"{question.rule} {question.slug}" for question in group)
        text = visible(f"{about}: {first.reason}" if about else first.reason)
        yield f"{_place(first.span, paint)}: {paint('undecided', 'undecided')}: {text} {paint.dim(f'[{rules}]')}"


def _place(span: Span, paint: Paint) -> str:
    line, column = span.first
    return paint.bold(f"{visible(span.document.path)}:{line}:{column}")
