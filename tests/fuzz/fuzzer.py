"""Gives one target inputs that reach ever more of the code, and keeps what breaks it, made small.

Runs in an empty working directory: `python fuzzer.py TARGET SECONDS DIRECTORY`.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import pkgutil
import sys
import traceback
from collections.abc import Callable, Sequence
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


def main(target: str, seconds: str, directory: Path) -> None:
    """Fuzz a target; the process ends with this."""
    os.environ["COGCHECK_DEBUG"] = "1"  # no safety net hides a mistake of ours
    for name in ("seeds", "corpus", "broken"):
        (directory / name).mkdir(parents=True, exist_ok=True)
    known = [*seeds.seeds(target), *_bytes(targets.REGRESSIONS / target), *_bytes(directory / "broken")]
    for path in (directory / "broken").iterdir():
        path.unlink()  # what is not mended breaks again
    for seed in known:
        (directory / "seeds" / _name(seed)).write_bytes(seed)
    dictionary = directory / "dictionary"
    dictionary.write_text("".join(f'"{_escaped(word)}"\n' for word in mutation.words() if len(word) < 64))
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
    keeping = _keeping(targets.TARGETS[target], directory / "broken")
    atheris.Setup(arguments, keeping, custom_mutator=_mutator(known))
    atheris.Fuzz()


def _bytes(directory: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(directory.glob("*"))]


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
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
