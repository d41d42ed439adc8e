"""What only a plan can show of a user pool: changes that are refused, and those that cost users.

This is Python, as questions about two states of a resource are no conditions on one. The texts are in changes.yaml.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from cogcheck.model import Argument, Block, Known, Null, Problem, Resource, Span, Unknown
from cogcheck.terraform.plan_values import CARRIED

TYPE = "aws_cognito_user_pool"
_MOST_ADDED = 25
_Attributes: TypeAlias = Mapping[str, Block]


def changes(resource: Resource) -> Iterator[Problem]:
    """What is wrong with the change that a plan has for a resource; nothing where it is of another type."""
    change = resource.change
    if resource.type != TYPE or change is None or change.before is None:
        return
    if "delete" in change.actions:
        yield from _destroyed(resource, change.before, change.replace_paths)
    elif change.actions in (("update",), ("no-op",)):
        yield from _schema(resource, change.before, change.after)
        yield from _removed_sms(resource, change.before)


def _destroyed(resource: Resource, before: Block, replace_paths: tuple[str, ...]) -> Iterator[Problem]:
    replaced = resource.change is not None and "create" in resource.change.actions
    verb = "replaces" if replaced else "deletes"
    protection = before.arguments.get("deletion_protection")
    if protection is not None and _text(protection) == "ACTIVE":
        message = f'the plan {verb} this pool, but its deletion_protection is "ACTIVE"'
        yield _problem(resource, "protected-pool-destroyed", message, "deletion_protection")
    causes = list(dict.fromkeys(path.split("[")[0] for path in replace_paths))
    message = f"the plan {verb} this pool, and all its users are lost"
    if causes:
        message += f", because {_listed(causes)} cannot be changed in place"
    yield _problem(resource, "pool-destroyed-or-replaced", message, causes[0] if causes else None)


def _schema(resource: Resource, before: Block, after: Block | None) -> Iterator[Problem]:
    old, new = _attributes(before), _attributes(after) if after is not None else None
    if old is None or new is None or "schema" in resource.block.open:
        return
    for name, attribute in old.items():
        if name not in new:
            message = f'the plan removes the attribute "{name}", which Cognito does not allow'
            yield _problem(resource, "schema-attribute-changed", message, None, "schema")
        elif (changed := _changed(attribute, new[name])) is not None:
            message = f'the plan changes {changed} of the attribute "{name}", which Cognito does not allow'
            yield _attribute_problem(resource, name, message)
    added = len(new.keys() - old.keys())
    if added > _MOST_ADDED:
        message = f"the plan adds {added} attributes to this pool at once, and Cognito takes at most {_MOST_ADDED}"
        yield _problem(resource, "too-many-attributes-added", message, None, "schema")


def _removed_sms(resource: Resource, before: Block) -> Iterator[Problem]:
    block = resource.block
    if not before.of_type("sms_configuration") or block.of_type("sms_configuration"):
        return
    reason = block.open.get("sms_configuration")
    # A plan shows an omitted block as it shows one that a `dynamic` block makes unchanged.
    generated = any(each.from_dynamic for each in block.blocks)
    if reason is None or (reason == CARRIED and not generated):
        message = "sms_configuration was removed from the configuration, but the pool keeps it"
        yield _problem(resource, "sms-configuration-removal-ignored", message, None, "sms_configuration")


def _attributes(block: Block) -> _Attributes | None:
    """The schema attributes by name; None where not all names are known."""
    found = {}
    for each in block.of_type("schema"):
        name = each.arguments.get("name")
        text = _text(name) if name is not None else None
        if text is None:
            return None
        found[text] = each
    return found


def _changed(old: Block, new: Block) -> str | None:
    """The first argument in which two attributes certainly differ. False, "" and nothing at all are one."""
    for name in dict.fromkeys([*old.arguments, *new.arguments]):
        ours, theirs = (_plain(block.arguments.get(name)) for block in (old, new))
        if ours is not None and theirs is not None and ours != theirs:
            return name
    for type_ in dict.fromkeys(block.type for block in (*old.blocks, *new.blocks)):
        mine, other = (next(iter(block.of_type(type_)), None) for block in (old, new))
        empty = Block(type_, old.header, old.span)
        if type_ not in new.open and (found := _changed(mine or empty, other or empty)) is not None:
            return f"{type_}.{found}"
    return None


def _plain(argument: Argument | None) -> str | None:
    """An argument's value as text; None where it is unknown."""
    if argument is None or isinstance(argument.value, Null):
        return ""
    if isinstance(argument.value, Unknown):
        return None
    text = _text(argument)
    return "" if text in (None, "false") else text


def _text(argument: Argument) -> str | None:
    if not isinstance(argument.value, Known):
        return None
    value = argument.value.value
    return str(value).lower() if isinstance(value, bool) else str(value)


def _attribute_problem(resource: Resource, name: str, message: str) -> Problem:
    for index, block in enumerate(resource.block.of_type("schema")):
        own = block.arguments.get("name")
        if own is not None and _text(own) == name:
            path = f"schema[{index}]"
            return Problem("schema-attribute-changed", message, block.header, None, (), (resource.address,), path)
    return _problem(resource, "schema-attribute-changed", message, None, "schema")


def _problem(resource: Resource, slug: str, message: str, at: str | None, path: str | None = None) -> Problem:
    return Problem(slug, message, _place(resource.block, at), None, (), (resource.address,), path or at)


def _place(block: Block, name: str | None) -> Span:
    """An argument or nested block of that name, else the header."""
    if name is not None and (argument := block.arguments.get(name)) is not None:
        return argument.span
    nested = block.of_type(name) if name is not None else []
    return nested[0].header if nested else block.header


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
