"""The closed vocabulary of `when` and `must`: conditions as data become functions from Subject to Answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from cogcheck.answer import Answer, Place, Truth, all_of, any_of, negate
from cogcheck.catalogue import predicates
from cogcheck.catalogue.paths import Selection, Subject, items
from cogcheck.catalogue.predicates import Test
from cogcheck.model import Known, ListValue, Null, ObjectValue, Unknown, Value

Condition: TypeAlias = Callable[[Subject], Answer]


class ConditionError(ValueError):
    """A condition that no engine can run; the schema lets none of these through."""


def compile_condition(raw: Mapping[str, Any] | bool) -> Condition:
    """The function behind a condition. Raises ConditionError, and re.error for a bad regular expression.

    A boolean is an option of the rule that stands in the place of a condition.
    """
    if isinstance(raw, bool):
        constant = Answer(Truth.YES if raw else Truth.NO)
        return lambda subject: constant
    if not isinstance(raw, Mapping) or len(raw) != 1:
        raise ConditionError("a condition has exactly one word")
    (word, content), *_ = raw.items()
    builder = _WORDS.get(word)
    if builder is None:
        raise ConditionError(f"there is no condition {word!r}")
    return builder(content)


_OF_WHAT_IS_SET = frozenset({"present", "contains", "matches", "is_a", "same"})
"""The words that are no where the argument is not set, whatever its default."""
_BOUNDS = frozenset({"at_least", "at_most"})
"""The same where the bound is a number, not another argument and without a default."""

_OF_ITEMS = frozenset({"within", "only", "unique"})
"""The words that are yes where there are no items."""


def needed(when: Any, must: Any) -> frozenset[str]:
    """Members of the block at hand without any one of which a rule cannot be broken; so it need not be asked."""
    return _firsts(when, _OF_WHAT_IS_SET) | _firsts(must, _OF_ITEMS)


def _firsts(raw: Any, words: frozenset[str]) -> frozenset[str]:
    if not isinstance(raw, Mapping) or len(raw) != 1:
        return frozenset()
    ((word, content),) = raw.items()
    if word == "all" and "present" in words:
        return frozenset().union(*(_firsts(part, words) for part in content))
    bounds = word in _BOUNDS and "present" in words and not any(isinstance(one, Mapping) for one in content.values())
    if word not in words and not bounds:
        return frozenset()
    paths = [content] if isinstance(content, str) else list(content)
    firsts = [path.split(".")[0] for path in (paths if len(paths) == 1 or word not in _OF_ITEMS else ())]
    return frozenset(name for name in firsts if name[0] not in "^@")


def _all(content: list[Any]) -> Condition:
    parts = [compile_condition(part) for part in content]
    return lambda subject: all_of(part(subject) for part in parts)


def _any(content: list[Any]) -> Condition:
    parts = [compile_condition(part) for part in content]
    return lambda subject: any_of(part(subject) for part in parts)


def _not(content: Mapping[str, Any] | bool) -> Condition:
    inner = compile_condition(content)
    return lambda subject: negate(inner(subject))


def _paths(content: str | list[str]) -> tuple[str, ...]:
    return (content,) if isinstance(content, str) else tuple(content)


def _present(content: str | list[str]) -> Condition:
    paths = _paths(content)
    if len(paths) == 1:
        (path,) = paths
        return lambda subject: subject.select(path).presence()
    return lambda subject: all_of(subject.select(path).presence() for path in paths)


def _absent(content: str | list[str]) -> Condition:
    paths = _paths(content)
    return lambda subject: all_of(negate(subject.select(path).presence()) for path in paths)


def _somewhere(subject: Subject, path: str, test: Test, *, default: bool = False) -> Answer:
    """Whether the value at the path, or one of several, passes; the default stands in for an absent one if asked."""
    selection = subject.select(path)
    standin = subject.default(path) if default else None
    answers = [_of_place(place, test(place.value)) for place in selection.places if place.value is not None]
    answers.extend(Answer(test(standin) if standin is not None else Truth.NO, (place,)) for place in selection.missing)
    if selection.reasons:
        answers.append(Answer(Truth.CANNOT_TELL, reasons=selection.reasons))
    return any_of(answers)


def _of_place(place: Place, found: Truth) -> Answer:
    if found is Truth.YES and place.maybe is not None:
        return Answer(Truth.CANNOT_TELL, (place,), (place.maybe,))
    reasons = (why(place.value),) if found is Truth.CANNOT_TELL else ()
    return Answer(found, (place,), reasons)


def why(value: Value | None) -> str:
    """Why a value could not be judged."""
    if isinstance(value, Unknown):
        return value.reason
    if isinstance(value, ListValue | ObjectValue):
        unknown = next((item for item in _members(value) if isinstance(item, Unknown)), None)
        return unknown.reason if unknown else "it may have further members"
    if isinstance(value, Null):
        return "it is null"
    return "the value is not of a kind that can be compared"


def _members(value: ListValue | ObjectValue) -> tuple[Value, ...]:
    return value.items if isinstance(value, ListValue) else tuple(value.entries.values())


def _each_value(make: Callable[[Any], Test], *, default: bool = False) -> Callable[[Mapping[str, Any]], Condition]:
    def build(content: Mapping[str, Any]) -> Condition:
        tests = [(path, make(expected)) for path, expected in content.items()]
        return lambda subject: all_of(_somewhere(subject, path, test, default=default) for path, test in tests)

    return build


def _contains(content: Mapping[str, Any]) -> Condition:
    parts = [(path, predicates.contains_text(str(text)), predicates.equals(text)) for path, text in content.items()]

    def one(subject: Subject, path: str, in_text: Test, is_item: Test) -> Answer:
        selection = subject.select(path)
        answers: list[Answer] = [Answer(Truth.NO, selection.missing)] if selection.missing else []
        for place in selection.places:
            if isinstance(place.value, ListValue):
                found, reasons = items(place)
                answers.append(_any_item(place, [_of_place(item, is_item(item.value)) for item in _valued(found)]))
                answers.extend(Answer(Truth.CANNOT_TELL, (place,), (reason,)) for reason in reasons)
            elif place.value is not None:
                answers.append(_of_place(place, in_text(place.value)))
        if selection.reasons:
            answers.append(Answer(Truth.CANNOT_TELL, reasons=selection.reasons))
        return any_of(answers)

    return lambda subject: all_of(one(subject, *part) for part in parts)


def _any_item(place: Place, answers: list[Answer]) -> Answer:
    """That no item is it, is said of the list."""
    found = any_of(answers)
    return Answer(Truth.NO, (place,)) if found.truth is Truth.NO else found


def _valued(places: list[Place]) -> list[Any]:
    return [place for place in places if place.value is not None]


def _bounded(*, below: bool) -> Callable[[Mapping[str, Any]], Condition]:
    def build(content: Mapping[str, Any]) -> Condition:
        parts = list(content.items())
        return lambda subject: all_of(_within_bound(subject, path, limit, below=below) for path, limit in parts)

    return build


def _within_bound(subject: Subject, path: str, limit: Any, *, below: bool) -> Answer:
    if isinstance(limit, Mapping) and "number" in limit:
        return _bounded_or_default(subject, path, limit, predicates.bounded(Decimal(str(limit["number"])), below=below))
    if not isinstance(limit, Mapping):
        return _somewhere(subject, path, predicates.bounded(Decimal(str(limit)), below=below))
    other = subject.select(limit["path"])
    if not other.places:
        return Answer(Truth.CANNOT_TELL if other.reasons else Truth.YES, (), other.reasons)
    bounds = [predicates.number(place.value) for place in other.places if place.value is not None]
    if len(bounds) != 1 or bounds[0] is None or other.reasons:
        return Answer(Truth.CANNOT_TELL, other.places, other.reasons or (why(other.places[0].value),))
    found = _somewhere(subject, path, predicates.bounded(bounds[0], below=below))
    return Answer(found.truth, (*found.places, *other.places), found.reasons)


def _bounded_or_default(subject: Subject, path: str, limit: Mapping[str, Any], test: Test) -> Answer:
    """Where nothing is set at all, `default` is judged: a value that only applies then, so no default of the shape."""
    selection = subject.select(path)
    if selection.places or selection.reasons:
        return _somewhere(subject, path, test)
    return Answer(test(Known(limit["default"], subject.node.block.header)), selection.missing)


def _is_a(format_: str) -> Test:
    from cogcheck.catalogue.special import FORMATS, refers_to_arn

    if format_ not in FORMATS:
        raise ConditionError(f"there is no format {format_!r}")
    test = predicates.string_test(FORMATS[format_])
    return lambda value: refers_to_arn(format_, value) if isinstance(value, Unknown) else test(value)


def _every_item(subject: Subject, path: str, judge: Callable[[Place], Answer]) -> Answer:
    """All items of all lists at the path; nothing there is fine."""
    selection = subject.select(path)
    answers: list[Answer] = []
    for place in selection.places:
        found, reasons = items(place)
        answers.extend(judge(item) for item in found)
        answers.extend(Answer(Truth.CANNOT_TELL, (place,), (reason,)) for reason in reasons)
    if selection.reasons:
        answers.append(Answer(Truth.CANNOT_TELL, reasons=selection.reasons))
    return all_of(answers)


def _only(content: Mapping[str, list[Any]]) -> Condition:
    parts = [(path, _item_judge(predicates.one_of(tuple(allowed)))) for path, allowed in content.items()]
    return lambda subject: all_of(_every_item(subject, path, judge) for path, judge in parts)


def _item_judge(test: Test) -> Callable[[Place], Answer]:
    return lambda place: _of_place(place, test(place.value)) if place.value is not None else Answer(Truth.YES)


def _within(content: Mapping[str, str]) -> Condition:
    def one(subject: Subject, path: str, other: str) -> Answer:
        selection = subject.select(other)
        allowed: list[Value] = []
        reasons = list(selection.reasons)
        for place in selection.places:
            found, unsure = items(place)
            reasons.extend(unsure)
            if place.maybe is None:
                allowed.extend(item.value for item in found if item.value is not None)
            else:
                reasons.append(place.maybe)
        context = selection.places or selection.missing
        return _every_item(subject, path, lambda place: _among(place, allowed, tuple(reasons), context))

    parts = list(content.items())
    return lambda subject: all_of(one(subject, path, other) for path, other in parts)


def _among(place: Place, allowed: list[Value], reasons: tuple[str, ...], context: tuple[Place, ...]) -> Answer:
    assert place.value is not None  # noqa: S101 - items always have a value
    answers = {predicates.same_value(place.value, value) for value in allowed}
    if Truth.YES in answers:
        return Answer(Truth.YES, (place,))
    if Truth.CANNOT_TELL in answers or reasons or isinstance(place.value, Unknown):
        unsure = reasons or (why(place.value if isinstance(place.value, Unknown) else _first_unknown(allowed)),)
        return Answer(Truth.CANNOT_TELL, (place,), unsure)
    return Answer(Truth.NO, (place, *context))


def _first_unknown(values: list[Value]) -> Value | None:
    return next((value for value in values if isinstance(value, Unknown)), None)


def _same(content: list[str]) -> Condition:
    left, right = content

    def condition(subject: Subject) -> Answer:
        one, other = subject.select(left), subject.select(right)
        reasons = one.reasons + other.reasons
        if reasons:
            return Answer(Truth.CANNOT_TELL, (*one.places, *other.places), reasons)
        if len(one.places) != 1 or len(other.places) != 1:
            return Answer(Truth.NO, (*one.places, *one.missing, *other.places, *other.missing))
        first, second = one.places[0], other.places[0]
        if first.value is None or second.value is None:
            return Answer(Truth.CANNOT_TELL, (first, second), ("a block is not a value",))
        found = predicates.same_value(first.value, second.value)
        unknown = first.value if isinstance(first.value, Unknown) else second.value
        return Answer(found, (first, second), (why(unknown),) if found is Truth.CANNOT_TELL else ())

    return condition


def _unique(path: str) -> Condition:
    def condition(subject: Subject) -> Answer:
        places, reasons = _flat(subject.select(path))
        unknown = [place for place in places if isinstance(place.value, Unknown)]
        seen: dict[tuple[type, Any], Place] = {}
        for place in places:
            key = _hashable(place.value)
            if key is None:
                continue
            if key in seen and place.maybe is None and seen[key].maybe is None:
                return Answer(Truth.NO, (place, seen[key]))
            seen.setdefault(key, place)
        reasons = (*reasons, *(why(place.value) for place in unknown))
        return Answer(Truth.CANNOT_TELL, tuple(unknown), reasons) if reasons else Answer(Truth.YES)

    return condition


def _flat(selection: Selection) -> tuple[list[Place], tuple[str, ...]]:
    places: list[Place] = []
    reasons = selection.reasons
    for place in selection.places:
        if isinstance(place.value, ListValue):
            found, unsure = items(place)
            places.extend(found)
            reasons += unsure
        else:
            places.append(place)
    return places, reasons


def _hashable(value: Value | None) -> tuple[type, Any] | None:
    scalar = getattr(value, "value", None)
    return None if scalar is None else (type(scalar), scalar)


def _is(content: str | Mapping[str, str | list[str]]) -> Condition:
    from cogcheck.catalogue.special import NAMED

    ((name, raw),) = [(content, [])] if isinstance(content, str) else content.items()
    arguments = _paths(raw)
    if name not in NAMED:
        raise ConditionError(f"there is no predicate {name!r}")
    predicate = NAMED[name]
    return lambda subject: predicate(subject, arguments)


def _related(word: str) -> Callable[[Any], Condition]:
    """A word about other resources, whose code is only loaded where a rule uses one."""

    def build(content: Any) -> Condition:
        from cogcheck.catalogue import related

        builder: Callable[[Any], Condition] = getattr(related, f"build_{word}")
        return builder(content)

    return build


_WORDS: Mapping[str, Callable[[Any], Condition]] = {
    "all": _all,
    "any": _any,
    "not": _not,
    "present": _present,
    "absent": _absent,
    "equals": _each_value(predicates.equals, default=True),
    "one_of": _each_value(lambda literals: predicates.one_of(tuple(literals)), default=True),
    "contains": _contains,
    "at_least": _bounded(below=False),
    "at_most": _bounded(below=True),
    "matches": _each_value(predicates.full_match),
    "is_a": _each_value(_is_a),
    "within": _within,
    "only": _only,
    "same": _same,
    "unique": _unique,
    "is": _is,
    "refers_to": _related("refers_to"),
    "target": _related("target"),
    "exists": _related("exists"),
}
