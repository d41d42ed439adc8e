"""Where findings are, as other programs want to know it: paths from the repository's root, printable texts."""

from __future__ import annotations

import os
from functools import lru_cache
from urllib.parse import quote

from cogcheck.files import encoded, inside, printable, repository_root
from cogcheck.model import Document
from cogcheck.report import Finding, Severity
from cogcheck.reporters.screen import COMMAND, escaped

RANK: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}


def relative(document: Document) -> str | None:
    """The path of a document below the root of its repository, links resolved, with `/`.

    None for what lies in no file, or in no repository and outside of the working directory. Bytes of a path that are
    no UTF-8 stand as surrogates.
    """
    if document.file is None:
        return None
    real = os.path.realpath(document.file)
    top = root(os.path.dirname(real))
    return None if top is None else os.path.relpath(real, top).replace(os.sep, "/")


def shown(document: Document) -> str:
    """The path from the repository's root as text; the path as people see it where there is none."""
    path = relative(document)
    return document.path if path is None else printable(path)


def uri(document: Document) -> str:
    """The path from the repository's root as a relative URI, else an absolute one."""
    path = relative(document)
    if path is not None:
        return _quoted(path)
    if document.file is not None:
        return _absolute(os.path.realpath(document.file).replace(os.sep, "/"))
    return _quoted(document.path)


def _absolute(path: str) -> str:
    """The URI of an absolute path: `/x`, or one of Windows, `C:/x` or `//server/x`."""
    if path.startswith("//"):
        return "file:" + _quoted(path)
    drive = "" if path.startswith("/") else path[:2]
    return f"file://{drive and '/'}{drive}{_quoted(path[len(drive) :])}"


def _quoted(path: str) -> str:
    # A colon in the first segment would be read as a scheme.
    return quote(encoded(path), safe="/")


@lru_cache(maxsize=4096)
def root(directory: str) -> str | None:
    """The root of the repository that a directory lies in, by its real path; without one, the working directory.

    Where Actions checked out a repository, that is the root even for its submodules, since GitHub counts from there.
    """
    workspace = os.environ.get("GITHUB_WORKSPACE")
    nearest = repository_root(directory)
    candidates = (
        workspace if workspace and _is_repository(workspace) else None,
        nearest if _is_repository(nearest) else None,
        workspace,
        os.curdir,
    )
    return next(
        (os.path.realpath(one) for one in candidates if one and inside((os.path.realpath(one),), directory)), None
    )


def _is_repository(directory: str) -> bool:
    return os.path.lexists(os.path.join(directory, ".git"))


def clean(text: str) -> str:
    """A text without characters that would steer a terminal or a workflow, break XML, or cannot be encoded."""
    if not text.isprintable():
        text = "".join(char if char.isprintable() or char in "\n\t" else f"\\u{{{ord(char):x}}}" for char in text)
    if "##" not in text and "::" not in text:
        return text
    return "\n".join(COMMAND.sub(escaped, line) for line in text.split("\n"))


def sentence(text: str) -> str:
    """A text that ends like a sentence."""
    stripped = text.rstrip()
    return stripped if not stripped or stripped[-1] in ".!?" else stripped + "."


def by_severity(findings: tuple[Finding, ...]) -> list[Finding]:
    """The worst first, otherwise in the order given."""
    return sorted(findings, key=lambda finding: RANK[finding.severity])


def subject(finding: Finding) -> str:
    """The resource that a finding is about, and how many more; empty for findings about input."""
    if not finding.resources:
        return ""
    more = len(finding.resources) - 1
    others = f" and {more} other{'s' if more > 1 else ''}" if more else ""
    return finding.resources[0] + others
