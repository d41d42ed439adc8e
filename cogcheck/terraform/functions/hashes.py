"""Hashes of strings and of files, and UUIDs made of names."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import NAMESPACE_DNS, NAMESPACE_OID, NAMESPACE_URL, NAMESPACE_X500, UUID, uuid5

from cogcheck.model import Known
from cogcheck.terraform.functions.base import STRING, CannotTellError, Context, Function, Parameter, plain

if TYPE_CHECKING:
    from cogcheck.model import Value

_NAMESPACES = {"dns": NAMESPACE_DNS, "oid": NAMESPACE_OID, "url": NAMESPACE_URL, "x500": NAMESPACE_X500}


def _hex(algorithm: str) -> Callable[[str], str]:
    return lambda text: hashlib.new(algorithm, text.encode(), usedforsecurity=False).hexdigest()


def _base64(algorithm: str) -> Callable[[str], str]:
    return lambda text: b64encode(hashlib.new(algorithm, text.encode(), usedforsecurity=False).digest()).decode()


def _of_file(digest: Callable[[str], str]) -> Function:
    def run(context: Context, args: Sequence[Value]) -> Value:
        path = args[0]
        text = context.env.scope.read(str(path.value)) if isinstance(path, Known) else None
        if text is None:
            raise CannotTellError("the file cannot be read")
        return context.scalar(digest(text), args)

    return Function(run, (Parameter(STRING),), pure=False)


def _uuidv5(namespace: str, name: str) -> str:
    space = _NAMESPACES.get(namespace)
    try:
        return str(uuid5(space or UUID(namespace), name))
    except ValueError:
        raise ValueError(f"{namespace} is no UUID namespace") from None


FUNCTIONS: Mapping[str, Function] = {
    "base64sha256": plain(_base64("sha256"), STRING),
    "base64sha512": plain(_base64("sha512"), STRING),
    "filebase64sha256": _of_file(_base64("sha256")),
    "filebase64sha512": _of_file(_base64("sha512")),
    "filemd5": _of_file(_hex("md5")),
    "filesha1": _of_file(_hex("sha1")),
    "filesha256": _of_file(_hex("sha256")),
    "filesha512": _of_file(_hex("sha512")),
    "md5": plain(_hex("md5"), STRING),
    "sha1": plain(_hex("sha1"), STRING),
    "sha256": plain(_hex("sha256"), STRING),
    "sha512": plain(_hex("sha512"), STRING),
    "uuidv5": plain(_uuidv5, STRING, STRING),
}
