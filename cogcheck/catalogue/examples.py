"""Whether the examples written in rules are judged as they say: every `bad` one broken, every `good` one fine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from cogcheck.catalogue.configured import configure, for_each
from cogcheck.catalogue.load import Catalogue, Rule
from cogcheck.catalogue.verdict import Question, Verdict
from cogcheck.documents import discover
from cogcheck.engine import Engine
from cogcheck.options import Options
from cogcheck.terraform.project import Project, resources


def check_examples(rule: Rule, base: Catalogue, options: Mapping[str, Any] | None = None) -> list[str]:
    """What differs between the examples of a rule and what it says to them, as sentences; nothing where all is well.

    An example stands inside of a resource of the rule's type, unless it declares resources itself.
    """
    if rule.judged_by or not rule.resource or rule.must is None:
        return []
    differences = [f"it has no {name} example" for name in ("bad", "good") if not getattr(rule, name)]
    for name, text in (("bad", rule.bad), ("good", rule.good)):
        if text:
            differences.extend(
                f"the {name} example {one}" for one in _differences(rule, base, name, text, options or {})
            )
    return differences


def _differences(rule: Rule, base: Catalogue, name: str, text: str, options: Mapping[str, Any]) -> Iterable[str]:
    project = _read(whole(rule, text), base)
    if project.problems:
        problem = project.problems[0]
        return [f"cannot be read: {problem.message} (line {problem.span.first[0]})"]
    if not any(resource.type == rule.resource for resource in project.resources):
        return [f"declares no {rule.resource}"]
    verdicts, questions = judge(rule, base, project, options)
    if name == "good":
        return [f"is reported: {verdict.message}" for verdict in verdicts]
    if verdicts:
        return []
    reasons = ", ".join(dict.fromkeys(question.reason for question in questions))
    return [f"cannot be judged: {reasons}" if reasons else "is not reported"]


def whole(rule: Rule, text: str) -> str:
    """An example as a whole file."""
    if 'resource "' in text:
        return text
    body = "".join(f"  {line}\n" if line else "\n" for line in text.splitlines())
    return f'resource "{rule.resource}" "example" {{\n{body}}}\n'


def _read(text: str, base: Catalogue) -> Project:
    # Without a name it lies in no directory, so that nothing from the working directory is judged with it.
    found = discover(["-"], tuple(type_.encode() for type_ in base.types), text.encode())
    project = resources(found, Options(stdin=text.encode()), base.types)
    return replace(project, problems=(*found.problems, *project.problems))


def judge(
    rule: Rule, base: Catalogue, project: Project, options: Mapping[str, Any]
) -> tuple[list[Verdict], list[Question]]:
    """What one rule alone says to the resources of its type."""
    single = replace(base, rules=for_each(configure(rule, options)))
    engine = Engine(single)
    verdicts: list[Verdict] = []
    questions: list[Question] = []
    for resource in project.resources:
        if resource.type == rule.resource:
            _, broken, open_ones = engine.judge(resource)
            verdicts.extend(verdict for verdict in broken if verdict.slug == rule.slug)
            questions.extend(question for question in open_ones if question.slug == rule.slug)
    return verdicts, questions
