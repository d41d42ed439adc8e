"""Work in several processes: results come in the order of the work, and a process that dies costs nothing but time."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, Pipe, wait
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_MOST = 6
"""More would hold over 200 MB together, and gain little: gathering and reporting are the work of one."""


def processors() -> int:
    """How many processes can run at once here, within reason."""
    affinity = getattr(os, "sched_getaffinity", None)
    return min(_MOST, len(affinity(0)) if affinity is not None else os.cpu_count() or 1)


def method() -> str | None:
    """How processes are started without asking: by forking, where that is safe; None where nothing is."""
    threads = sys.modules.get("threading")
    alone = threads is None or threads.active_count() == 1
    return "fork" if sys.platform == "linux" and alone else None


def spread(work: Callable[[Item], Result], items: Sequence[Item], jobs: int, how: str) -> Iterator[Result]:
    """The results of the work on each item, in order. Ends early where a process died: the rest is left to do."""
    context: Any = get_context(how)
    connections: list[Connection] = []
    processes: list[Any] = []
    try:
        with suppress(OSError):  # the system gives no more processes or pipes: fewer do the work as well
            while len(processes) < min(jobs, len(items)):
                processes.append(_started(context, connections, how, work))
        yield from _in_order(connections[: len(processes)], items)
    finally:
        for connection in connections:
            connection.close()
        for process in processes:
            process.terminate()
            process.join()


def _started(context: Any, connections: list[Connection], how: str, work: Callable[[Any], Any]) -> Any:
    """One more process at work, with its connection. Raises OSError."""
    ours, theirs = Pipe()
    connections.append(ours)
    # Forked processes inherit the ends of all pipes: one held by a sibling would keep it open for ever.
    inherited = list(connections) if how == "fork" else []
    process = context.Process(target=_serve, args=(theirs, inherited, work), daemon=True)
    try:
        process.start()
    finally:
        theirs.close()
    return process


def _in_order(connections: Sequence[Connection], items: Sequence[Any]) -> Iterator[Any]:
    given = iter(enumerate(items))
    numbers: dict[Connection, int] = {}
    results: dict[int, Any] = {}
    following = 0
    try:
        for connection in connections:
            _give(connection, given, numbers)
        while numbers:
            for ready in wait(list(numbers)):
                assert isinstance(ready, Connection)  # noqa: S101 - nothing else was asked for
                results[numbers.pop(ready)] = ready.recv()
                _give(ready, given, numbers)
            while following in results:
                yield results.pop(following)
                following += 1
    except (EOFError, OSError):  # a process died
        return


def _give(connection: Connection, given: Iterator[tuple[int, Any]], numbers: dict[Connection, int]) -> None:
    entry = next(given, None)
    if entry is not None:
        numbers[connection], item = entry
        connection.send(item)


def _serve(connection: Connection, inherited: Sequence[Connection], work: Callable[[Any], Any]) -> None:
    """Work on what comes until nothing does. A mistake ends the process: who started it meets the mistake too."""
    # The process that started this one ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for other in inherited:
        other.close()
    try:
        while True:
            connection.send(work(connection.recv()))
    except Exception:
        connection.close()
