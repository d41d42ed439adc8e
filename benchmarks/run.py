"""Measures cogcheck against others, in turn, on generated repositories, and prints a table.

Runs in the environment that cogcheck is installed in, which has both parsers. checkov gets an environment of its own.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from measure import Command, Measure, measure
from repositories import repository

_HERE = Path(__file__).resolve().parent
_BIN = Path(sys.executable).parent
_FINDINGS = (0, 1)


def checkov(below: Path) -> Path | None:
    """The program, installed if need be; None where that is not possible."""
    environment = below / "checkov"
    program = environment / "bin" / "checkov"
    if not program.exists():
        python = environment / "bin" / "python"
        steps = [
            # Debian's Python has no ensurepip, so another one's pip installs.
            [sys.executable, "-m", "venv", "--without-pip", str(environment)],
            ["python3", "-m", "pip", "--python", str(python), "install", "--quiet", "checkov"],
        ]
        for step in steps:
            if subprocess.run(step, check=False).returncode != 0:
                print("checkov is left out: it could not be installed", file=sys.stderr)
                return None
    return program


def terraform(root: Path, copy: Path) -> Command | None:
    """`terraform validate` of a copy with the provider installed; None where Terraform or the provider is missing."""
    program = shutil.which("terraform")
    if program is None:
        print("terraform validate is left out: terraform is not on the PATH", file=sys.stderr)
        return None
    shutil.copytree(root, copy, dirs_exist_ok=True)
    done = subprocess.run(
        [program, "init", "-backend=false", "-input=false"], cwd=copy, capture_output=True, check=False
    )
    if done.returncode != 0:
        print("terraform validate is left out: the provider could not be installed", file=sys.stderr)
        return None
    return Command((program, "validate"), directory=copy)


def commands(kind: str, root: Path, other: Path | None) -> Iterator[tuple[str, Command]]:
    """What is run on a repository, by name; cogcheck last, as everything is compared with it."""
    python, where = sys.executable, str(root)
    parse = str(_HERE / "parse.py")
    if kind == "monorepo":
        yield "read all bytes", Command((python, parse, "read", where))
    else:
        if other is not None:
            words = (str(other), "-d", where, "--framework", "terraform", "--skip-download", "--quiet", "--compact")
            yield "checkov", Command(words, _FINDINGS)
        yield "python-hcl2, parsing alone", Command((python, parse, "python-hcl2", where))
        yield "tree-sitter-hcl, parsing alone", Command((python, parse, "tree-sitter", where))
    if kind == "one" and (validate := terraform(root, root.with_name("terraform"))) is not None:
        yield "terraform validate", validate
    scan = (str(_BIN / "cogcheck"), "scan", where)
    yield "cogcheck scan --jobs 1", Command((*scan, "--jobs", "1"), _FINDINGS)
    yield "cogcheck scan", Command(scan, _FINDINGS)


def table(title: str, measures: dict[str, Measure]) -> Iterator[str]:
    """The lines of a table in Markdown; the last one is what the others are compared with."""
    ours = list(measures.values())[-1]
    yield f"| {title} | seconds | CPU seconds | MB | times cogcheck |"
    yield "|---|---|---|---|---|"
    for name, one in measures.items():
        memory = "" if one.memory is None else f"{one.memory:.0f}"
        yield f"| {name} | {one.wall:.2f} | {one.cpu:.2f} | {memory} | {one.wall / ours.wall:.1f} |"
    yield ""


def _starts(times: int) -> dict[str, Measure]:
    return {
        "python -c pass": measure(Command((sys.executable, "-c", "pass")), times),
        "cogcheck --version": measure(Command((str(_BIN / "cogcheck"), "--version")), times),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path, help="where the repositories are made, and checkov is installed")
    parser.add_argument("--times", type=int, default=5, help="how often each command is run")
    parser.add_argument("kinds", nargs="*", default=["one", "hundred", "thousand", "monorepo"])
    arguments = parser.parse_intermixed_args()
    below = arguments.directory.resolve()
    other = checkov(below) if set(arguments.kinds) - {"monorepo"} else None
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{datetime.now(UTC):%Y-%m-%d}, {machine}; medians of {arguments.times} runs\n")
    print(*table("start", _starts(arguments.times * 3)), sep="\n")
    for kind in arguments.kinds:
        root = repository(kind, below)
        measures = {name: measure(command, arguments.times) for name, command in commands(kind, root, other)}
        print(*table(kind, measures), sep="\n", flush=True)


if __name__ == "__main__":
    main()
