"""What the readers found in a resource's block, told with the resource's address and the argument's path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from cogcheck.catalogue.paths import Node, join
from cogcheck.catalogue.shapes import ResourceShape
from cogcheck.model import Problem, Resource, Span

_OF_RESOURCES = frozenset({"attribute-set-twice"})
"""Problems of the readers that are about a resource, not about the input: their span is the argument's name."""


def located(
    problems: Iterable[Problem], resources: Iterable[Resource], shapes: Mapping[str, ResourceShape]
) -> list[Problem]:
    """The problems, each of an argument with its path and the addresses of the resources that it stands in."""
    return [_located(one, resources, shapes) if one.slug in _OF_RESOURCES else one for one in problems]


def _located(problem: Problem, resources: Iterable[Resource], shapes: Mapping[str, ResourceShape]) -> Problem:
    paths: dict[str, str] = {}
    for resource in resources:
        shape = shapes.get(resource.type)
        path = _path(Node(resource.block, shape.root if shape else None), problem.span)
        if path is not None:
            paths[resource.address] = path
    if not paths:
        return problem
    return replace(problem, resources=tuple(paths), argument=next(iter(paths.values())))


def _path(node: Node, name: Span) -> str | None:
    if not _within(name, node.block.span):
        return None
    for type_ in dict.fromkeys(block.type for block in node.block.blocks):
        for child in node.children(type_):
            if (path := _path(child, name)) is not None:
                return path
    return join(node.path, name.text) if name.text in node.block.arguments else None


def _within(inner: Span, outer: Span) -> bool:
    return inner.document is outer.document and outer.start <= inner.start and inner.end <= outer.end
