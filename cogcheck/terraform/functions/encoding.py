"""base64decode, base64encode, textdecodebase64, textencodebase64, urlencode."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping

from cogcheck.terraform.functions.base import STRING, CannotTellError, Function, plain

_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}\Z")
_ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "us-ascii": "ascii",
    "iso-8859-1": "latin-1",
    "latin1": "latin-1",
}
"""The encodings that mean the same in Go and in Python; others differ in single characters."""


def _bytes(text: str) -> bytes:
    # Go's decoder passes over line breaks, and wants the padding.
    text = text.replace("\r", "").replace("\n", "")
    if len(text) % 4 or not _BASE64.match(text):
        raise ValueError("the string is no Base64")
    return b64decode(text)


def _decode(text: str) -> str:
    try:
        return _bytes(text).decode()
    except UnicodeDecodeError:
        raise ValueError("the decoded bytes are no UTF-8") from None


def _encoding(name: str) -> str:
    encoding = _ENCODINGS.get(name.lower())
    if encoding is None:
        raise CannotTellError(f"the encoding {name} is not known here")
    return encoding


def _text_decode(text: str, name: str) -> str:
    encoding = _encoding(name)
    try:
        decoded = _bytes(text).decode(encoding)
    except UnicodeDecodeError:
        raise ValueError(f"the bytes are not in {name}") from None
    if "\ufffd" in decoded:
        raise ValueError(f"the bytes are not in {name}")
    return decoded


def _text_encode(text: str, name: str) -> str:
    try:
        return b64encode(text.encode(_encoding(name))).decode()
    except UnicodeEncodeError:
        raise ValueError(f"the string has characters that are not in {name}") from None


def _urlencode(text: str) -> str:
    from urllib.parse import quote_plus

    return quote_plus(text)


FUNCTIONS: Mapping[str, Function] = {
    "base64decode": plain(_decode, STRING),
    "base64encode": plain(lambda text: b64encode(text.encode()).decode(), STRING),
    "textdecodebase64": plain(_text_decode, STRING, STRING),
    "textencodebase64": plain(_text_encode, STRING, STRING),
    "urlencode": plain(_urlencode, STRING),
}
