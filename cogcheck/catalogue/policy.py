"""Trust policies of roles: JSON texts and policy documents become statements with three-valued parts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from cogcheck.answer import Truth
from cogcheck.catalogue.predicates import same_value, truth
from cogcheck.catalogue.references import meant, reference
from cogcheck.model import Block, Known, ListValue, Null, Resource, Span, Surroundings, Unknown, Value
from cogcheck.record import dataclass

DOCUMENT = "data.aws_iam_policy_document"
_HOLE = "\ue000"
"""Stands for what is not known of a text; from Unicode's private use area, so no policy holds it."""
_LONGEST = 100_000
_ARGUMENTS = ("not_actions", "source_json", "override_json", "source_policy_documents", "override_policy_documents")


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a statement: the operator, the key it asks about in small letters, the accepted values."""

    operator: str
    key: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement: the services that are its principals, its actions, its conditions.

    `unsure` says why it cannot be told whether there is more to it than that.
    """

    allows: Value
    services: tuple[Value, ...] = ()
    actions: tuple[Value, ...] = ()
    conditions: tuple[Condition, ...] = ()
    unsure: str | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """The statements of a policy; `unsure` says why there may be others."""

    statements: tuple[Statement, ...] = ()
    unsure: str | None = None


def read(value: Value, surroundings: Surroundings) -> Policy:
    """The policy that an argument holds: JSON, or a reference to a policy document that is declared here."""
    found = reference(value)
    if found is not None and found.data and f"data.{found.type}" == DOCUMENT:
        documents = meant(value, "json", surroundings.resources(DOCUMENT))
        return _document(documents[0]) if len(documents) == 1 else Policy(unsure=f"{found.bare} is not known")
    if isinstance(value, Known) and isinstance(value.value, str):
        return _parsed(value.value, value.span)
    if isinstance(value, Unknown):
        return _pieced(value)
    return Policy(unsure="the policy is no text")


def _pieced(value: Unknown) -> Policy:
    """The policy in the known pieces of a text: what is missing stands within a text, or for a whole value."""
    for hole in (_HOLE, f'"{_HOLE}"'):
        policy = _parsed(hole.join(value.literals), value.span) if value.literals else Policy()
        if policy.statements:
            return policy
    return Policy(unsure=value.reason)


def _parsed(text: str, span: Span) -> Policy:
    try:
        raw = json.loads(text[:_LONGEST], strict=False) if len(text) <= _LONGEST else None
    except (ValueError, RecursionError):
        raw = None
    listed = raw.get("Statement") if isinstance(raw, dict) else None
    statements = [listed] if isinstance(listed, dict) else listed
    if not isinstance(statements, list) or not all(isinstance(one, dict) for one in statements):
        return Policy(unsure="the policy is not JSON of a form that is understood")
    return Policy(tuple(_of_json(one, span) for one in statements))


def _of_json(raw: Mapping[str, Any], span: Span) -> Statement:
    principal = raw.get("Principal", {})
    services = principal.get("Service", ()) if isinstance(principal, dict) else ()
    odd = [key for key in ("NotPrincipal", "NotAction") if key in raw]
    if principal == "*" or (isinstance(principal, dict) and "*" in _listed(principal.get("AWS", ()))):
        odd.append("a principal of anybody")
    written = raw.get("Condition", {})
    conditions = [
        Condition(operator, key.lower(), _texts(values, span))
        for operator, keys in (written.items() if isinstance(written, dict) else ())
        if isinstance(keys, dict)
        for key, values in keys.items()
    ]
    return Statement(
        _text(raw.get("Effect", "Allow"), span),
        _texts(services, span),
        _texts(raw.get("Action", ()), span),
        tuple(conditions),
        f"a statement has {odd[0]}" if odd else None,
    )


def _listed(raw: Any) -> list[Any]:
    return list(raw) if isinstance(raw, list | tuple) else [raw]


def _texts(raw: Any, span: Span) -> tuple[Value, ...]:
    return tuple(_text(item, span) for item in _listed(raw))


def _text(raw: Any, span: Span) -> Value:
    if not isinstance(raw, str) or _HOLE in raw:
        return Unknown("a part of the policy is not known", span)
    return Known(raw, span)


def _document(resource: Resource) -> Policy:
    block = resource.block
    given = next((name for name in _ARGUMENTS if _given(block, name)), None)
    reason = f"{resource.address} has {given}" if given else next(iter(block.open.values()), None)
    return Policy(tuple(_of_block(one) for one in block.of_type("statement")), reason)


def _given(block: Block, name: str) -> bool:
    argument = block.arguments.get(name)
    if argument is None or isinstance(argument.value, Null):
        return False
    return not (isinstance(argument.value, ListValue) and not argument.value.items and not argument.value.open)


def _of_block(block: Block) -> Statement:
    unsure = block.maybe or next(iter(block.open.values()), None)
    services: list[Value] = []
    for principals in block.of_type("principals"):
        kinds, names = _values(principals, "type"), _values(principals, "identifiers")
        unsure = unsure or principals.maybe or _odd_principal(kinds, names)
        if any(same_value(kind, Known("Service", block.header)) is not Truth.NO for kind in kinds):
            services.extend(names)
    odd = next((name for name in ("not_actions",) if _given(block, name)), None)
    odd = odd or ("not_principals" if block.of_type("not_principals") else None)
    effect = _values(block, "effect") or (Known("Allow", block.header),)
    conditions = tuple(_of_condition(one) for one in block.of_type("condition"))
    unsure = unsure or (f"a statement has {odd}" if odd else None)
    return Statement(effect[0], tuple(services), _values(block, "actions"), conditions, unsure)


def _odd_principal(kinds: Iterable[Value], names: Iterable[Value]) -> str | None:
    kind = next((value for value in kinds if not isinstance(value, Known)), None)
    if isinstance(kind, Unknown):
        return kind.reason
    anybody = any(isinstance(name, Known) and name.value == "*" for name in names)
    return "a statement has a principal of anybody" if anybody else None


def _of_condition(block: Block) -> Condition:
    operator, key = (_values(block, name) for name in ("test", "variable"))
    return Condition(_known(operator), _known(key).lower(), _values(block, "values"))


def _known(values: tuple[Value, ...]) -> str:
    return str(values[0].value) if values and isinstance(values[0], Known) else ""


def _values(block: Block, name: str) -> tuple[Value, ...]:
    argument = block.arguments.get(name)
    if argument is None or isinstance(argument.value, Null):
        return ()
    if not isinstance(argument.value, ListValue):
        return (argument.value,)
    more = (Unknown("the list may have further items", argument.span),) if argument.value.open else ()
    return (*argument.value.items, *more)


def matching(values: Iterable[Value], wanted: str) -> Truth:
    """Whether one of some texts, which may hold `*` and `?`, matches a wanted one."""
    answers = set(_matched(values, wanted))
    if Truth.YES in answers:
        return Truth.YES
    return Truth.CANNOT_TELL if Truth.CANNOT_TELL in answers else Truth.NO


def _matched(values: Iterable[Value], wanted: str) -> Iterator[Truth]:
    for value in values:
        if isinstance(value, Known):
            yield truth(fnmatchcase(wanted.lower(), _literal(str(value.value).lower())))
        else:
            yield Truth.CANNOT_TELL if isinstance(value, Unknown) else Truth.NO


def _literal(pattern: str) -> str:
    """IAM knows `*` and `?`, but no sets of characters."""
    return pattern[:200].replace("[", "[[]")
