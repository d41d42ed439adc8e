"""Whole processes measured: seconds, and the memory of a process and all that it starts, taken together."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_INTERVAL = 0.01


@dataclass(frozen=True, slots=True)
class Measure:
    """Medians over the runs of a command: seconds of the clock and of the processors, and the highest memory in MB."""

    wall: float
    cpu: float
    memory: float | None


@dataclass(frozen=True, slots=True)
class Command:
    """A command to measure; `expected` are the exit codes of a run that did what it should."""

    words: tuple[str, ...]
    expected: tuple[int, ...] = (0,)
    directory: Path | None = None
    environment: Mapping[str, str] | None = None


def measure(command: Command, times: int) -> Measure:
    """Run a command so many times, and once more for the memory: looking at that takes time itself."""
    seconds = [_timed(command) for _ in range(times)]
    walls, cpus = zip(*seconds, strict=True)
    return Measure(statistics.median(walls), statistics.median(cpus), _memory(command))


def _start(command: Command) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command.words,
        cwd=command.directory,
        env={**os.environ, **(command.environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _timed(command: Command) -> tuple[float, float]:
    start = time.perf_counter()
    process = _start(command)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    _check(command, process.returncode)
    return wall, usage.ru_utime + usage.ru_stime


def _check(command: Command, code: int) -> None:
    if code not in command.expected:
        raise RuntimeError(f"{' '.join(command.words)} ended with {code}")


def _memory(command: Command) -> float | None:
    """The most that all processes of the command held at once: what they share counts for each of them."""
    if not Path("/proc/self/statm").exists():
        return None
    process = _start(command)
    highest = 0
    while process.poll() is None:
        highest = max(highest, sum(_resident(directory, process.pid) for directory in _processes()))
        time.sleep(_INTERVAL)
    _check(command, process.returncode)
    return highest * os.sysconf("SC_PAGE_SIZE") / 1e6


def _processes() -> Sequence[str]:
    return [f"/proc/{name}" for name in os.listdir("/proc") if name.isdigit()]


def _resident(directory: str, session: int) -> int:
    """The pages that a process holds if it is one of the session."""
    try:
        with open(f"{directory}/stat", encoding="ascii", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
        return int(fields[21]) if int(fields[3]) == session else 0
    except (OSError, IndexError):  # it has just ended
        return 0
