"""What nobody would write, made as large as it takes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import cogcheck
from cogcheck.options import Options
from cogcheck.report import Report
from cogcheck.scan import scan

TYPE = "aws_cognito_user_pool"
MANY = 100_000


def pool(name: str = '"a"', body: str = "", before: str = "") -> str:
    """A configuration with one pool."""
    return f'{before}resource "{TYPE}" "a" {{\n  name = {name}\n{body}}}\n'


def scanned(directory: Path, text: str | bytes, name: str = "main.tf", options: Options | None = None) -> Report:
    """The report on a directory with one more file."""
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    directory.joinpath(name).write_bytes(data)
    return scan([directory], options or Options(jobs=1))


def slugs(report: Report) -> Counter[str]:
    """How often each rule was broken."""
    return Counter(finding.slug for finding in report.findings)


def write(directory: Path, files: dict[str, str]) -> Path:
    """The directory with these files in it."""
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "surrogatepass"))
    return directory


def environment() -> dict[str, str]:
    """An environment in which a process of its own runs the package under test, without settings of ours."""
    ours = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    return {**ours, "PYTHONPATH": str(Path(cogcheck.__file__).parent.parent), "PYTHONIOENCODING": "utf-8"}


def run(*arguments: str, cwd: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """The program in a process of its own."""
    command = [sys.executable, "-m", "cogcheck", *arguments]
    return subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, env=environment(), timeout=60)
