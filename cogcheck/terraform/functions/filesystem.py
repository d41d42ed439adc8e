"""Files of the module, paths, and templates; files are only read through the scope, which keeps to the repository."""

from __future__ import annotations

import posixpath
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cogcheck.model import Document, Known, ObjectValue, Span
from cogcheck.syntax.body import Literal
from cogcheck.terraform.functions.base import ANY, STRING, CannotTellError, Context, Function, Parameter, plain
from cogcheck.terraform.values import kind_name, open_reason, refuse, unknown

if TYPE_CHECKING:
    from cogcheck.model import Value

_SPECIAL = frozenset("*?[]{}\\")


def _exists(context: Context, path: str) -> bool | None:
    """Whether there is such a file; None where its directory may not be read."""
    if context.env.scope.read(path) is not None:
        return True
    directory, name = posixpath.split(path)
    if _SPECIAL.intersection(name) or not name:
        return None
    found = context.env.scope.glob(directory or ".", name)
    return None if found is None or name in found else False


def _text(context: Context, path: Known) -> str:
    text = context.env.scope.read(str(path.value))
    if text is None:
        if _exists(context, str(path.value)) is False:
            refuse(f"there is no file {path.value}", context.span)
        raise CannotTellError(f"the file {path.value} cannot be read")
    return text


def _file(context: Context, args: Sequence[Value]) -> Value:
    path = args[0]
    return context.scalar(_text(context, path), args) if isinstance(path, Known) else context.hidden(args)


def _filebase64(context: Context, args: Sequence[Value]) -> Value:
    path = args[0]
    if not isinstance(path, Known):
        return context.hidden(args)
    return context.scalar(b64encode(_text(context, path).encode()).decode(), args)


def _fileexists(context: Context, args: Sequence[Value]) -> Value:
    path = args[0]
    found = _exists(context, str(path.value)) if isinstance(path, Known) else None
    if found is None:
        raise CannotTellError("the directory of the file cannot be read")
    return context.scalar(found, args)


def _fileset(context: Context, args: Sequence[Value]) -> Value:
    directory, pattern = args
    if not isinstance(directory, Known) or not isinstance(pattern, Known):
        return context.hidden(args)
    found = context.env.scope.glob(str(directory.value), str(pattern.value))
    if found is None:
        raise CannotTellError(f"the directory {directory.value} cannot be read")
    items = [context.scalar(name, args) for name in sorted(set(found))]
    return context.items(items, "set", args)


def _dirname(path: str) -> str:
    head = path[: path.rfind("/") + 1]
    return _clean(head)


def _clean(path: str) -> str:
    cleaned = posixpath.normpath(path) if path else "."
    return "/" + cleaned.lstrip("/") if cleaned.startswith("//") else cleaned


def _basename(path: str) -> str:
    if not path:
        return "."
    return posixpath.basename(path.rstrip("/")) or "/"


def _abspath(path: str) -> str:
    if not path.startswith("/"):
        raise CannotTellError("abspath() depends on where Terraform runs")
    return _clean(path)


def _templatefile(context: Context, args: Sequence[Value]) -> Value:
    path = args[0]
    if not isinstance(path, Known):
        return context.hidden(args)
    return _rendered(context, _text(context, path), str(path.value), args)


def _templatestring(context: Context, args: Sequence[Value]) -> Value:
    text = args[0]
    if not isinstance(text, Known):
        return context.hidden(args)
    return _rendered(context, str(text.value), None, args)


def _rendered(context: Context, text: str, path: str | None, args: Sequence[Value]) -> Value:
    """The text as a template over nothing but the given variables."""
    from cogcheck.syntax import hcl
    from cogcheck.terraform.evaluate import Env

    names = args[1]
    if not isinstance(names, ObjectValue):
        refuse(f"{context.name} takes a map of variables, not a {kind_name(names)}", context.span)
    span = context.span if path is None else Span(Document(path, text), 0, len(text))
    expression, problems = hcl.template(text, span)
    if problems:
        refuse(f"{context.name} cannot read its template: {problems[0].message}", context.span)
    if isinstance(expression, Literal):
        return context.scalar(str(expression.value), args)
    result = Env(_Variables(names, context), context.budget, in_template=True).run(expression)
    sources = (*args, result)
    if isinstance(result, Known) and isinstance(result.value, str):
        return context.scalar(result.value, sources)
    return result


class _Variables:
    """The scope of a template: its variables, and the files of the module."""

    def __init__(self, names: ObjectValue, context: Context) -> None:
        self._names = names
        self._context = context

    def resolve(self, path: tuple[str, ...], span: Span) -> tuple[Value, int]:
        """One of the variables."""
        value = self._names.entries.get(path[0])
        if value is not None:
            return value, 1
        if not self._names.open:
            refuse(f"the template speaks of {path[0]}, which is not among its variables", span)
        return unknown(open_reason(self._names), span), 1

    def read(self, path: str) -> str | None:
        """As outside."""
        return self._context.env.scope.read(path)

    def glob(self, directory: str, pattern: str) -> tuple[str, ...] | None:
        """As outside."""
        return self._context.env.scope.glob(directory, pattern)


_PATH = (Parameter(STRING),)

FUNCTIONS: Mapping[str, Function] = {
    "abspath": plain(_abspath, STRING),
    "basename": plain(_basename, STRING),
    "dirname": plain(_dirname, STRING),
    "file": Function(_file, _PATH, pure=False),
    "filebase64": Function(_filebase64, _PATH, pure=False),
    "fileexists": Function(_fileexists, _PATH, pure=False),
    "fileset": Function(_fileset, (Parameter(STRING), Parameter(STRING)), pure=False),
    "templatefile": Function(_templatefile, (Parameter(STRING), Parameter(ANY)), not_null=False, pure=False),
    "templatestring": Function(_templatestring, (Parameter(STRING), Parameter(ANY)), pure=False),
}
