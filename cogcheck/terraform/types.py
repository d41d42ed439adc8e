"""Type constraints: `list(object({ name = string, required = optional(bool, false) }))`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Literal, TypeAlias

from cogcheck.model import Known, ListValue, Null, ObjectValue, Unknown, Value
from cogcheck.record import dataclass
from cogcheck.syntax import body as syntax
from cogcheck.terraform.budget import Budget, LimitError
from cogcheck.terraform.values import RefusedError, leaves

if TYPE_CHECKING:
    from cogcheck.model import Span
    from cogcheck.syntax.body import Expression

TypeKind: TypeAlias = Literal["any", "string", "number", "bool", "list", "set", "map", "tuple", "object"]

_DEPTH = 50


@dataclass(frozen=True, slots=True)
class Type:
    """A type, or a constraint on types where "any" stands in it.

    `element` is that of a list, set or map; `items` are those of a tuple; `attributes` those of an object, of which
    `optional` may be missing, and then have the value in `defaults`, or null.
    """

    kind: TypeKind
    element: Type | None = None
    items: tuple[Type, ...] = ()
    attributes: Mapping[str, Type] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    defaults: Mapping[str, Value] = field(default_factory=dict)

    def __str__(self) -> str:
        if self.element is not None:
            return self.kind if self.element.kind == "any" else f"{self.kind} of {self.element}"
        return "value" if self.kind == "any" else self.kind


ANY = Type("any")
STRING = Type("string")
NUMBER = Type("number")
BOOL = Type("bool")
_PRIMITIVES: Mapping[str, Type] = {"any": ANY, "string": STRING, "number": NUMBER, "bool": BOOL}
_COLLECTIONS: Mapping[str, TypeKind] = {"list": "list", "set": "set", "map": "map"}


def collection(kind: TypeKind, element: Type = ANY) -> Type:
    """`list(element)`, `set(element)` or `map(element)`."""
    return Type(kind, element)


LIST = collection("list")
SET = collection("set")
MAP = collection("map")
STRINGS = collection("list", STRING)


def parse_type(expression: Expression) -> Type | None:
    """The type that a constraint expression stands for; None where Terraform would not accept it as one.

    Also reads the old spellings `list`, `map` and `"string"`, and, as in Terraform JSON, a whole constraint in a
    string.
    """
    try:
        return _parse(expression, 0)
    except (RefusedError, RecursionError):
        return None


def _parse(expression: Expression, depth: int) -> Type:
    if depth > _DEPTH:
        raise RefusedError("the type is nested too deeply")
    match expression:
        case syntax.Parens(inner=inner) | syntax.TemplateWrap(inner=inner):
            return _parse(inner, depth + 1)
        case syntax.Name(name=name):
            return _keyword(name)
        case syntax.Literal(value=str() as text, span=span):
            return _quoted(text, span, depth)
        case syntax.Call(name=name, args=args, expand=False):
            return _constructed(name, args, depth)
    raise RefusedError("not a type constraint", expression.span)


def _keyword(name: str) -> Type:
    if name in _PRIMITIVES:
        return _PRIMITIVES[name]
    if name in _COLLECTIONS:
        return collection(_COLLECTIONS[name])
    raise RefusedError(f"{name} is no type")


def _quoted(text: str, span: Span, depth: int) -> Type:
    if text in _PRIMITIVES or text in _COLLECTIONS:
        # Terraform 0.11 wrote `type = "list"`, and meant strings where it said no more.
        return collection(_COLLECTIONS[text]) if text in _COLLECTIONS else _keyword(text)
    from cogcheck.syntax import hcl

    expression, problems = hcl.expression(text, span)
    if problems or isinstance(expression, syntax.Literal):
        raise RefusedError("not a type constraint", span)
    return _parse(expression, depth + 1)


def _constructed(name: str, args: tuple[Expression, ...], depth: int) -> Type:
    if len(args) != 1:
        raise RefusedError(f"{name} takes one type")
    if name in _COLLECTIONS:
        return collection(_COLLECTIONS[name], _parse(args[0], depth + 1))
    if name == "tuple" and isinstance(args[0], syntax.TupleExpr):
        return Type("tuple", items=tuple(_parse(item, depth + 1) for item in args[0].items))
    if name == "object" and isinstance(args[0], syntax.ObjectExpr):
        return _object(args[0], depth)
    raise RefusedError(f"{name} is no type")


def _object(expression: syntax.ObjectExpr, depth: int) -> Type:
    attributes: dict[str, Type] = {}
    optional: set[str] = set()
    defaults: dict[str, Value] = {}
    for key, constraint in expression.items:
        if not isinstance(key, syntax.Literal) or not isinstance(key.value, str):
            raise RefusedError("an attribute's name is no identifier", key.span)
        name = key.value
        if isinstance(constraint, syntax.Call) and constraint.name == "optional":
            if len(constraint.args) not in (1, 2):
                raise RefusedError("optional takes a type and a default", constraint.span)
            attributes[name] = _parse(constraint.args[0], depth + 1)
            optional.add(name)
            if len(constraint.args) == 2:
                defaults[name] = _default(constraint.args[1], attributes[name])
        else:
            attributes[name] = _parse(constraint, depth + 1)
    return Type("object", attributes=attributes, optional=frozenset(optional), defaults=defaults)


def _default(expression: Expression, type_: Type) -> Value:
    from cogcheck.terraform.evaluate import NOTHING, evaluate

    return convert(evaluate(expression, NOTHING, Budget()), type_)


def type_of(value: Value, budget: Budget) -> Type:
    """A value's type, where "any" stands for what nulls and unknowns leave open."""
    match value:
        case Known(value=bool()):
            return BOOL
        case Known(value=str()):
            return STRING
        case Known():
            return NUMBER
        case Unknown():
            return STRING if value.literals else ANY
        case Null():
            return ANY
    if value.open and value.kind in ("tuple", "object"):
        return ANY
    if isinstance(value, ListValue):
        budget.step(value.span, len(value.items))
        if value.kind == "tuple":
            return Type("tuple", items=tuple(type_of(item, budget) for item in value.items))
        return Type(value.kind, _element(value.items, budget))
    budget.step(value.span, len(value.entries))
    if value.kind == "object":
        return Type("object", attributes={key: type_of(item, budget) for key, item in value.entries.items()})
    return Type("map", _element(tuple(value.entries.values()), budget))


def _element(items: tuple[Value, ...], budget: Budget) -> Type:
    return common_type(items, budget) or ANY


def common_type(values: Sequence[Value], budget: Budget) -> Type | None:
    """The type that Terraform would convert all of some values to, as it does for the items of a list; None where
    there is none.

    "any", which asks for no conversion, where something in them may have further items or keys.
    """
    from cogcheck.terraform.unify import unify

    types = [type_of(value, budget) for value in values]
    if all(type_ == types[0] for type_ in types[1:]) and types:
        return types[0]
    return ANY if any(_partial(value, budget) for value in values) else unify(types)


def _partial(value: Value, budget: Budget) -> bool:
    return isinstance(value, ListValue | ObjectValue) and any(
        isinstance(leaf, ListValue | ObjectValue) and leaf.open and leaf.kind in ("tuple", "object")
        for leaf in leaves(value, budget)
    )


def convert(value: Value, type_: Type, budget: Budget | None = None) -> Value:
    """The value as Terraform converts it to a type; `optional()` attributes that are missing get their defaults.

    A value that Terraform would refuse becomes an Unknown with the reason. What needs no change is returned itself.
    """
    from cogcheck.terraform.conversion import converted

    try:
        return converted(value, type_, budget or Budget())
    except (RefusedError, LimitError) as error:
        reason = error.reason
    except RecursionError:
        reason = "the value is nested too deeply"
    return Unknown(reason, value.span, trail=value.trail, sensitive=value.sensitive)
