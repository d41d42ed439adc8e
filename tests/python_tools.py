"""Programs that others wrote, from PyPI: installed once into an environment of their own in a cache."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from node_tools import cache_directory
from samples import CHECKOUT

PRE_COMMIT = "pre-commit==4.7.0"
PREK = "prek==0.5.11"
ZIZMOR = "zizmor==1.32.0"


@cache
def program(requirement: str) -> Path:
    """The program of a package. Skips the test where the package cannot be installed."""
    if sys.platform == "win32":
        pytest.skip("paths of programs differ on Windows")
    name = requirement.partition("==")[0]
    environment = cache_directory() / "python" / requirement
    found = environment / "bin" / name
    if not found.is_file():
        pip = _pip()
        subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", environment], check=True)
        command = [*pip, "--python", str(environment / "bin" / "python"), "install", "--quiet", requirement]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
        if done.returncode:
            pytest.skip(f"pip cannot install {requirement}: {done.stderr.strip().splitlines()[-1:]}")
    return found


def _pip() -> list[str]:
    for command in ([sys.executable, "-m", "pip"], ["python3", "-m", "pip"], ["pip"]):
        if (
            shutil.which(command[0])
            and not subprocess.run([*command, "--version"], capture_output=True, check=False).returncode
        ):
            return [*command, "--disable-pip-version-check"]
    pytest.skip("there is no pip")


def checkout() -> Path:
    """The checkout that is tested. Where the tests run elsewhere, against a wheel, the environment names it."""
    return Path(os.environ.get("COGCHECK_CHECKOUT", CHECKOUT))


def git(*arguments: str | Path, cwd: Path) -> str:
    """Run git without the user's settings; gives the output."""
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "core.quotePath=false")
    command = ["git", *identity, "-c", "init.defaultBranch=main", "-c", "commit.gpgSign=false", *map(str, arguments)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, env=environment, check=True)
    return done.stdout
