"""Generates the repositories that the benchmark runs on: always the same ones, and no two modules in them alike."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from random import Random

from pools import module
from surroundings import files

FILES, BYTES, POOLS = 20_000, 45_000_000, 10
"""The monorepo: its `.tf` files, what they hold together, and how many pools are among them."""


def one_file(root: Path) -> None:
    """One file with one pool."""
    _write(root / "main.tf", module(Random(0), "customers"))


def modules(root: Path, count: int) -> None:
    """Root modules with a pool each, some in groups of folders as teams have them."""
    for number in range(count):
        name = f"pool-{number}"
        _write(root / f"team-{number % 25}" / name / "main.tf", module(Random(number), name))


def monorepo(root: Path) -> None:
    """Many files about everything, ten of them with a pool."""
    random = Random(20_000)
    per_file = BYTES // FILES - 120  # the last part of a file goes beyond
    with_pool = set(range(FILES // POOLS // 2, FILES, FILES // POOLS))
    number = 0
    while number < FILES:
        directory = root / f"domain-{number % 40}" / f"service-{number}"
        for name, text in files(random, number, per_file).items():
            if number in with_pool:
                _write(
                    root / f"domain-{number % 40}" / f"identity-{number}" / "main.tf", module(random, f"pool-{number}")
                )
            elif number < FILES:
                _write(directory / name, text)
            number += 1


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


KINDS: dict[str, Callable[[Path], None]] = {
    "one": one_file,
    "hundred": lambda root: modules(root, 100),
    "thousand": lambda root: modules(root, 1000),
    "monorepo": monorepo,
}
"""The repositories by name."""


def repository(kind: str, below: Path) -> Path:
    """The directory of a repository, generated if it is not there yet."""
    root = below / kind
    done = root / ".git" / "generated"
    if not done.exists():
        KINDS[kind](root)
        # The root of a repository bounds what is read; written last, so that half of one is made anew.
        _write(done, "")
    return root


def main() -> None:
    """Generate all of them below a directory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("kinds", nargs="*", default=list(KINDS), metavar="KIND")
    arguments = parser.parse_args()
    for kind in arguments.kinds:
        print(repository(kind, arguments.directory))


if __name__ == "__main__":
    main()
