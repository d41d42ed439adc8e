"""Judges everything that a scan gathers: here, or where there is much of it shared out among processes."""

from __future__ import annotations

import gc
from collections.abc import Generator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from cogcheck.gather import Gathered, Gathering
from cogcheck.judging import Judge, Judged, Ruling
from cogcheck.model import Document, Problem, Span

if TYPE_CHECKING:
    from cogcheck.options import Options

ENOUGH = 200_000
"""Bytes of root modules from which on a second process saves more time than it costs to start: 150 modules or so."""
_SHARES = 8
"""Shares for each process: as all do not take the same time, and the last ones should end together."""
_WORK = 4_000_000
_WORK_FOR_ROOT = 5_000
_WORK_FOR_BYTE = 2
"""How many steps a scan may take, of which a pool that people write takes a thousand. Each root module has limits, but
there may be many; and only what is counted stops at the same place on every machine.
"""


def judge_all(gathering: Gathering, ruling: Ruling, options: Options) -> Judged:
    """What there is to say of everything."""
    judge = Judge(ruling, ignores=options.ignores)
    judged = Judged()
    for part in gathering.beside():
        judged.add(judge(part))
    roots = gathering.roots
    most = _WORK + _WORK_FOR_ROOT * len(roots) + _WORK_FOR_BYTE * sum(map(gathering.size, roots))
    with closing(_judged(gathering, judge, options)) as results:
        for done, one in enumerate(results):
            if options.progress is not None:
                options.progress("checking", done, len(roots))
            if judged.work > most:
                break
            judged.add(one)
    for part in gathering.rest(frozenset(judged.directories)) if judged.work <= most else ():
        judged.add(judge(part))
        if judged.work > most:
            break
    if judged.work > most and (left_out := gathering.unreached(judged.directories)):
        judged.add(_left_out(left_out, judge))
    return judged


def _left_out(documents: Sequence[Document], judge: Judge) -> Judged:
    """That files were not looked at, so that nothing can be promised about them."""
    others = {1: "", 2: ", nor is another"}.get(len(documents), f", nor are {len(documents) - 1:,} others")
    message = f"This file is not checked{others}: the scan stopped, since what comes before takes too much work"
    problem = Problem("evaluation-limit", message, Span(documents[0], 0, 0), "Scan one directory at a time.")
    judged = judge(Gathered(problems=[problem]))
    judged.unreadable = {document.path for document in documents}
    return judged


class _Share:
    """The work on some root modules, one after the other."""

    def __init__(self, gathering: Gathering, judge: Judge) -> None:
        self._gathering = gathering
        self._judge = judge

    def __call__(self, roots: Sequence[str]) -> list[Judged]:
        return [self._judge(self._gathering.part(root)) for root in roots]


def _judged(gathering: Gathering, judge: Judge, options: Options) -> Generator[Judged, None, None]:
    """What each root module gives, in their order."""
    roots = gathering.roots
    share = _Share(gathering, judge)
    sizes = [gathering.size(root) for root in roots] if options.jobs != 1 else []
    done = 0
    if options.jobs > 1 or sum(sizes) >= ENOUGH:
        from cogcheck import workers

        how = workers.method() or ("spawn" if options.jobs > 1 else None)
        jobs = options.jobs or workers.processors()
        if how is not None and jobs > 1:
            shares = _shares(roots, sizes, jobs * _SHARES)
            gc.freeze()  # a look at what all have in common would copy it to each process
            try:
                for results in workers.spread(share, shares, jobs, how):
                    done += len(results)
                    yield from results
            finally:
                gc.unfreeze()
    for root in roots[done:]:
        yield from share([root])


def _shares(roots: Sequence[str], sizes: Sequence[int], count: int) -> list[tuple[str, ...]]:
    """The root modules in about so many shares of the same size, in their order."""
    most = sum(sizes) / count
    shares: list[list[str]] = [[]]
    size = 0.0
    for root, bytes_ in zip(roots, sizes, strict=True):
        if size >= most:
            shares.append([])
            size -= most
        shares[-1].append(root)
        size += bytes_
    return [tuple(share) for share in shares]
