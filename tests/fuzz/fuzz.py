"""`make fuzz`: fuzzes targets, each in a process of its own, and tells how it went."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from targets import TARGETS

_REACHED = re.compile(rb"#(\d+)[^\n]* cov: (\d+) ")


def main() -> int:
    """The exit code tells whether anything broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=(*TARGETS, "all"))
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--into", type=Path, default=Path(".fuzz"), help="where corpora, logs and broken inputs go")
    given = parser.parse_args()
    wanted = TARGETS if given.target == "all" else (given.target,)
    return max([_fuzz(target, given.seconds, given.into.resolve() / target) for target in wanted])


def _fuzz(target: str, seconds: int, directory: Path) -> int:
    """Fuzz a target, and tell in a line how that went."""
    broken, log = directory / "broken", directory / "log"
    broken.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, str(Path(__file__).with_name("fuzzer.py")), target, str(seconds), str(directory)]
    memory = Path("/dev/shm")
    with (
        open(log, "wb") as stream,
        tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as scratch,
    ):
        code = subprocess.run(command, stdout=stream, stderr=stream, cwd=scratch, check=False).returncode
    runs, coverage = (_REACHED.findall(log.read_bytes()) or [(b"0", b"0")])[-1]
    print(f"{target:14} {int(runs):>9,} inputs  coverage {int(coverage):>6,}", flush=True)
    found = sorted(broken.iterdir())
    for path in found or ([log] if code else []):
        print(f"    broken: see {path}")
    return int(code != 0 or bool(found))


if __name__ == "__main__":
    sys.exit(main())
