"""Bytes to text: what is no text, or not in UTF-8, becomes a problem with its place and the way out."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from cogcheck.model import Document, Problem, Span

if TYPE_CHECKING:
    from cogcheck.model import Kind

MIB = 1024 * 1024
LIMITS: dict[Kind, int] = {"hcl": 3 * MIB, "tfjson": 16 * MIB}
"""The most bytes that are read, by kind: the largest configuration written by people has a tenth of this. Reading HCL
takes up to two hundred times its size in memory, JSON fifty times.
"""
LIMIT = 128 * MIB
"""The most bytes of every other kind: plans of whole organisations stay below, and take eight times
their size (what holds nothing but brackets, twenty-five)."""

BOM = codecs.BOM_UTF8
ZIP = b"PK\x03\x04"
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def limit(kind: Kind) -> int:
    """The most bytes of a file of this kind that are read."""
    return LIMITS.get(kind, LIMIT)


def decode(data: bytes, path: str, kind: Kind, file: str | None = None) -> Document | Problem:
    """The document that the bytes are, or why they are none. Line ends stay as they are."""
    if data.startswith(ZIP):
        return _zip(path, kind, file)
    if kind in ("plan", "manifest", "other"):
        data = from_utf16(data)
    data = data.removeprefix(BOM)
    if data.startswith(tuple(_UTF16)):
        return _wrong_encoding(
            Document(path, "", kind, file), 0, "The file is in UTF-16, and Terraform reads UTF-8 only"
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        start = len(data[: error.start].decode("utf-8"))
        document = Document(path, data.decode("utf-8", "replace"), kind, file)
        return _wrong_encoding(
            document, start, f"Byte 0x{data[error.start]:02x} is not UTF-8, the only encoding that Terraform reads"
        )
    if "\0" in text:
        return _binary(Document(path, text, kind, file))
    return Document(path, text, kind, file)


def too_large(path: str, kind: Kind, size: int, file: str | None = None) -> Problem:
    """The problem that a file has more bytes than are read; `size` is what is known of them."""
    most = limit(kind)
    message = f"The file has more than {(size - 1) // MIB:,} MiB; at most {most // MIB} MiB are read"
    return problem("file-too-large", message, Document(path, "", kind, file), help_="Split the file, or exclude it.")


def unreadable(path: str, why: str, file: str | None = None, help_: str | None = None) -> Problem:
    """The problem that the system did not give the bytes."""
    return problem("unreadable-file", f"Cannot be read: {why}", Document(path, "", "other", file), help_=help_)


def problem(slug: str, message: str, document: Document, start: int = 0, help_: str | None = None) -> Problem:
    """A problem at one character of a document."""
    end = min(start + 1, len(document.text))
    return Problem(slug, message, Span(document, start, end), help=help_)


def from_utf16(data: bytes) -> bytes:
    """PowerShell's `>` writes UTF-16, with a mark or (from .NET) without; JSON begins with an ASCII character."""
    for mark, name in _UTF16.items():
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace").encode("utf-8", "replace")
    if data[:1] == b"{" and data[1:2] == b"\0":
        return data.decode("utf-16-le", "replace").encode("utf-8", "replace")
    return data


def _zip(path: str, kind: Kind, file: str | None) -> Problem:
    document = Document(path, "", kind, file)
    if kind in ("hcl", "tfjson"):
        return problem("binary-file", "This is a ZIP archive, not Terraform configuration", document)
    name = path if path != "<stdin>" else "PLAN"
    way_out = f"Write it as JSON and scan that: terraform show -json {name} > plan.json"
    return problem("binary-plan", "This is a plan in Terraform's binary format", document, help_=way_out)


def _binary(document: Document) -> Problem:
    message = "The file holds a NUL byte, so it is not text"
    way_out = "Save it as UTF-8 if it is text in UTF-16; exclude it if it is no configuration."
    return problem("binary-file", message, document, document.text.index("\0"), way_out)


def _wrong_encoding(document: Document, start: int, message: str) -> Problem:
    return problem("not-utf-8", message, document, start, "Save the file as UTF-8.")
