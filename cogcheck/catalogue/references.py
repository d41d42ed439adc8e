"""Which resource a value refers to, as far as the configuration tells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from cogcheck.answer import Truth
from cogcheck.catalogue.predicates import truth
from cogcheck.model import Argument, Known, Null, Resource, Resources, Unknown, Value
from cogcheck.record import dataclass
from cogcheck.terraform.addresses import STAR, without_keys

_KEY = r'(?:\[(?:\d+|\*|"(?:[^"\\]|\\.)*")\])?'
_PARTS = re.compile(
    rf"(?P<address>(?:module\.[\w-]+{_KEY}\.)*(?P<data>data\.)?(?P<type>[a-z][a-z0-9]*_[a-z0-9_]+)\.[\w-]+{_KEY})"
    rf"\.(?P<attribute>[a-z][a-z0-9_]*)(?P<rest>(?:\.[\w-]+|\[[^\]]*\])*)"
)
_NAMES = ("arn", "id", "name")
_ANY, _ANY_TEXT, _ANY_ARN = "\0", "\0text", "\0arn"
"""The keys of what may mean any resource: any of those whose name, or ARN, is not known."""
_OF_INSTANCES = frozenset({"count.index", "each.key", "each.value"})
"""What follows the address in the identity of an instance's own key."""


@dataclass(frozen=True, slots=True)
class Reference:
    """What an identity says: `address` of the resource with instance keys, `bare` without, its type and attribute.

    `data` tells a data source from a resource.
    """

    address: str
    bare: str
    type: str
    attribute: str
    data: bool


def reference(value: Value | None) -> Reference | None:
    """The reference that a value is; None where it is none, or none to an attribute of a resource."""
    if not isinstance(value, Unknown) or value.identity is None:
        return None
    parts = _PARTS.fullmatch(value.identity)
    if parts is None or parts["attribute"] + parts["rest"] in _OF_INSTANCES:
        return None
    attribute = parts["attribute"] + without_keys(parts["rest"])
    return Reference(parts["address"], without_keys(parts["address"]), parts["type"], attribute, bool(parts["data"]))


def fits(found: Reference, target: str) -> bool:
    """Whether a reference is one to a target: `TYPE`, `TYPE.ATTRIBUTE` or `*`, a trailing `*` of the type being open.

    `resource.` and `data.` in front of it narrow it to managed resources or data sources.
    """
    narrowed, rest = target, None
    for prefix, data in (("resource.", False), ("data.", True)):
        if target.startswith(prefix):
            narrowed, rest = target.removeprefix(prefix), data
    if rest is not None and rest is not found.data:
        return False
    type_, _, attribute = narrowed.partition(".")
    same = found.type.startswith(type_[:-1]) if type_.endswith("*") else found.type == type_
    return same and attribute in ("", found.attribute)


def refers_to_type(value: Value, targets: Iterable[str]) -> Truth:
    """Whether a value is a reference to one of the targets. A known text refers to nothing."""
    found = reference(value)
    if found is not None:
        return truth(any(fits(found, target) for target in targets))
    return Truth.CANNOT_TELL if isinstance(value, Unknown) else Truth.NO


def is_arn_of(value: Value, types: Iterable[str]) -> Truth:
    """Whether a reference is to the ARN of a resource of one of these types.

    Only what is called `arn` of a managed AWS resource is certainly its own ARN; a parameter, say, may hold any.
    """
    found = reference(value)
    if found is None:
        return Truth.CANNOT_TELL
    if found.type in types and found.attribute in ("arn", "qualified_arn"):
        return Truth.YES
    return Truth.NO if is_own_arn(value) and found.type not in types else Truth.CANNOT_TELL


def is_own_arn(value: Value) -> bool:
    """Whether a value is a reference to the ARN of a managed AWS resource."""
    found = reference(value)
    return found is not None and found.attribute == "arn" and not found.data and found.type.startswith("aws_")


def refers_to(value: Value, name: str, target: Resource) -> Truth:
    """Whether a value, given to an argument of this name, means this resource.

    A known text means it where it is the known name, id or ARN of the resource.
    """
    if isinstance(value, Unknown) and value.identity is not None and value.identity in _identities(name, target):
        return Truth.YES
    found = reference(value)
    if found is not None:
        return _same_resource(found, target)
    if isinstance(value, Known):
        return _named(value, name, target)
    return Truth.NO if isinstance(value, Null) else Truth.CANNOT_TELL


def meant(value: Value, name: str, candidates: Resources) -> list[Resource]:
    """The resources that a value, given to an argument of this name, means for certain."""
    likely = candidates.having(_keys(value), _own_keys, name)
    return [one for one in likely if refers_to(value, name, one) is Truth.YES]


def referring(target: Resource, name: str, candidates: Resources, argument: str) -> list[Resource]:
    """The resources whose `argument` may mean the target, as that of an argument of this name would.

    All others certainly mean another resource.
    """
    names = _names(name, target)
    open_ = [key for key, known in ((_ANY_TEXT, names[name]), (_ANY_ARN, names["arn"])) if known is None]
    return candidates.having((*_own_keys(target, name), *open_, _ANY), _keys_at, argument)


def _own_keys(target: Resource, name: str) -> Iterator[str]:
    """Whatever means a resource has one of these among its keys."""
    yield target.identity
    yield from _identities(name, target)
    yield from (text for text in _names(name, target).values() if text is not None)


def _keys(value: Value) -> Iterator[str]:
    found = reference(value)
    if found is not None:
        yield found.bare
    known = value.identity if isinstance(value, Unknown) else getattr(value, "value", None)
    if isinstance(known, str):
        yield known


def _keys_at(resource: Resource, name: str) -> Iterable[str]:
    argument = resource.block.arguments.get(name)
    if argument is not None and (text := _text(argument)) is not None:
        return text, _ANY_ARN if _is_arn(text) else _ANY_TEXT
    found = reference(argument.value) if argument is not None else None
    if argument is None or found is None or found.data:
        return (_ANY,)
    return _keys(argument.value)


def _identities(name: str, target: Resource) -> list[str]:
    """What the names of a resource are called that are not known: two equal texts out of one variable, say."""
    arguments = (target.block.arguments.get(key) for key in (*_NAMES, name))
    values = (argument.value for argument in arguments if argument is not None)
    return [value.identity for value in values if isinstance(value, Unknown) and value.identity is not None]


def _same_resource(found: Reference, target: Resource) -> Truth:
    if found.bare != target.identity:
        # A data source may have looked up this very resource.
        return Truth.CANNOT_TELL if found.data else Truth.NO
    if found.address == found.bare or STAR in found.address or STAR in target.address:
        return Truth.YES
    return truth(found.address == target.address)


def _named(value: Known, name: str, target: Resource) -> Truth:
    names = _names(name, target)
    if value.value in names.values():
        return Truth.YES
    other = names["arn"] if _is_arn(str(value.value)) else names[name]
    return Truth.NO if other is not None else Truth.CANNOT_TELL


def _is_arn(text: str) -> bool:
    return text.startswith("arn:")


def _names(name: str, target: Resource) -> dict[str, str | None]:
    return {key: _text(target.block.arguments.get(key)) for key in (*_NAMES, name)}


def _text(argument: Argument | None) -> str | None:
    value = argument.value if argument is not None else None
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else None
