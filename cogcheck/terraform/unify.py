"""The one type that values of several types can all be converted to, as conditionals and lists need it."""

from __future__ import annotations

from collections.abc import Sequence

from cogcheck.terraform.types import ANY, STRING, Type, TypeKind

_PRIMITIVE = ("string", "number", "bool")


def unify(types: Sequence[Type]) -> Type | None:
    """The type that all of some types convert to; None where there is none.

    "any", which stands for what is not known, agrees with everything and says nothing.
    """
    told = [type_ for type_ in types if type_.kind != "any"]
    if not told:
        return ANY
    first = told[0]
    if all(type_ == first for type_ in told):
        return first
    kinds = {type_.kind for type_ in told}
    if kinds <= set(_PRIMITIVE):
        return _primitive(kinds)
    if kinds == {"object"}:
        return _objects(told)
    if kinds <= {"map", "object"}:
        return _collected("map", told)
    if kinds == {"tuple"}:
        return _tuples(told)
    if kinds <= {"list", "tuple"}:
        return _collected("list", told)
    if kinds == {"set"}:
        return _collected("set", told)
    if kinds == {"list", "set"}:
        return _collected("list", told)
    return _mixed_set(told) if kinds <= {"list", "set", "tuple"} else None


def _primitive(kinds: set[TypeKind]) -> Type | None:
    if "string" in kinds:
        return STRING
    return None if len(kinds) > 1 else Type(next(iter(kinds)))


def _mixed_set(types: Sequence[Type]) -> Type | None:
    """A set beside a tuple: Terraform takes the first of the given types that all others convert to."""
    return _collected("list" if any(type_.kind == "list" for type_ in types) else "set", types)


def _parts(type_: Type) -> list[Type]:
    if type_.element is not None:
        return [type_.element]
    return [*type_.items, *type_.attributes.values()]


def _collected(kind: TypeKind, types: Sequence[Type]) -> Type | None:
    element = unify([part for type_ in types for part in _parts(type_)])
    return None if element is None else Type(kind, element)


def _objects(types: Sequence[Type]) -> Type | None:
    names = list(types[0].attributes)
    if any(type_.attributes.keys() != types[0].attributes.keys() for type_ in types):
        return _collected("map", types)
    attributes = {}
    for name in names:
        one = unify([type_.attributes[name] for type_ in types])
        if one is None:
            return None
        attributes[name] = one
    return Type("object", attributes=attributes)


def _tuples(types: Sequence[Type]) -> Type | None:
    if any(len(type_.items) != len(types[0].items) for type_ in types):
        return _collected("list", types)
    items = [unify([type_.items[index] for type_ in types]) for index in range(len(types[0].items))]
    if any(item is None for item in items):
        return None
    return Type("tuple", items=tuple(item for item in items if item is not None))
