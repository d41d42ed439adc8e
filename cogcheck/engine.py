"""Runs every rule by one formula: a rule is broken where its `when` is yes and its `must` is no."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from cogcheck.answer import Answer, Place, Truth, doubt
from cogcheck.catalogue.conditions import Condition, compile_condition, needed
from cogcheck.catalogue.configured import for_each
from cogcheck.catalogue.display import render, shown_with_origin
from cogcheck.catalogue.load import Catalogue, Rule
from cogcheck.catalogue.paths import Node, Subject
from cogcheck.catalogue.shape import REFUSED, judge_shape
from cogcheck.catalogue.shapes import ResourceShape
from cogcheck.catalogue.verdict import Question, Verdict
from cogcheck.model import ListValue, Resource, Versions
from cogcheck.record import dataclass


@dataclass(frozen=True)
class _Runner:
    """A rule with its conditions compiled, at the first use. `needs` are members without which it holds."""

    rule: Rule
    needs: frozenset[str]

    @cached_property
    def when(self) -> Condition | None:
        return compile_condition(self.rule.when) if self.rule.when is not None else None

    @cached_property
    def must(self) -> Condition:
        return compile_condition(self.rule.must)


class Engine:
    """Judges resources by a catalogue. `enabled` tells which rules count."""

    def __init__(self, catalogue: Catalogue, enabled: Callable[[Rule], bool] = lambda rule: True) -> None:
        self._catalogue = catalogue
        self._enabled = enabled
        self._runners: dict[str, Mapping[tuple[str, ...], list[_Runner]]] = {}

    def judge(self, resource: Resource) -> tuple[Resource, list[Verdict], list[Question]]:
        """Everything that is wrong or open with a resource, and the resource with its values converted."""
        shape = self._catalogue.shapes.get(resource.type)
        versions = bounded(resource.surroundings.versions, shape)
        verdicts: list[Verdict] = []
        questions: list[Question] = []
        if shape is not None:
            shaped = judge_shape(resource.block, shape, versions)
            resource = replace(resource, block=shaped.block)
            verdicts.extend(_soften(verdict) for verdict in shaped.verdicts if self._counts(verdict.slug))
            questions.extend(question for question in shaped.questions if self._counts(question.slug))
        for verdict, question in self._rules(resource, shape, versions):
            verdicts.extend([verdict] if verdict else [])
            questions.extend([question] if question else [])
        if not resource.instances:
            certain = (verdict for verdict in verdicts if verdict.place.maybe is None)
            return resource, [verdict for verdict in certain if verdict.enforced == "validate"], []
        return resource, verdicts, questions

    def judge_import(self, resource: Resource) -> tuple[list[Verdict], list[Question]]:
        """What is wrong or open with an `import` block, given as a resource of its type with the block's arguments."""
        root = Node(resource.block, None)
        rules = [rule for rule in self._catalogue.rules if rule.judged_by == "import" and self._enabled(rule)]
        judged = [
            _judge(_Runner(rule, frozenset()), Subject(resource, root, root))
            for rule in rules
            if rule.resource == resource.type
        ]
        return [verdict for verdict, _ in judged if verdict], [question for _, question in judged if question]

    def _counts(self, slug: str) -> bool:
        rule = self._catalogue.by_slug.get(slug)
        return rule is not None and self._enabled(rule)

    def _rules(
        self, resource: Resource, shape: ResourceShape | None, versions: Versions
    ) -> Iterator[tuple[Verdict | None, Question | None]]:
        root = Node(resource.block, shape.root if shape else None)
        for at, runners in self._by_place(resource.type).items():
            for node in _nodes(root, at):
                subject = Subject(resource, root, node)
                members = _members(node)
                for runner in runners:
                    if runner.needs <= members and runner.rule.period.holds(versions) is Truth.YES:
                        yield _judge(runner, subject)

    def _by_place(self, type_: str) -> Mapping[tuple[str, ...], list[_Runner]]:
        grouped = self._runners.get(type_)
        if grouped is None:
            places: dict[tuple[str, ...], list[_Runner]] = {}
            for rule in self._catalogue.rules:
                if rule.resource == type_ and not rule.judged_by and self._enabled(rule):
                    runners = [_Runner(one, needed(one.when, one.must)) for one in for_each(rule)]
                    places.setdefault(rule.at, []).extend(runners)
            grouped = self._runners[type_] = places
        return grouped


def bounded(versions: Versions, shape: ResourceShape | None) -> Versions:
    """The releases that may apply: none before those that the shape was verified against."""
    if shape is None or versions.low is not None:
        return versions
    oldest = shape.verified[0]
    return replace(versions, low=oldest if versions.high is None or oldest <= versions.high else versions.high)


def _nodes(root: Node, at: Iterable[str]) -> list[Node]:
    nodes = [root]
    for type_ in at:
        nodes = [child for node in nodes for child in _marked(node, type_)]
    return nodes


def _members(node: Node) -> set[str]:
    """The names of everything that is or may be in a block."""
    block = node.block
    return {*block.arguments, *block.open, *(nested.type for nested in block.blocks)}


def _marked(node: Node, type_: str) -> list[Node]:
    """The nested blocks; what may not occur passes that on to what is in it."""
    children = node.children(type_)
    if node.block.maybe is None:
        return children
    return [replace(child, block=replace(child.block, maybe=node.block.maybe)) for child in children]


def _judge(runner: _Runner, subject: Subject) -> tuple[Verdict | None, Question | None]:
    when = runner.when(subject) if runner.when is not None else Answer(Truth.YES)
    if when.truth is Truth.NO:
        return None, None
    must = runner.must(subject)
    if must.truth is Truth.YES:
        return None, None
    if when.truth is Truth.YES and must.truth is Truth.NO:
        return _verdict(runner.rule, subject, must, when), None
    return None, _question(runner.rule, subject, when, must)


def _question(rule: Rule, subject: Subject, when: Answer, must: Answer) -> Question | None:
    open_ones = [answer for answer in (when, must) if answer.truth is Truth.CANNOT_TELL]
    places = [place for answer in open_ones for place in answer.places] or [_whole(subject)]
    reasons = dict.fromkeys(reason for answer in open_ones for reason in answer.reasons)
    if REFUSED in reasons:
        return None
    return Question(rule.slug, places[0], "; ".join(reasons) or "its value is not known")


def _whole(subject: Subject) -> Place:
    return Place(subject.node.path, subject.node.key, subject.node.block.header)


def _verdict(rule: Rule, subject: Subject, must: Answer, when: Answer) -> Verdict | None:
    places = list({(place.path, place.span.start): place for place in (*must.places, *when.places)}.values())
    places = places or [_whole(subject)]
    offender = must.places[0] if must.places else places[0]
    pointed = _pointed(rule, subject, places) or places[0]
    if rule.effect and _ignored(subject.resource, pointed.path):
        return None
    related = tuple((_explain(place), place) for place in places if place.span != pointed.span and not place.absent)
    message = render(rule.message, subject, offender)
    help_ = render(rule.help, subject, offender)
    verdict = Verdict(rule.slug, rule.severity, message, help_, pointed, related, rule.enforced)
    return _soften(verdict, pointed.maybe or subject.node.block.maybe or doubt(must))


def _pointed(rule: Rule, subject: Subject, places: Iterable[Place]) -> Place | None:
    """The argument that a rule points at; of a list the item that decided, if one did."""
    if rule.point is None:
        return None
    selection = subject.select(rule.point)
    whole = next(iter(selection.places or selection.missing), None)
    if whole is None or not isinstance(whole.value, ListValue):
        return whole
    return next((place for place in places if place.path.startswith(f"{whole.path}[")), whole)


def _explain(place: Place) -> str:
    return f"{place.path} is {shown_with_origin(place.value)}" if place.value is not None else f"{place.path} is here"


def _soften(verdict: Verdict, maybe: str | None = None) -> Verdict:
    """What holds only where a block occurs is no error of every deployment."""
    maybe = maybe or verdict.place.maybe
    if maybe is None:
        return verdict
    severity = "warning" if verdict.severity == "error" else verdict.severity
    place = replace(verdict.place, maybe=maybe)
    return replace(verdict, severity=severity, message=f"{verdict.message} (whenever this block occurs)", place=place)


def _ignored(resource: Resource, path: str) -> bool:
    """Whether `lifecycle { ignore_changes }` names the argument, the block it is in, or all."""
    plain = "".join(part.split("]")[-1] for part in path.split("["))
    return any(
        name == "all" or plain == name or plain.startswith(f"{name}.") or name.startswith(f"{plain}.")
        for name in resource.ignore_changes
    )
