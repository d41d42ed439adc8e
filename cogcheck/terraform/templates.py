"""Templates: `"${a}-${b}"`, heredocs, and the directives in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cogcheck.model import Known, ListValue, Null, ObjectValue, Unknown
from cogcheck.syntax import body as syntax
from cogcheck.terraform.conversion import as_text, converted
from cogcheck.terraform.loops import walk
from cogcheck.terraform.types import BOOL
from cogcheck.terraform.values import canonical, in_order, kind_name, known, refuse, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cogcheck.model import Span, Value
    from cogcheck.syntax.body import Expression
    from cogcheck.terraform.evaluate import Env


def normalised(text: str) -> str:
    """The text in Unicode's normal form C, as Terraform keeps all strings."""
    import unicodedata

    return unicodedata.normalize("NFC", text)


class Pieces:
    """A string in the making: known text, and gaps where it is not known."""

    __slots__ = ("_closed", "_current", "_names", "_reason", "_size", "sources")

    def __init__(self) -> None:
        self._closed: list[str] = []
        self._current: list[str] = []
        self._names: list[str | None] = []
        self._reason: str | None = None
        self._size = 0
        self.sources: list[Value] = []

    def text(self, text: str) -> None:
        """Adds known text."""
        self._current.append(text)
        self._size += len(text)

    def gap(self, value: Value, reason: str) -> None:
        """Adds something unknown, with the pieces that are known of it."""
        self._close()
        self._reason = self._reason or reason
        self._names.append(canonical(value))
        self.sources.append(value)
        if isinstance(value, Unknown):
            self._closed.extend(value.literals)
            self._size += sum(map(len, value.literals))

    def _close(self) -> None:
        joined = "".join(self._current)
        self._current.clear()
        if joined:
            self._closed.append(joined)
            self._names.append(canonical_text(joined))

    @property
    def size(self) -> int:
        """The characters so far."""
        return self._size

    def value(self, span: Span) -> Value:
        """The string."""
        if self._reason is None:
            text = "".join(self._current)
            return known(text if text.isascii() else normalised(text), span, self.sources)
        self._close()
        identity = None if None in self._names else f"template({', '.join(filter(None, self._names))})"
        literals = tuple(self._closed)
        return unknown(self._reason, span, self.sources, literals=literals, identity=identity, not_null=True)


def canonical_text(text: str) -> str | None:
    """A known piece's part in the identity of a template."""
    return repr(text) if len(text) < 200 else None


def template(expression: syntax.Template, env: Env) -> Value:
    """A string with interpolations or directives."""
    pieces = Pieces()
    _parts(expression.parts, env, pieces)
    env.budget.text(pieces.size, expression.span)
    return pieces.value(expression.span)


def lone_directive(expression: syntax.TemplateIf | syntax.TemplateFor, env: Env) -> Value:
    """A directive that stands alone: its content is a string of its own."""
    pieces = Pieces()
    _parts((expression,), env, pieces)
    env.budget.text(pieces.size, expression.span)
    return pieces.value(expression.span)


def _parts(parts: Iterable[Expression | syntax.TemplateIf | syntax.TemplateFor], env: Env, pieces: Pieces) -> None:
    for part in parts:
        if isinstance(part, syntax.Literal) and isinstance(part.value, str):
            pieces.text(part.value)
        elif isinstance(part, syntax.TemplateIf):
            _if(part, env, pieces)
        elif isinstance(part, syntax.TemplateFor):
            _for(part, env, pieces)
        else:
            add(as_text(env.run(part)), part.span, pieces)
        env.budget.check(pieces.size, part.span)


def add(value: Value, span: Span, pieces: Pieces) -> None:
    """Adds an interpolated string."""
    if isinstance(value, Null):
        refuse("a null is used in a template", span)
    if isinstance(value, Known):
        pieces.text(str(value.value))
        if value.trail or value.sensitive:
            pieces.sources.append(value)
    else:
        pieces.gap(value, value.reason if isinstance(value, Unknown) else "a part is not known")


def _nested(content: Expression, env: Env, pieces: Pieces) -> None:
    """The content of a directive, whose known text goes on what stands before it."""
    if isinstance(content, syntax.Template):
        _parts(content.parts, env, pieces)
    else:
        _parts((content,), env, pieces)


def _if(part: syntax.TemplateIf, env: Env, pieces: Pieces) -> None:
    condition = converted(env.run(part.condition), BOOL, env.budget)
    if isinstance(condition, Null):
        refuse("the condition of a template is null", part.condition.span)
    if not isinstance(condition, Known):
        reason = condition.reason if isinstance(condition, Unknown) else "a condition is not known"
        pieces.gap(Unknown(reason, part.span, sensitive=condition.sensitive, trail=condition.trail), reason)
        return
    if condition.trail or condition.sensitive:
        pieces.sources.append(condition)
    chosen = part.then if condition.value else part.otherwise
    if chosen is not None:
        _nested_level(chosen, env, pieces)


def _nested_level(content: Expression, env: Env, pieces: Pieces) -> None:
    env.budget.enter(content.span)
    try:
        _nested(content, env, pieces)
    finally:
        env.budget.level -= 1


def _for(part: syntax.TemplateFor, env: Env, pieces: Pieces) -> None:
    collection = env.run(part.collection)
    told = isinstance(collection, ListValue | ObjectValue) and in_order(collection, env.budget)
    if isinstance(collection, Unknown) or (isinstance(collection, ListValue | ObjectValue) and not told):
        reason = collection.reason if isinstance(collection, Unknown) else "a collection is not known as a whole"
        pieces.gap(Unknown(reason, part.span, sensitive=collection.sensitive, trail=collection.trail), reason)
        return
    if not isinstance(collection, ListValue | ObjectValue):
        refuse(f"a template's for goes over a {kind_name(collection)}", part.collection.span)
    if collection.trail or collection.sensitive:
        pieces.sources.append(collection)
    for key, value in walk(collection):
        env.budget.step(part.span)
        names = {part.value: value} if part.key is None else {part.key: key, part.value: value}
        _nested_level(part.content, env.within(names), pieces)
