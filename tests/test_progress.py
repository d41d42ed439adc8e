"""The progress bar: for those who wait at a terminal, and nobody else."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from samples import BROKEN, package_path, run, write

from cogcheck.options import Options
from cogcheck.progress import Bar
from cogcheck.scan import scan


class Gone(io.StringIO):
    """A terminal that has gone away."""

    def write(self, text: str) -> int:
        raise OSError


def ticks(*seconds: float) -> Iterator[float]:
    yield from seconds


def test_short_scans_show_nothing() -> None:
    stream, clock = io.StringIO(), ticks(0, 0.5, 1.4)
    bar = Bar(stream, lambda: next(clock))
    bar("reading", 1, 3)
    bar("reading", 2, 3)
    bar.close()
    assert stream.getvalue() == ""


def test_long_scans_show_a_bar_now_and_then_that_is_gone_in_the_end() -> None:
    stream, clock = io.StringIO(), ticks(0, 2, 2.05, 2.2)
    bar = Bar(stream, lambda: next(clock))
    for done in (1, 2, 3):
        bar("reading", done, 4)
    bar.close()
    bar.close()
    first, second = f"reading [{'#' * 7}{'.' * 23}] 1/4", f"reading [{'#' * 22}{'.' * 8}] 3/4"
    assert stream.getvalue() == f"\r\x1b[K{first}\r\x1b[K{second}\r\x1b[K"


def test_a_terminal_that_has_gone_away_stops_nothing() -> None:
    clock = ticks(0, 2, 3)
    bar = Bar(Gone(), lambda: next(clock))
    bar("reading", 1, 4)
    bar("reading", 2, 4)
    bar.close()


def test_a_scan_tells_how_much_is_done(tmp_path: Path) -> None:
    write(tmp_path, {".git/HEAD": "", "a/main.tf": BROKEN, "b/main.tf": BROKEN})
    told: list[tuple[str, int, int]] = []
    scan([tmp_path], Options(progress=lambda *step: told.append(step)))
    assert told == [("checking", 0, 2), ("checking", 1, 2)]


def test_a_pipe_sees_no_bar(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": BROKEN})
    assert run("scan", cwd=tmp_path).stderr == b""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("arguments", "shown"), [([], True), (["--quiet"], False)])
def test_a_terminal_sees_one(tmp_path: Path, arguments: list[str], shown: bool) -> None:
    write(tmp_path, {"main.tf": BROKEN})
    impatient = "import cogcheck.progress as p; p._PATIENCE = 0; from cogcheck.__main__ import main; main()"
    import pty

    leader, follower = pty.openpty()
    pid = os.fork()
    if pid == 0:
        os.dup2(follower, 2)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.chdir(tmp_path)
        environment = {**os.environ, "PYTHONPATH": package_path()}
        os.execve(sys.executable, [sys.executable, "-c", impatient, "scan", *arguments], environment)
    os.waitpid(pid, 0)
    os.write(follower, b"!")
    seen = ""
    while not seen.endswith("!"):
        seen += os.read(leader, 4096).decode()
    os.close(leader)
    os.close(follower)
    assert ("checking [" in seen) == shown
    assert seen.endswith("\x1b[K!" if shown else "!")
