"""The words about other resources: `refers_to`, `target` and `exists`.

What is not declared in the configuration at hand may still exist elsewhere, so it is never simply "no".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from cogcheck.answer import Answer, Place, Truth, all_of, any_of
from cogcheck.catalogue.conditions import Condition, ConditionError, compile_condition, why
from cogcheck.catalogue.paths import Node, Selection, Subject, join
from cogcheck.catalogue.references import meant, reference, referring, refers_to, refers_to_type
from cogcheck.model import Resource, Unknown, Value
from cogcheck.record import dataclass

THIS = "@this"
"""In a condition about another resource: the one that the rule judges. `@this.name` is an argument at `at`."""

_Judge: TypeAlias = Callable[[Subject, Place], Answer]


@dataclass(frozen=True)
class Other(Subject):
    """Another resource, looked at on behalf of the judged one."""

    this: Subject

    def select(self, path: str) -> Selection:
        """As for any subject; paths from `@this.` mean the judged one."""
        if path.startswith(f"{THIS}."):
            return self.this.select(path.removeprefix(f"{THIS}."))
        return super().select(path)

    def default(self, path: str) -> Value | None:
        """As for any subject; paths from `@this.` mean the judged one."""
        if path.startswith(f"{THIS}."):
            return self.this.default(path.removeprefix(f"{THIS}."))
        return super().default(path)


def other(resource: Resource, this: Subject) -> Other:
    """A resource as the subject of a condition that stands within a condition about `this`."""
    root = Node(resource.block, None)
    return Other(resource, root, root, this)


def existing(resources: Iterable[Resource]) -> Iterator[Resource]:
    """The resources without those of which there is no instance."""
    return (one for one in resources if one.instances)


def declared(subject: Subject, type_: str) -> bool:
    """Whether the configuration of the subject declares a resource of a type."""
    return subject.surroundings.resources(type_).exist


def build_exists(content: str | Mapping[str, Any]) -> Condition:
    """`exists: TYPE` or `exists: {TYPE: C}`: whether the configuration declares such a resource."""
    if isinstance(content, str):
        return lambda subject: Answer(Truth.YES) if declared(subject, content) else _not_here(subject)
    ((type_, raw),) = content.items()
    condition = compile_condition(raw)
    back = _reference_back(raw)

    def exists(subject: Subject) -> Answer:
        resources = subject.surroundings.resources(type_)
        likely = resources if back is None else referring(_judged(subject), back, resources, back)
        found = any_of(condition(other(one, subject)) for one in existing(likely))
        if found.truth is Truth.CANNOT_TELL:
            return Answer(Truth.CANNOT_TELL, reasons=found.reasons)
        if found.truth is Truth.YES:
            return Answer(Truth.YES)
        if not declared(subject, type_):
            return Answer(Truth.CANNOT_TELL, reasons=(f"no {type_} is declared here; there may be one elsewhere",))
        return _not_here(subject)

    return exists


def _reference_back(raw: Any) -> str | None:
    """The argument without which, referring to the judged resource, a condition about another one is never met."""
    for part in raw.get("all", [raw]) if isinstance(raw, Mapping) else ():
        for path, target in part.get("refers_to", {}).items() if isinstance(part, Mapping) else ():
            if target == THIS and "." not in path:
                return str(path)
    return None


def _not_here(subject: Subject) -> Answer:
    if subject.surroundings.complete:
        return Answer(Truth.NO)
    return Answer(Truth.CANNOT_TELL, reasons=("not every module of this configuration could be read",))


def build_refers_to(content: Mapping[str, Any]) -> Condition:
    """`refers_to: {P: TARGET}`: whether the value at P is a reference to the target, or to one of several."""
    parts = [(path, _target_test(path, raw)) for path, raw in content.items()]
    return lambda subject: all_of(any_of(_answers(subject, path, judge)) for path, judge in parts)


def _target_test(path: str, raw: Any) -> _Judge:
    if raw == THIS:
        return lambda subject, place: _told(place, refers_to(_value(place), _last(path), _judged(subject)))
    if isinstance(raw, Mapping):
        return lambda subject, place: _same_target(subject, place, raw["path"])
    targets = (raw,) if isinstance(raw, str) else tuple(raw)
    return lambda subject, place: _told(place, refers_to_type(_value(place), targets))


def _judged(subject: Subject) -> Resource:
    return subject.this.resource if isinstance(subject, Other) else subject.resource


def _same_target(subject: Subject, place: Place, path: str) -> Answer:
    one = reference(place.value)
    values = [at.value for at in subject.select(path).places]
    others = [reference(value) for value in values]
    if one is None or len(others) != 1 or others[0] is None:
        return Answer(Truth.CANNOT_TELL, (place,), tuple(why(value) for value in (place.value, *values))[:1])
    return Answer(Truth.YES if one.address == others[0].address else Truth.NO, (place,))


def build_target(content: Mapping[str, Mapping[str, Any]]) -> Condition:
    """`target: {P: {TYPE: C}}`: whether the resource of this type that P refers to satisfies a condition."""
    parts = []
    for path, inner in content.items():
        if len(inner) != 1:
            raise ConditionError("target takes one resource type for each path")
        ((type_, raw),) = inner.items()
        parts.append((path, _target_judge(path, type_, compile_condition(raw))))
    return lambda subject: all_of(any_of(_answers(subject, path, judge)) for path, judge in parts)


def _target_judge(path: str, type_: str, condition: Condition) -> _Judge:
    def judge(subject: Subject, place: Place) -> Answer:
        if refers_to_type(_value(place), ("*",)) is Truth.YES and refers_to_type(_value(place), (type_,)) is Truth.NO:
            return Answer(Truth.NO, (place,))
        found = targets(subject, place, _last(path), type_)
        if not found:
            return Answer(Truth.CANNOT_TELL, (place,), (f"the {type_} that {path} means is not declared here",))
        answers = [_through(place, one, condition(other(one, subject))) for one in found]
        if len({answer.truth for answer in answers}) > 1:
            return Answer(Truth.CANNOT_TELL, (place,), (f"it is not known which instance {path} means",))
        return answers[0]

    return judge


def targets(subject: Subject, place: Place, name: str, type_: str) -> list[Resource]:
    """The resources of a type that the value of an argument of this name means; several where it may be any."""
    return list(existing(meant(_value(place), name, subject.surroundings.resources(type_))))


def _through(place: Place, found: Resource, answer: Answer) -> Answer:
    """An answer about another resource, with the argument that refers to it in front."""
    beyond = tuple(
        Place(join(found.address, at.path), at.key, at.span, at.value)
        for at in answer.places
        if at != place and not at.absent and at.path
    )
    return Answer(answer.truth, (place, *beyond), answer.reasons)


def _answers(subject: Subject, path: str, judge: _Judge) -> Iterator[Answer]:
    selection = subject.select(path)
    for place in selection.places:
        answer = judge(subject, place) if place.value is not None else Answer(Truth.NO, (place,))
        maybe = place.maybe if answer.truth is Truth.YES else None
        yield answer if maybe is None else Answer(Truth.CANNOT_TELL, (place,), (maybe,))
    yield from (Answer(Truth.NO, (place,)) for place in selection.missing)
    if selection.reasons:
        yield Answer(Truth.CANNOT_TELL, reasons=selection.reasons)


def _told(place: Place, found: Truth) -> Answer:
    unsure = found is Truth.CANNOT_TELL
    reason = why(place.value) if isinstance(place.value, Unknown) else "it is not known which resource this means"
    return Answer(found, (place,), (reason,) if unsure else ())


def _value(place: Place) -> Value:
    assert place.value is not None  # noqa: S101 - only asked of arguments
    return place.value


def _last(path: str) -> str:
    return path.rpartition(".")[2]
