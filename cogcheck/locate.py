"""What the readers found in a resource's block, told with the resource's address and the argument's path."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from cogcheck.catalogue.paths import Node, join
from cogcheck.catalogue.shapes import ResourceShape
from cogcheck.model import Problem, Resource, Span

_OF_RESOURCES = frozenset({"attribute-set-twice"})
"""Problems of the readers that are about a resource, not about the input: their span is the argument's name."""


def located(
    problems: Sequence[Problem], resources: Iterable[Resource], shapes: Mapping[str, ResourceShape]
) -> list[Problem]:
    """The problems, each of an argument with its path and the addresses of the resources that it stands in."""
    names = sorted({one.span for one in problems if one.slug in _OF_RESOURCES}, key=lambda span: span.order)
    places: dict[Span, dict[str, str]] = {}
    for resource in resources if names else ():
        shape = shapes.get(resource.type)
        for name, path in _paths(Node(resource.block, shape.root if shape else None), names).items():
            places.setdefault(name, {})[resource.address] = path
    return [_located(one, places[one.span]) if one.span in places else one for one in problems]


def _located(problem: Problem, paths: Mapping[str, str]) -> Problem:
    if problem.slug not in _OF_RESOURCES:
        return problem
    return replace(problem, resources=tuple(paths), argument=next(iter(paths.values())))


def _paths(node: Node, names: Sequence[Span]) -> dict[Span, str]:
    """The paths of those arguments that stand in a block, by the places of their names, which are sorted."""
    names = _inside(names, node.block.span)
    found: dict[Span, str] = {}
    for type_ in dict.fromkeys(block.type for block in node.block.blocks) if names else ():
        for child in node.children(type_):
            for name, path in _paths(child, names).items():
                found.setdefault(name, path)
    for name in names:
        if name not in found and name.text in node.block.arguments:
            found[name] = join(node.path, name.text)
    return found


def _inside(names: Sequence[Span], outer: Span) -> Sequence[Span]:
    path = outer.document.path
    first = bisect_left(names, (path, outer.start), key=_begin)
    last = bisect_left(names, (path, outer.end), key=_begin)
    return [name for name in names[first:last] if outer.holds(name)]


def _begin(span: Span) -> tuple[str, int]:
    return span.document.path, span.start
