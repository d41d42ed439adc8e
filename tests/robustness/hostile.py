"""What nobody would write, made as large as it takes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

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
