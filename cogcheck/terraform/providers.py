"""Provider configurations and requirements: the region that a resource is in, the releases that may apply."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cogcheck.decode import unreadable
from cogcheck.files import OUTSIDE, read, shown_path
from cogcheck.model import Null, Problem, Versions
from cogcheck.syntax.body import Literal, ObjectExpr
from cogcheck.terraform.addresses import dotted
from cogcheck.terraform.bodies import code
from cogcheck.terraform.sources import parse
from cogcheck.terraform.versions import constrained, exact

if TYPE_CHECKING:
    from cogcheck.model import Value
    from cogcheck.syntax.body import Expression
    from cogcheck.terraform.module import Declaration, Module
    from cogcheck.terraform.sources import Sources
    from cogcheck.terraform.tree import Node

LOCK_FILE = ".terraform.lock.hcl"
_REGISTRIES = ("registry.terraform.io/", "registry.opentofu.org/")


def region(node: Node, declaration: Declaration) -> Value | None:
    """The region of the provider configuration that a resource uses; None where the configuration says none."""
    meta = declaration.attribute("provider")
    named = dotted(code(meta.expression)) if meta is not None else None
    local, _, alias = (named or local_name(declaration.labels[0])).partition(".")
    found = _configuration(node, local, alias)
    if found is None:
        return None
    where, provider = found
    attribute = provider.attribute("region")
    evaluating = where.tree.evaluating
    key = f"{where.address} provider {local}.{alias}"
    if attribute is None or key in evaluating:
        return None  # a region that is asked of its own provider
    evaluating.add(key)
    value = where.evaluate(attribute.expression)
    evaluating.remove(key)
    return None if isinstance(value, Null) else value


def local_name(type_: str) -> str:
    """The local name of the provider that a resource type belongs to unless it says otherwise."""
    return type_.partition("_")[0]


def provider_source(module: Module, type_: str) -> str:
    """The source address of a resource type's provider, such as `hashicorp/aws`."""
    local = local_name(type_)
    required = module.required_providers.get(local)
    source = _member(required.expression, "source") if required is not None else None
    return _source(source) if source is not None else f"hashicorp/{local}"


def constraints(module: Module, source: str) -> Iterator[str]:
    """The version constraints that a module puts on a provider."""
    for local, attribute in module.required_providers.items():
        expression = attribute.expression
        own = _member(expression, "source")
        if (_source(own) if own is not None else f"hashicorp/{local}") == source:
            text = expression.value if isinstance(expression, Literal) else _member(expression, "version")
            if isinstance(text, str):
                yield text
    for (local, _), provider in module.providers.items():
        version = provider.attribute("version")
        if version is not None and f"hashicorp/{local}" == source and isinstance(version.expression, Literal):
            yield str(version.expression.value)


def versions(source: str, modules: list[Module], sources: Sources, root: str, option: str | None) -> Versions:
    """The releases of a provider that may apply in a module tree.

    An option decides, else the lock file beside the root module, else what all modules require.
    """
    if option is not None:
        return exact(option, "the provider version given")
    locked = _locked(source, sources, root)
    if locked is not None:
        return exact(locked, "the lock file")
    return constrained((text for module in modules for text in constraints(module, source)), "required_providers")


def _configuration(node: Node, local: str, alias: str) -> tuple[Node, Declaration] | None:
    """The configuration that a local name and alias stand for in a module: its own, or one passed by its caller."""
    while True:
        own = node.module.providers.get((local, alias))
        parent, call = node.parent, node.call
        passed = _passed(call).get(f"{local}.{alias}" if alias else local) if call is not None else None
        # An empty block beside a passed configuration only declares that one is expected.
        if own is not None and (passed is None or own.attributes().keys() - {"alias"}):
            return node, own
        if parent is None or (passed is None and alias):
            return None
        if passed is not None:
            local, _, alias = passed.partition(".")
        node = parent


def _passed(call: Declaration) -> dict[str, str]:
    """The `providers` of a module call: names there to names here."""
    attribute = call.attribute("providers")
    if attribute is None or not isinstance(attribute.expression, ObjectExpr):
        return {}
    pairs = ((_name(key), _name(value)) for key, value in attribute.expression.items)
    return {key: value for key, value in pairs if key is not None and value is not None}


def _name(expression: Expression) -> str | None:
    if isinstance(expression, Literal):
        return expression.value if isinstance(expression.value, str) else None
    return dotted(expression)


def _member(expression: Expression, name: str) -> str | None:
    """A literal string in an object expression."""
    if isinstance(expression, ObjectExpr):
        for key, value in expression.items:
            if _name(key) == name and isinstance(value, Literal) and isinstance(value.value, str):
                return value.value
    return None


def _source(text: str) -> str:
    text = text.lower()
    for registry in _REGISTRIES:
        text = text.removeprefix(registry)
    return text if "/" in text else f"hashicorp/{text}"


def _locked(source: str, sources: Sources, root: str) -> str | None:
    """The exact version that the lock file of a root module names."""
    path = os.path.join(root, LOCK_FILE)
    if not os.path.isfile(path):
        return None
    document = read(path, kind="hcl") if sources.readable(path) else unreadable(shown_path(path), OUTSIDE, path)
    if isinstance(document, Problem):
        sources.note(root, [document])
        return None
    file = parse(document)
    sources.note(root, file.problems)
    for block in file.body.blocks:
        if block.type == "provider" and len(block.labels) == 1 and _source(block.labels[0]) == source:
            version = block.body.attributes.get("version")
            if version is not None and isinstance(version.expression, Literal):
                return str(version.expression.value)
    return None
