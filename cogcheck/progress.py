"""The progress of a long scan, on a terminal: one line, drawn over itself, gone in the end."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

_PATIENCE = 1.5
"""Seconds before anything is shown: most scans are over by then."""
_INTERVAL = 0.1
_WIDTH = 30
_CLEAR = "\r\x1b[K"


class Bar:
    """Draws how much of each stage is done. `clock` gives seconds."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._next = clock() + _PATIENCE
        self._drawn = False

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Say that so many of the parts of a stage are done."""
        now = self._clock()
        if now < self._next or total <= 0:
            return
        self._next = now + _INTERVAL
        self._drawn = True
        filled = _WIDTH * done // total
        self._write(f"{_CLEAR}{stage} [{'#' * filled}{'.' * (_WIDTH - filled)}] {done}/{total}")

    def close(self) -> None:
        """Remove the line, if there is one."""
        if self._drawn:
            self._write(_CLEAR)
            self._drawn = False

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:  # a terminal that has gone away is no reason to stop
            self._next = float("inf")
