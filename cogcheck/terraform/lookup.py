"""What names mean inside of a module: variables, locals, resources, data sources, module outputs, paths."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cogcheck.model import Known, ListValue, Null, ObjectValue, Span, Step, Unknown, Value
from cogcheck.terraform import reading
from cogcheck.terraform.addresses import join
from cogcheck.terraform.providers import region
from cogcheck.terraform.travel import moved, narrowed

if TYPE_CHECKING:
    from cogcheck.terraform.instances import Instance, Instances
    from cogcheck.terraform.module import Declaration
    from cogcheck.terraform.tree import Node

_NEVER_NULL = ("arn", "id")
"""Attributes that every resource has where it has them at all."""

_REGION = ("name", "region", "id")
"""What `data.aws_region` calls the region."""

_MOST_REMEMBERED = 10_000


class ModuleScope:
    """The names in one module instance."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._remembered: dict[tuple[tuple[str, ...], Span], tuple[Value, int]] = {}

    def resolve(self, path: tuple[str, ...], span: Span) -> tuple[Value, int]:
        """The value behind the longest known beginning of a reference, as seen from there."""
        # The same expression is evaluated for each instance of a resource.
        key = path, span
        found = self._remembered.get(key)
        if found is None:
            found = self._resolve(path, span)
            if len(self._remembered) < _MOST_REMEMBERED and not isinstance(found[0], Unknown):
                self._remembered[key] = found
        return found

    def _resolve(self, path: tuple[str, ...], span: Span) -> tuple[Value, int]:
        node = self._node
        match path:
            case ("var", name, *rest):
                return _part(*node.variable(name, span), rest, span, join(node.address, f"var.{name}"), 2)
            case ("local", name, *rest):
                return _part(*node.local(name, span), rest, span, join(node.address, f"local.{name}"), 2)
            case ("module", name, *rest):
                return self._module(name, rest, span)
            case ("path" | "terraform", name, *_):
                return self._setting(path[0], name, span), 2
            case ("data", type_, name, *rest):
                return self._resource("data", type_, name, rest, span, 3)
            case ("resource", type_, name, *rest):
                return self._resource("resource", type_, name, rest, span, 3)
            case ("ephemeral", type_, name, *_):
                title = f"ephemeral.{type_}.{name}"
                return Unknown(f"{title} is known after apply", span, identity=join(node.address, title)), 3
            case ("each" | "count" | "self" | "ephemeral" | "var" | "local" | "path" | "terraform" | "data", *_):
                return Unknown(f"{path[0]} is not known here", span), 1
            case (type_, name, *rest):
                return self._resource("resource", type_, name, rest, span, 2)
        return Unknown(f"{path[0]} is not known here", span), 1

    def read(self, path: str) -> str | None:
        """A file of the repository; relative paths start at the root module, where Terraform runs."""
        return reading.read(self._node.tree.sources.readable, self._node.tree.directory, path)

    def glob(self, directory: str, pattern: str) -> tuple[str, ...] | None:
        """Files of the repository, as `fileset` finds them."""
        tree = self._node.tree
        return reading.glob(tree.sources.readable, tree.directory, directory, pattern, tree.budget.spend)

    def _setting(self, root: str, name: str, span: Span) -> Value:
        tree = self._node.tree
        values: Mapping[str, Callable[[], str]] = {
            "path.module": lambda: self._node.path,
            "path.root": lambda: ".",
            "path.cwd": lambda: tree.directory.replace(os.sep, "/"),
            "terraform.workspace": lambda: tree.options.workspace,
        }
        found = values.get(f"{root}.{name}")
        if found is None:
            return Unknown(f"{root}.{name} is not known", span, identity=f"{root}.{name}")
        return Known(found(), span)

    def _module(self, name: str, rest: list[str], span: Span) -> tuple[Value, int]:
        identity = join(self._node.address, f"module.{name}")
        if name not in self._node.module.calls:
            return Unknown(f"module.{name} is not declared", span, identity=identity), 2
        children = self._node.children(name)
        if children.reason is not None:
            return Unknown(children.reason, span, identity=identity, not_null=True), 2
        if children.instances.by is None and rest:
            child = children.nodes[0]
            value, message = child.output(rest[0], span)
            return _part(value, f"{message} of module.{name}", rest[1:], span, f"{identity}.{rest[0]}", 3)
        nodes = {item.key: node for item, node in zip(children.instances.items, children.nodes, strict=True)}
        return _collected(children.instances, span, identity, lambda item: _outputs(nodes[item.key], span)), 2

    def _resource(self, mode: str, type_: str, name: str, rest: list[str], span: Span, taken: int) -> tuple[Value, int]:
        node = self._node
        declared = node.module.data if mode == "data" else node.module.resources
        title = f"data.{type_}.{name}" if mode == "data" else f"{type_}.{name}"
        identity = join(node.address, title)
        declaration = declared.get((type_, name))
        if declaration is None:
            return Unknown(f"{title} is not declared", span, identity=identity), taken
        found = node.instances(declaration, identity)
        if found.by is None and rest:
            return Attributes(node, declaration, found.items[0], identity, mode).at(rest[0], span), taken + 1

        def instance_value(instance: Instance) -> Value:
            own = identity + instance.key
            entries = Attributes(node, declaration, instance, own, mode)
            return ObjectValue(entries, span, open=True, identity=own)

        return _collected(found, span, identity, instance_value), taken


class Attributes(Mapping[str, Value]):
    """The arguments written in a resource or data source, evaluated when they are looked up."""

    def __init__(self, node: Node, declaration: Declaration, instance: Instance, identity: str, mode: str) -> None:
        self._node = node
        self._declaration = declaration
        self._instance = instance
        self._identity = identity
        self._mode = mode

    def __getitem__(self, name: str) -> Value:
        if name not in self._written():
            raise KeyError(name)
        return self.at(name, self._declaration.header)

    def __iter__(self) -> Iterator[str]:
        return iter(self._written())

    def __len__(self) -> int:
        return len(self._written())

    def at(self, name: str, span: Span) -> Value:
        """An attribute as seen from a reference to it."""
        title = f"{self._identity}.{name}"
        attribute = self._declaration.attribute(name)
        if attribute is not None:
            evaluating = self._node.tree.evaluating
            if title in evaluating:
                return Unknown(f"{title} refers to itself", span, identity=title)
            evaluating.add(title)
            value = self._node.evaluate(attribute.expression, self._instance.names)
            evaluating.remove(title)
            if not isinstance(value, Null):
                return moved(value, span, title, title)
        elif self._mode == "data" and self._declaration.labels[0] == "aws_region" and name in _REGION:
            found = region(self._node, self._declaration)
            if isinstance(found, Known):
                return replace(found, span=span, trail=(Step("region of the provider", found.span), *found.trail))
        reason = f"{title} is known after apply"
        return Unknown(reason, span, identity=title, not_null=name in _NEVER_NULL)

    def _written(self) -> dict[str, object]:
        return dict.fromkeys(self._declaration.attributes())


def _part(value: Value, message: str, rest: Sequence[str], span: Span, identity: str, taken: int) -> tuple[Value, int]:
    """The part of a value that is referred to, as seen from there, and how many names that took."""
    part, further = narrowed(value, rest)
    title = ".".join((identity, *rest[:further]))
    return moved(part, span, message, title), taken + further


def _outputs(node: Node, span: Span) -> Value:
    return ObjectValue(_Outputs(node, span), span, identity=node.address)


class _Outputs(Mapping[str, Value]):
    """The outputs of a module instance, evaluated when they are looked up."""

    def __init__(self, node: Node, span: Span) -> None:
        self._node = node
        self._span = span

    def __getitem__(self, name: str) -> Value:
        if name not in self._node.module.outputs:
            raise KeyError(name)
        value, message = self._node.output(name, self._span)
        title = f"{self._node.address}.{name}"
        return moved(value, self._span, f"{message} of {self._node.address}", title)

    def __iter__(self) -> Iterator[str]:
        return iter(self._node.module.outputs)

    def __len__(self) -> int:
        return len(self._node.module.outputs)


def _collected(found: Instances, span: Span, identity: str, value: Callable[[Instance], Value]) -> Value:
    """All instances: a list for `count`, a map for `for_each`, unknown where they are, or the only one."""
    if found.reason is not None:
        return Unknown(found.reason, span, identity=identity, not_null=True)
    if found.by is None:
        return value(found.items[0])
    items = found.items if found.exist else ()
    if found.by == "count":
        return ListValue(tuple(value(item) for item in items), span, open=found.left_out)
    return ObjectValue({str(item.index): value(item) for item in items}, span, open=found.left_out)
