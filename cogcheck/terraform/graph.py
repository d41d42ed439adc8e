"""Which directories call which, and from which root modules the directories of a scan are reached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cogcheck.terraform.sources import Sources


class Graph:
    """The calls between the directories of a repository.

    The bytes of the files tell which calls there may be; only modules that matter are parsed to be sure.
    """

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._calls: dict[str, frozenset[str | None]] = {}

    @cached_property
    def starts(self) -> tuple[str, ...]:
        """The directories of the scan that hold what is looked for, or may call modules that do."""
        return tuple(directory for directory in self._sources.discovery.directories if directory in self._holding)

    @cached_property
    def useful(self) -> frozenset[str]:
        """All directories through which a root module leads to what is looked for."""
        return frozenset({*self._holding, *self._above})

    @cached_property
    def roots(self) -> tuple[str, ...]:
        """The root modules above the starts: called by nobody."""
        return tuple(sorted(directory for directory, callers in self._above.items() if not callers))

    def own(self, root: str) -> set[str]:
        """A root module with all that nobody but it and these call."""
        own, pending = {root}, [root]
        while pending:
            for target in self._sources.targets(pending.pop()):
                if target not in own and self._possible_callers.get(target, set()) <= own:
                    own.add(target)
                    pending.append(target)
        return own

    @cached_property
    def _holding(self) -> set[str]:
        edges: dict[str, set[str]] = {}
        pending = list(self._sources.discovery.directories)
        while pending:
            directory = pending.pop()
            if directory not in edges:
                edges[directory] = self._sources.targets(directory)
                pending.extend(edges[directory])
        mentioned = [directory for directory in edges if self._sources.mentioned(directory)]
        return _spread(mentioned, _reversed(edges))

    @cached_property
    def _above(self) -> dict[str, set[str]]:
        """The starts and everything that calls them, each with its callers."""
        above: dict[str, set[str]] = {}
        pending = list(self.starts)
        while pending:
            directory = pending.pop()
            if directory not in above:
                above[directory] = self._callers(directory)
                pending.extend(above[directory])
        return above

    def _callers(self, directory: str) -> set[str]:
        possible = self._possible_callers.get(directory, ())
        return {caller for caller in possible if caller != directory and directory in self._called(caller)}

    def _called(self, caller: str) -> frozenset[str | None]:
        """What a module really calls, which is known when it is read; asked for once, as it may call very many."""
        if caller not in self._calls:
            calls = self._sources.module(caller).calls.values()
            self._calls[caller] = frozenset(self._sources.called(caller, call)[0] for call in calls)
        return self._calls[caller]

    @cached_property
    def _possible_callers(self) -> Mapping[str, set[str]]:
        return _reversed({directory: self._sources.targets(directory) for directory in self._sources.known})


def _reversed(edges: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    turned: dict[str, set[str]] = {}
    for start, ends in edges.items():
        for end in ends:
            turned.setdefault(end, set()).add(start)
    return turned


def _spread(starts: Iterable[str], edges: Mapping[str, Iterable[str]]) -> set[str]:
    """Everything that the edges lead to from the starts, these included."""
    reached: set[str] = set()
    pending = list(starts)
    while pending:
        at = pending.pop()
        if at not in reached:
            reached.add(at)
            pending.extend(edges.get(at, ()))
    return reached
