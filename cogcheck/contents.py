"""What the bytes of a file say at a glance, before anything is parsed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cogcheck import decode, names

if TYPE_CHECKING:
    from cogcheck.model import Kind

# `source = "./child"` and `"source": "../x"`; Terraform calls a source local by how it begins.
_SOURCE = re.compile(rb'source"?\s*[=:]\s*"(\.\.?[/\\][^"\n]*)"')
_DECLARED = re.compile(
    rb'^[ \t]*(resource|data|module|variable|output)[ \t]*("[^"\n]*")[ \t]*("[^"\n]*")?[ \t]*\{', re.MULTILINE
)
_SPACE = b" \t\r\n"
# The second byte of UTF-16, with a byte order mark or of an ASCII character without.
_HALVES = (b"\xfe", b"\xff", b"\0")


def mentions(data: bytes, wanted: tuple[bytes, ...]) -> bool:
    """Whether one of these names occurs."""
    return any(map(plain(data).__contains__, wanted))


def sources(data: bytes) -> tuple[str, ...]:
    """The local module sources that are called, as written, each once."""
    data = plain(data)
    if b'".' not in data:
        return ()  # most files call nothing, and a search for bytes is the fastest there is
    return tuple([source.decode("utf-8", "replace") for source in dict.fromkeys(_SOURCE.findall(data))])


def declared(data: bytes) -> set[tuple[bytes, ...]]:
    """What a file in Terraform's own syntax declares: type and labels of the blocks that a module has once each."""
    return {match.groups(b"") for match in _DECLARED.finditer(data)}


def plain(data: bytes) -> bytes:
    """The bytes in UTF-8 where their first ones say that they are in UTF-16."""
    return decode.from_utf16(data) if data[1:2] in _HALVES else data


def is_object(data: bytes) -> bool:
    """Whether a JSON object begins here."""
    return plain(data[:256]).removeprefix(decode.BOM).lstrip(_SPACE).startswith(b"{")


def is_archive(data: bytes) -> bool:
    """Whether this is a ZIP archive, as `terraform plan -out` writes."""
    return data.startswith(decode.ZIP)


def is_manifest(data: bytes) -> bool:
    """Whether this is CDKTF's list of stacks: web extensions and others call their files `manifest.json` too."""
    return is_object(data) and b'"stacks"' in data and b'"version"' in data


def kind(name: str, data: bytes) -> Kind:
    """The syntax of a configuration file. CDKTF 0.20 writes JSON into `cdk.tf` under some options."""
    if name == "cdk.tf" and is_object(data):
        return "tfjson"
    return names.kind(name) or "hcl"
