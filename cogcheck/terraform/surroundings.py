"""What stands around the resources of a module tree: its other resources, the provider's region and releases."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cogcheck.model import Surroundings

if TYPE_CHECKING:
    from cogcheck.model import Resources, Value, Versions
    from cogcheck.terraform.module import Module
    from cogcheck.terraform.sources import Sources


class TreeSurroundings(Surroundings):
    """The surroundings of one resource. `find` gives the resources of a type when a rule first asks for them."""

    def __init__(
        self,
        find: Callable[[str], Resources],
        versions: Versions,
        region: Value | None,
        complete: Callable[[], bool],
    ) -> None:
        self._find = find
        self.versions = versions
        self.region = region
        self._complete = complete

    @property
    def complete(self) -> bool:
        """Whether every module of the tree could be read, and nothing was left out for a limit."""
        return self._complete()

    def resources(self, type_: str) -> Resources:
        """The resources of a type in the whole module tree, data sources as `data.TYPE`, each instance on its own."""
        return self._find(type_)


def reachable(sources: Sources, root: str) -> tuple[list[Module], bool]:
    """The modules that a root module calls, itself included, and whether all that it calls could be read."""
    modules = {root: sources.module(root)}
    pending = [root]
    complete = True
    while pending:
        directory = pending.pop()
        # A file that could not be read in full may lack blocks.
        complete = complete and not any(file.problems for file in modules[directory].files)
        for call in modules[directory].calls.values():
            target, _ = sources.called(directory, call)
            if target is None:
                complete = False
            elif target not in modules:
                modules[target] = sources.module(target)
                pending.append(target)
    return list(modules.values()), complete
