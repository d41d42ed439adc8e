"""`make fuzz`: gives the targets inputs that reach ever more of the code, and keeps what breaks them, made small.

python tests/fuzz/fuzz.py TARGET|all --seconds N --into DIRECTORY
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import os
import pkgutil
import re
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from random import Random

import atheris

with atheris.instrument_imports(include=["cogcheck"], enable_loader_override=False):
    import cogcheck

    for found in pkgutil.walk_packages(cogcheck.__path__, "cogcheck."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)

import mutation
import seeds
import targets

_SLOWER = 5.0
"""Code that reports what it reaches takes several times as long."""
_LONGEST = 40_000
_MEBIBYTES = 2_048
_MUTATED_BLINDLY = 0.2
_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyz_.0123456789")
_COVERAGE = re.compile(rb"#(\d+)\t?[^\n]*cov: (\d+) ft: (\d+)")


def main() -> int:
    """Fuzz one target in this process, or each in one of its own; the exit code tells whether anything broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=(*targets.TARGETS, "all"))
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--into", type=Path, default=Path(".fuzz"), help="where corpora and broken inputs go")
    given = parser.parse_args()
    into = given.into.resolve()
    if given.target != "all":
        _fuzz(given.target, given.seconds, into / given.target)
    return max([_watch(target, given.seconds, into) for target in targets.TARGETS])


def _watch(target: str, seconds: int, into: Path) -> int:
    """Fuzz a target in a process of its own, and tell in a line how it went."""
    directory = into / target
    (directory / "broken").mkdir(parents=True, exist_ok=True)
    with open(directory / "log", "wb") as log:
        command = [sys.executable, __file__, target, "--seconds", str(seconds), "--into", str(into)]
        code = subprocess.run(command, stdout=log, stderr=log, check=False).returncode
    lines = _COVERAGE.findall((directory / "log").read_bytes())
    runs, coverage, _ = map(int, lines[-1]) if lines else (0, 0, 0)
    broken = sorted((directory / "broken").iterdir())
    print(f"{target:14} {runs:>9,} inputs  coverage {coverage:>6,}  broken {len(broken)}", flush=True)
    for path in broken:
        print(f"    {path}")
    return int(code != 0 or bool(broken))


def _fuzz(target: str, seconds: int, directory: Path) -> None:
    """Fuzz a target; the process ends with this."""
    os.environ["COGCHECK_DEBUG"] = "1"  # no safety net hides a mistake of ours
    known = [*seeds.seeds(target), *regressions(target)]
    for name in ("seeds", "corpus", "broken"):
        (directory / name).mkdir(parents=True, exist_ok=True)
    for seed in known:
        (directory / "seeds" / _name(seed)).write_bytes(seed)
    dictionary = directory / "dictionary"
    dictionary.write_text("".join(f'"{_escaped(word)}"\n' for word in mutation.words() if len(word) < 64))
    memory = "/dev/shm"
    with tempfile.TemporaryDirectory(dir=memory if os.path.isdir(memory) else None) as scratch:
        os.chdir(scratch)
        arguments = [
            sys.argv[0],
            f"-max_total_time={seconds}",
            f"-max_len={_LONGEST}",
            f"-rss_limit_mb={_MEBIBYTES}",
            f"-timeout={targets.SECONDS * _SLOWER * 3:.0f}",
            f"-artifact_prefix={directory / 'broken'}/",
            f"-dict={dictionary}",
            "-print_final_stats=1",
            str(directory / "corpus"),
            str(directory / "seeds"),
        ]
        atheris.Setup(
            arguments, _keeping(targets.TARGETS[target], directory / "broken"), custom_mutator=_mutator(known)
        )
        atheris.Fuzz()


def regressions(target: str) -> list[bytes]:
    """What broke a target once."""
    return [path.read_bytes() for path in sorted((targets.REGRESSIONS / target).glob("*"))]


def _keeping(target: targets.Target, directory: Path) -> Callable[[bytes], None]:
    """The target, made to keep what breaks it, and to go on: one for each place in the code that raises."""
    seen: set[str] = set()

    def keep(data: bytes) -> None:
        error = _failure(target, data)
        if error is None or (place := _place(error)) in seen:
            return
        seen.add(place)
        path = directory / _name(data)
        path.write_bytes(data)
        print(f"BROKEN {path}", *traceback.format_exception(error), sep="\n", file=sys.stderr, flush=True)
        small = mutation.smaller(
            data, lambda part: (again := _failure(target, part)) is not None and _place(again) == place
        )
        path.write_bytes(small)

    return keep


def _failure(target: targets.Target, data: bytes) -> Exception | None:
    """What is raised for an input."""
    try:
        targets.run(target, data, targets.SECONDS * _SLOWER)
    except Exception as error:
        return error
    return None


def _place(error: Exception) -> str:
    """Where something is raised, in a few words that tell one mistake from another."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return " ".join([type(error).__name__, *(f"{frame.filename}:{frame.lineno}" for frame in frames)])


def _mutator(known: Sequence[bytes]) -> Callable[[bytes, int, int], bytes]:
    mutator = mutation.Mutator(known)

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        random = Random(seed)
        if random.random() < _MUTATED_BLINDLY:
            changed: bytes = atheris.Mutate(data, most)
            return changed
        return mutator(data, most, random)

    return mutate


def _name(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def _escaped(word: bytes) -> str:
    return "".join(chr(byte) if byte in _PLAIN else f"\\x{byte:02x}" for byte in word)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main())
