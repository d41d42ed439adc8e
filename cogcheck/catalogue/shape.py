"""Judges a resource by its shape: what may be written where, of which type, how often, with which values."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import field, replace

from cogcheck.answer import Place, Truth
from cogcheck.catalogue import names, words
from cogcheck.catalogue.coerce import WANTED, coerce
from cogcheck.catalogue.conditions import why
from cogcheck.catalogue.display import show, shown_with_origin
from cogcheck.catalogue.facts import SLUGS, check
from cogcheck.catalogue.paths import Node, entries, items, join
from cogcheck.catalogue.shapes import ALWAYS, ArgumentShape, BlockShape, Fact, Facts, ResourceShape
from cogcheck.catalogue.verdict import Question, Verdict
from cogcheck.model import Argument, Block, ListValue, Null, ObjectValue, Unknown, Value, Versions
from cogcheck.record import dataclass

REFUSED = "it is refused as it is"
"""The reason why the rules cannot tell a value that a shape rule has refused: one mistake is one finding."""


@dataclass(frozen=True, slots=True)
class Shaped:
    """A resource's block with its values converted to their types, and what is wrong with it."""

    block: Block
    verdicts: tuple[Verdict, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class _Judge:
    shape: ResourceShape
    versions: Versions
    verdicts: list[Verdict] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    def say(self, slug: str, fact: Fact, message: str, help_: str, place: Place, *related: tuple[str, Place]) -> None:
        self.verdicts.append(
            Verdict(slug, fact.severity, message, fact.help or help_, place, related, fact.enforced),
        )


def judge_shape(block: Block, shape: ResourceShape, versions: Versions) -> Shaped:
    """Judge a resource's block by the shape of its type."""
    judge = _Judge(shape, versions)
    converted = _block(judge, Node(block, shape.root))
    return Shaped(converted, tuple(judge.verdicts), tuple(judge.questions))


def _block(judge: _Judge, node: Node, maybe: str | None = None) -> Block:
    assert node.shape is not None  # noqa: S101 - only called with one
    maybe = maybe or node.block.maybe
    arguments = {
        name: converted
        for name, argument in node.block.arguments.items()
        if (converted := _argument(judge, node, argument, maybe)) is not None
    }
    blocks = _blocks(judge, node, maybe)
    meant = _meant(node)
    _required(judge, node, meant, maybe)
    return replace(node.block, arguments=arguments, blocks=blocks, open={**node.block.open, **meant})


def _meant(node: Node) -> dict[str, str]:
    """What names that do not belong here are slips for: the rules cannot tell whether that is set."""
    shape = node.shape
    assert shape is not None  # noqa: S101 - as above
    wrong = [name for name in node.block.arguments if name not in shape.arguments]
    wrong += [block.type for block in node.block.blocks if block.type not in shape.blocks]
    return {meant: REFUSED for name in dict.fromkeys(wrong) if (meant := names.slip(name, shape)) is not None}


def _blocks(judge: _Judge, node: Node, maybe: str | None) -> tuple[Block, ...]:
    """Judge the nested blocks; what is left are those that belong here."""
    assert node.shape is not None  # noqa: S101 - as above
    converted: dict[int, Block] = {}
    for type_ in dict.fromkeys(block.type for block in node.block.blocks):
        shape = node.shape.blocks.get(type_)
        children = node.children(type_)
        if shape is None:
            _unexpected_block(judge, node, children)
            continue
        _newer(judge, shape, type_, "block", Place(children[0].path, children[0].key, children[0].block.header))
        _how_often(judge, shape, children)
        converted.update({id(child.block): _block(judge, child, maybe) for child in children})
    return tuple(converted[id(block)] for block in node.block.blocks if id(block) in converted)


def _place(node: Node, argument: Argument, maybe: str | None, *, name: bool = False) -> Place:
    span = argument.name_span if name else argument.span
    path, key = join(node.path, argument.name), join(node.key, argument.name)
    return Place(path, key, span, argument.value, maybe=maybe)


def _argument(judge: _Judge, node: Node, argument: Argument, maybe: str | None) -> Argument | None:
    """Judge an argument; None where it does not belong here at all."""
    assert node.shape is not None  # noqa: S101 - as above
    shape = node.shape.arguments.get(argument.name)
    if shape is None:
        _unexpected_argument(judge, node, argument)
        return None
    newer = shape.period is not ALWAYS
    if newer and _newer(judge, shape, argument.name, "argument", _place(node, argument, maybe, name=True)):
        return None
    if "read_only" in shape.facts:
        _read_only(judge, shape, _place(node, argument, maybe, name=True))
    value: Value | None = coerce(argument.value, shape.type)
    if value is None:
        place = _place(node, argument, maybe)
        message = f"{shape.name} has to be {WANTED[shape.type]}, not {shown_with_origin(argument.value)}"
        judge.say("wrong-type", Fact(), message, f"Write {words.example(shape)}.", place)
        return replace(argument, value=Unknown(REFUSED, argument.span, not_null=True))
    if value is not argument.value:
        argument = Argument(argument.name, argument.name_span, value, argument.span)
    judged = value if isinstance(value, Null) else _values(judge, shape, _place(node, argument, maybe), value)
    return argument if judged is value else replace(argument, value=judged)


def _values(judge: _Judge, shape: ArgumentShape, place: Place, value: Value) -> Value:
    """Judge a value and what is in it; what is refused is as good as unknown to the rules, which is given back."""
    if _judge_value(judge, shape, shape.facts, place):
        return _refused(value)
    if shape.items:
        value = _items(judge, shape, place, value)
    if (shape.keys or shape.values) and isinstance(value, ObjectValue):
        _map(judge, shape, place, value)
    return value


def _items(judge: _Judge, shape: ArgumentShape, place: Place, value: Value) -> Value:
    found, unsure = items(place)
    refused = [_judge_value(judge, shape, shape.items, item, "an item of ") for item in found]
    if unsure:
        judge.questions.append(Question(SLUGS[next(iter(shape.items))], place, unsure[0]))
    if not any(refused) or not isinstance(value, ListValue):
        return value
    judged = zip(value.items, refused, strict=True)
    return replace(value, items=tuple(_refused(item) if wrong else item for item, wrong in judged))


def _refused(value: Value) -> Unknown:
    return Unknown(REFUSED, value.span, not_null=True)


def _map(judge: _Judge, shape: ArgumentShape, place: Place, value: ObjectValue) -> None:
    for key, entry in entries(place, value):
        _judge_value(judge, shape, shape.keys, key, "a key of ")
        _judge_value(judge, shape, shape.values, entry, f"{show(key.value)} in ")


def _judge_value(
    judge: _Judge, shape: ArgumentShape, facts: Mapping[str, Facts], place: Place, prefix: str = ""
) -> bool:
    """Judge a value by its facts; true where it is none of those that are allowed."""
    if not any(kind in facts for kind in SLUGS) or place.value is None:
        return False
    breach, unsure = check(place.value, facts, judge.versions)
    if unsure and breach is None:
        kind = next(kind for kind in SLUGS if kind in facts)
        judge.questions.append(Question(SLUGS[kind], place, why(place.value)))
    if breach is None:
        return False
    told = words.breach(breach, prefix + shape.name, place.value)
    fact = breach.fact
    newer = judge.versions.high is None or judge.versions.high > judge.shape.verified[1]
    if breach.kind == "one_of" and fact.value["grows"] and newer and told.slip is None:
        told = replace(told, message=f"{told.message} in any release up to {words.newest(judge.shape)}")
        fact = replace(fact, severity="warning")
    judge.say(SLUGS[breach.kind], fact, told.message, told.help, place)
    return breach.kind == "one_of" and fact.severity == "error"


def _read_only(judge: _Judge, shape: ArgumentShape, place: Place) -> None:
    value = place.value
    if isinstance(value, Null) or (isinstance(value, Unknown) and not value.not_null and not value.literals):
        return
    fact = shape.facts["read_only"][0]
    message = f"{shape.name} is read-only: the provider computes it"
    judge.say("read-only-argument", fact, message, f"Remove {shape.name}.", place)


def _newer(judge: _Judge, shape: ArgumentShape | BlockShape, name: str, kind: str, place: Place) -> bool:
    """Report what the release at hand does not have; true where it has not."""
    holds = shape.period.holds(judge.versions)
    if holds is Truth.NO:
        message, help_ = words.out_of_period(shape.period, name, kind, judge.versions)
        judge.say("newer-argument", Fact(), message, help_, place)
    return holds is Truth.NO


def _unexpected_argument(judge: _Judge, node: Node, argument: Argument) -> None:
    assert node.shape is not None  # noqa: S101 - as above
    place = _place(node, argument, None, name=True)
    if argument.name in node.shape.blocks:
        message = f"{argument.name} is a block, but is written as an argument"
        help_ = f"Write {argument.name} {{ ... }} without the equals sign, or a dynamic block if it depends on a value."
        judge.say("block-as-attribute", Fact(), message, help_, place)
        return
    told = names.unknown("argument", argument.name, node, judge.shape, judge.versions)
    judge.say("unknown-argument", Fact(severity=told.severity), told.message, told.help, place)


def _unexpected_block(judge: _Judge, node: Node, children: list[Node]) -> None:
    assert node.shape is not None  # noqa: S101 - as above
    for child in children:
        type_ = child.block.type
        place = Place(child.path, child.key, child.block.header)
        if type_ in node.shape.arguments:
            message = f"{type_} is an argument, but is written as a block"
            judge.say(
                "attribute-as-block", Fact(), message, f"Write {words.example(node.shape.arguments[type_])}.", place
            )
            continue
        told = names.unknown("block", type_, node, judge.shape, judge.versions)
        judge.say("unknown-block", Fact(severity=told.severity), told.message, told.help, place)


def _how_often(judge: _Judge, shape: BlockShape, children: list[Node]) -> None:
    certain = [child for child in children if child.block.maybe is None]
    limits = [limit for limit in shape.facts.get("max", ()) if limit.period.holds(judge.versions) is not Truth.NO]
    if len(limits) == 1 and limits[0].period.holds(judge.versions) is not Truth.YES:
        return
    if not limits or len(certain) <= max(limit.value for limit in limits):
        return
    limit = max(limits, key=lambda fact: int(fact.value))
    first, extra = certain[0], certain[limit.value]
    message = words.too_often(shape.name, limit.value, len(certain))
    place = Place(extra.path, extra.key, extra.block.header)
    related = (f"the first {shape.name}", Place(first.path, first.key, first.block.header))
    judge.say("repeated-block", limit, message, words.keep(shape.name, limit.value), place, related)


def _required(judge: _Judge, node: Node, meant: Container[str], maybe: str | None) -> None:
    for name, fact, kind in _requirements(node):
        holds = fact.period.holds(judge.versions)
        if name in meant or holds is Truth.NO or (holds is Truth.CANNOT_TELL and fact.period.until is None):
            continue
        where = node.path or "the resource"
        message = f"{where} lacks the required {kind} {name}"
        if holds is Truth.CANNOT_TELL:
            message, fact = words.once_required(message, fact), replace(fact, severity="warning")
        slug = "missing-argument" if kind == "argument" else "missing-block"
        place = node.missing(name)
        if place.value is not None:  # Terraform refuses what is not written, but a null only where the block occurs
            place = replace(place, maybe=maybe)
        judge.say(slug, fact, message, f"Add {name}.", place)


def _requirements(node: Node) -> Iterator[tuple[str, Fact, str]]:
    assert node.shape is not None  # noqa: S101 - as above
    for name, shape in node.shape.arguments.items():
        if "required" in shape.facts and _is_absent(node.block.arguments.get(name)):
            yield name, shape.facts["required"][0], "argument"
    for name, block in node.shape.blocks.items():
        least = block.facts.get("min", ())
        if least and name not in node.block.open and len(node.block.of_type(name)) < least[0].value:
            yield name, least[0], "block"


def _is_absent(argument: Argument | None) -> bool:
    value: Value | None = argument.value if argument is not None else None
    return value is None or isinstance(value, Null)
