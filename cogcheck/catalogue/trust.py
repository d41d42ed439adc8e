"""Whether other resources let Cognito do what a configuration asks of it: assume a role, call a function."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cogcheck.answer import Answer, Place, Truth, all_of, any_of
from cogcheck.catalogue.paths import Subject
from cogcheck.catalogue.policy import Policy, Statement, matching, read
from cogcheck.catalogue.predicates import equals, same_value
from cogcheck.catalogue.references import meant, reference, referring, refers_to
from cogcheck.catalogue.related import declared, existing, targets
from cogcheck.model import Known, Resource, Unknown, Value

PRINCIPAL = "cognito-idp.amazonaws.com"
_ASSUME = "sts:AssumeRole"
_EXTERNAL_ID = "sts:externalid"
_EXACT = frozenset({"StringEquals", "StringEqualsIfExists", "ForAnyValue:StringEquals"})
_PERMISSION = "aws_lambda_permission"
_FUNCTION = "aws_lambda_function"
_ALIAS = "aws_lambda_alias"
_NAME = "function_name"
"""The argument of all three that means the function."""
_SOURCE = "source_arn"


def cognito_may_assume(subject: Subject, paths: Sequence[str]) -> Answer:
    """Whether the trust policy at the first path lets Cognito assume the role, under whatever conditions."""
    place, policy = _policy(subject, paths[0])
    if place is None or policy is None:
        return Answer(Truth.CANNOT_TELL, reasons=("the role's trust policy is not known",))
    answers = [Answer(_truth(statement)) for statement in policy.statements]
    return _judged(any_of(answers), place, policy)


def external_id_agrees(subject: Subject, paths: Sequence[str]) -> Answer:
    """Whether the trust policy at the first path accepts the external id at the second, if it asks for one."""
    place, policy = _policy(subject, paths[0])
    given = next((at.value for at in subject.select(paths[1]).places if at.value is not None), None)
    if place is None or policy is None or given is None:
        return Answer(Truth.CANNOT_TELL, reasons=("the role's trust policy is not known",))
    trusting = [statement for statement in policy.statements if _truth(statement) is not Truth.NO]
    if not trusting:
        return Answer(Truth.CANNOT_TELL, (place,), (policy.unsure or "the role does not trust Cognito at all",))
    found = any_of(Answer(_accepts(statement, given)) for statement in trusting)
    return _judged(found, place, policy)


def _policy(subject: Subject, path: str) -> tuple[Place | None, Policy | None]:
    place = next(iter(subject.select(path).places), None)
    if place is None or place.value is None:
        return None, None
    return place, read(place.value, subject.surroundings)


def _judged(found: Answer, place: Place, policy: Policy) -> Answer:
    if found.truth is Truth.YES:
        return Answer(Truth.YES, (place,))
    doubts = [policy.unsure, *(statement.unsure for statement in policy.statements)]
    reasons = tuple(dict.fromkeys(doubt for doubt in doubts if doubt is not None))
    if reasons or found.truth is Truth.CANNOT_TELL:
        return Answer(Truth.CANNOT_TELL, (place,), reasons or ("the trust policy is known only in part",))
    return Answer(Truth.NO, (place,))


def _truth(statement: Statement) -> Truth:
    """Whether a statement lets Cognito assume the role."""
    parts = (equals("Allow")(statement.allows), _trusts(statement), matching(statement.actions, _ASSUME))
    return all_of(Answer(part) for part in parts).truth


def _trusts(statement: Statement) -> Truth:
    return any_of(Answer(_is_cognito(service)) for service in statement.services).truth


def _is_cognito(service: Value) -> Truth:
    """The service's name, also with a Region or in another partition."""
    if not isinstance(service, Known):
        return Truth.CANNOT_TELL
    first, _, rest = str(service.value).partition(".")
    return Truth.YES if first == PRINCIPAL.partition(".")[0] and "amazonaws.com" in rest else Truth.NO


def _accepts(statement: Statement, given: Value) -> Truth:
    """Whether every condition on the external id accepts the given one."""
    asked = [condition for condition in statement.conditions if condition.key in ("", _EXTERNAL_ID)]
    return all_of(Answer(_accepted(one.operator, one.key, one.values, given)) for one in asked).truth


def _accepted(operator: str, key: str, values: Sequence[Value], given: Value) -> Truth:
    if not key:
        return Truth.CANNOT_TELL
    if operator in _EXACT:
        return any_of(Answer(same_value(value, given)) for value in values).truth
    if operator == "StringLike" and isinstance(given, Known):
        return matching(values, str(given.value))
    return Truth.CANNOT_TELL


def cognito_may_invoke(subject: Subject, paths: Sequence[str]) -> Answer:
    """Whether a permission lets Cognito call each function that the arguments at the paths refer to."""
    return all_of(
        _invocable(subject, place, path.rpartition(".")[2])
        for path in paths
        for place in subject.select(path).places
        # The provider sends no empty text: no trigger is set.
        if place.value is not None and equals("")(place.value) is not Truth.YES
    )


def _invocable(subject: Subject, place: Place, name: str) -> Answer:
    functions = [one for type_ in (_FUNCTION, _ALIAS) for one in targets(subject, place, name, type_)]
    if not functions:
        return _elsewhere(place, "the function is not declared here")
    if not declared(subject, _PERMISSION):
        return _elsewhere(place, f"no {_PERMISSION} is declared here; there may be one elsewhere")
    found = _permitted(functions, subject)
    if found is Truth.CANNOT_TELL:
        return _elsewhere(place, "it is not known what a permission is for")
    if found is Truth.NO and not subject.surroundings.complete:
        return _elsewhere(place, "not every module of this configuration could be read")
    return Answer(found, (place,))


def _elsewhere(place: Place, reason: str) -> Answer:
    known = reference(place.value) is not None or not isinstance(place.value, Unknown)
    return Answer(Truth.CANNOT_TELL, (place,), (reason if known else getattr(place.value, "reason", reason),))


def _permitted(functions: Sequence[Resource], subject: Subject) -> Truth:
    """Whether a permission lets Cognito call one of the functions on behalf of the pool."""
    permissions = subject.surroundings.resources(_PERMISSION)
    behind = [owner for one in functions for owner in _owners(one, subject)]
    of_functions = [one for function in (*functions, *behind) for one in referring(function, _NAME, permissions, _NAME)]
    of_pool = referring(subject.resource, "arn", permissions, _SOURCE)
    fewer = min(of_functions, of_pool, key=len)
    found = _one_permits(fewer, functions, subject)
    if found is Truth.NO and fewer is not of_pool and any(function.type == _ALIAS for function in functions):
        # What an alias leads to may have a name that is not known, so that any permission may be for it.
        return _one_permits(of_pool, functions, subject)
    return found


def _one_permits(permissions: Iterable[Resource], functions: Sequence[Resource], subject: Subject) -> Truth:
    found = Truth.NO
    for permission in existing(permissions):
        answer = _permits(permission, functions, subject)
        if answer is Truth.YES:
            return answer
        found = answer if answer is Truth.CANNOT_TELL else found
    return found


def _owners(function: Resource, subject: Subject) -> list[Resource]:
    """The functions that an alias leads to."""
    behind = function.block.arguments.get(_NAME) if function.type == _ALIAS else None
    if behind is None:
        return []
    return list(existing(meant(behind.value, _NAME, subject.surroundings.resources(_FUNCTION))))


def _permits(permission: Resource, functions: Sequence[Resource], subject: Subject) -> Truth:
    arguments = permission.block.arguments
    principal, function, source = (arguments.get(name) for name in ("principal", _NAME, _SOURCE))
    answers = [Answer(Truth.CANNOT_TELL)] if principal is None or function is None else []
    if principal is not None:
        answers.append(any_of([Answer(equals("*")(principal.value)), Answer(_is_cognito(principal.value))]))
    if function is not None:
        answers.append(any_of(Answer(_means(function.value, one, subject)) for one in functions))
    if source is not None:
        answers.append(Answer(refers_to(source.value, "arn", subject.resource)))
    return all_of(answers).truth


def _means(value: Value, function: Resource, subject: Subject) -> Truth:
    """Whether a permission's function is this one, or the one that this alias leads to."""
    direct = refers_to(value, _NAME, function)
    if function.type != _ALIAS or direct is Truth.YES:
        return direct
    behind = function.block.arguments.get(_NAME)
    if behind is None:
        return Truth.CANNOT_TELL
    through = same_value(value, behind.value)
    return any_of(
        [Answer(through), *(Answer(refers_to(value, _NAME, one)) for one in _owners(function, subject))]
    ).truth
