"""Declarations in a module instance -> resources with addresses, values and surroundings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from cogcheck.model import Null, Resource, Resources, Versions
from cogcheck.syntax.body import Literal, ObjectExpr
from cogcheck.terraform.addresses import join, without_keys
from cogcheck.terraform.bodies import merged
from cogcheck.terraform.expand import META_BLOCKS, expand_block, ignored_changes
from cogcheck.terraform.providers import provider_source, region, versions
from cogcheck.terraform.surroundings import TreeSurroundings, reachable

if TYPE_CHECKING:
    from cogcheck.catalogue.shapes import BlockShape
    from cogcheck.model import Block, Value
    from cogcheck.syntax.body import Body, Expression
    from cogcheck.terraform.module import Declaration
    from cogcheck.terraform.tree import Node, Tree

_DATA = "data."


class Builder:
    """Makes the resources of one module tree. `shapes` tell what is a block in Terraform JSON."""

    def __init__(self, tree: Tree, shapes: Mapping[str, BlockShape | None]) -> None:
        self._tree = tree
        self._shapes = shapes
        self._modules, self._complete = reachable(tree.sources, tree.directory)
        self._versions: dict[str, Versions] = {}
        self._found: dict[str, Resources] = {}

    def build(self, node: Node, declaration: Declaration, data: bool = False) -> Iterator[Resource]:
        """The instances of a resource, or of a data source. Where they are unknown, one that stands for all."""
        if self._tree.full and not self._tree.allow(declaration.header):
            return
        type_, name = declaration.labels
        title = f"{_DATA if data else ''}{type_}.{name}"
        address = join(node.address, title)
        found = node.instances(declaration, address)
        bodies = (declaration.block.body, *(block.body for block in declaration.overrides))
        shape = self._shapes.get(type_)
        body = merged(bodies, {*(shape.blocks if shape is not None else ()), *META_BLOCKS, "dynamic"})
        ignored = ignored_changes(bodies)
        around = self._surroundings(node, type_, region(node, declaration))
        construct = construct_path(bodies[0])
        exists = node.exists and found.exist
        seen = node if exists else node.validated
        everywhere = None if exists else seen.instances(declaration, address).items[0].names
        for instance in found.items:
            if not self._tree.allow(declaration.header):
                return
            scope = seen.within(instance.names if everywhere is None else everywhere)
            block = expand_block(
                body, scope, self._tree.budget, shape, declaration.header, declaration.block.span, type_
            )
            self._tree.weigh(block)
            own = _own_region(block)
            yield Resource(
                _DATA + type_ if data else type_,
                name,
                address + instance.key,
                block,
                around if own is None else self._surroundings(node, type_, own),
                construct,
                exists,
                ignored,
                without_keys(address),
            )

    def of_type(self, type_: str) -> Resources:
        """All resources of a type in the tree; data sources as `data.TYPE`."""
        if type_ not in self._found:
            self._found[type_] = Resources()  # while they are made, nothing can ask for them
            self._found[type_] = Resources(self._walk(type_))
        return self._found[type_]

    def _walk(self, type_: str) -> Iterator[Resource]:
        data = type_.startswith(_DATA)
        wanted = type_.removeprefix(_DATA)
        pending = [self._tree.root]
        while pending:
            node = pending.pop()
            for (declared, _), declaration in (node.module.data if data else node.module.resources).items():
                if declared == wanted:
                    yield from self.build(node, declaration, data)
            children = [child for name in node.module.calls for child in node.children(name).nodes]
            pending.extend(reversed(children))

    def _surroundings(self, node: Node, type_: str, around: Value | None) -> TreeSurroundings:
        source = provider_source(node.module, type_)
        if source not in self._versions:
            tree = self._tree
            self._versions[source] = versions(
                source, self._modules, tree.sources, tree.directory, tree.options.provider_version
            )
        return TreeSurroundings(
            self.of_type, self._versions[source], around, lambda: self._complete and not self._tree.cut
        )


def construct_path(body: Body) -> str | None:
    """The path of the construct that a CDKTF program made a resource with, as its metadata has it."""
    metadata = _member(body.meta, "metadata")
    path = _member(metadata, "path")
    return path.value if isinstance(path, Literal) and isinstance(path.value, str) else None


def _member(expression: Expression | None, name: str) -> Expression | None:
    if isinstance(expression, ObjectExpr):
        for key, value in expression.items:
            if isinstance(key, Literal) and key.value == name:
                return value
    return None


def _own_region(block: Block) -> Value | None:
    """The region that a resource sets for itself, as it can from release 6 of the provider on."""
    argument = block.arguments.get("region")
    return None if argument is None or isinstance(argument.value, Null) else argument.value
