"""Small documents, reports and directories for the tests of what stands around the engine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from cogcheck.model import Document, Kind, Span

CHECKOUT = Path(__file__).resolve().parent.parent
TYPE = "aws_cognito_user_pool"
BROKEN = f'resource "{TYPE}" "main" {{\n  name              = "main"\n  mfa_configuration = "NO"\n}}\n'
VALID = f'resource "{TYPE}" "main" {{\n  name = "main"\n}}\n'


def document(text: str, path: str = "main.tf", kind: Kind = "hcl") -> Document:
    return Document(path, text, kind)


def span(document: Document, text: str) -> Span:
    """The first place where a text stands."""
    start = document.text.index(text)
    return Span(document, start, start + len(text))


def write(directory: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return directory


def run(
    *arguments: str, cwd: Path, stdin: bytes = b"", environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """The program in a process of its own, in an environment without settings of ours."""
    names = ("NO_COLOR", "FORCE_COLOR", "COGCHECK_DEBUG", "COLUMNS")
    inherited = {name: value for name, value in os.environ.items() if name not in names}
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "cogcheck", *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        env={**inherited, "PYTHONPATH": package_path(), **(environment or {})},
        timeout=120,
        check=False,
    )


def package_path() -> str:
    """Where the package that is tested lies, for processes that start elsewhere."""
    import cogcheck

    return str(Path(cogcheck.__file__).parent.parent)
