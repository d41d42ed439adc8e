"""Judges everything that a scan gathers: here, or where there is much of it shared out among processes."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cogcheck.judging import Judge, Judged, Ruling

if TYPE_CHECKING:
    from cogcheck.gather import Gathering
    from cogcheck.options import Options

ENOUGH = 200_000
"""Bytes of root modules from which on a second process saves more time than it costs to start: 150 modules or so."""
_SHARES = 8
"""Shares for each process: as all do not take the same time, and the last ones should end together."""


def judge_all(gathering: Gathering, ruling: Ruling, options: Options) -> Judged:
    """What there is to say of everything."""
    judge = Judge(ruling, ignores=options.ignores)
    judged = Judged()
    roots, done = gathering.roots, 0
    for number, one in _judged(gathering, judge, options):
        if options.progress is not None:
            options.progress("checking", done, len(roots))
        judged.add(one)
        done += number
    for part in gathering.rest(frozenset(judged.directories)):
        judged.add(judge(part))
    return judged


class _Share:
    """The work on some root modules, one after the other."""

    def __init__(self, gathering: Gathering, judge: Judge) -> None:
        self._gathering = gathering
        self._judge = judge

    def __call__(self, roots: Sequence[str]) -> Judged:
        judged = Judged()
        for root in roots:
            judged.add(self._judge(self._gathering.part(root)))
        return judged


def _judged(gathering: Gathering, judge: Judge, options: Options) -> Iterator[tuple[int, Judged]]:
    """What each root module gives, or some of them together, and how many these are."""
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
            for roots_of_share, result in zip(shares, workers.spread(share, shares, jobs, how), strict=False):
                done += len(roots_of_share)
                yield len(roots_of_share), result
            gc.unfreeze()
    for root in roots[done:]:
        yield 1, share([root])


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
