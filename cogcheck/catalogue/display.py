"""Values in messages: as their author would write them, short, and without what must not be shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from cogcheck.answer import Place
from cogcheck.catalogue.paths import Subject
from cogcheck.catalogue.predicates import text_of
from cogcheck.model import Known, ListValue, Null, ObjectValue, Value

LONGEST = 60
"""Characters of a value that a message shows at most."""
_DEEPEST = 3
"""Of lists in this many others, no more than that is shown: there is no room."""

_PLACE = re.compile(r"<([a-z_^@][A-Za-z0-9_.^-]*)>")
_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


def show(value: Value | None, depth: int = 0) -> str:
    """A value as written in HCL; `depth` tells how many lists it stands in."""
    if value is None:
        return "a block"
    if value.sensitive:
        return "(sensitive value)"
    if isinstance(value, Known):
        return quote(value.value) if isinstance(value.value, str) else text_of(value.value)
    if isinstance(value, ListValue):
        if depth > _DEEPEST:
            return "[…]"
        return f"[{shorten(', '.join(show(item, depth + 1) for item in value.items[: LONGEST >> depth]))}]"
    if isinstance(value, ObjectValue):
        return f"{{ {shorten(', '.join(list(value.entries)[:LONGEST]))} }}"
    return "null" if isinstance(value, Null) else shorten(value.span.text)


def quote(text: str) -> str:
    """A text in quotes, shortened, with escapes for what cannot be seen."""
    return '"' + "".join(_ESCAPES.get(char, char) for char in shorten(text)) + '"'


def shorten(text: str) -> str:
    """At most LONGEST characters, on one line."""
    flat = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return "".join(char if char.isprintable() or char in "\n\r\t" else f"\\u{{{ord(char):x}}}" for char in flat)


def origin(value: Value | None) -> str:
    """Where a value came from, to stand behind it: ` (default of var.mfa)`, or what it was made of or chosen by."""
    trail = value.trail if value is not None else ()
    if not trail or value is None:
        return ""
    source = trail[-1]
    if not isinstance(value, Known) or _is_written(value, source.span.text):
        return f" ({source.message})"
    return f" (because of {'the ' if source.message.startswith('default of ') else ''}{source.message})"


def _is_written(value: Known, text: str) -> bool:
    """Whether a source says just this value; escapes are not told apart, and a heredoc is taken for its text."""
    bare = text.strip().strip('"')
    return text_of(value.value) == bare or any(mark in bare for mark in ("<<", "\\"))


def shown_with_origin(value: Value | None) -> str:
    """A value and where it came from."""
    return show(value) + origin(value)


def render(template: str, subject: Subject, offender: Place) -> str:
    """A rule's message with its `<places>` filled in."""
    if "<" not in template:
        return template
    return _PLACE.sub(lambda match: _fill(match[1], subject, offender), template)


def _fill(name: str, subject: Subject, offender: Place) -> str:
    if name == "offender":
        return shown_with_origin(offender.value)
    if name == "block":
        return subject.node.path or subject.resource.address
    selection = subject.select(name)
    values = [place.value for place in selection.places if place.value is not None]
    if values:
        return " and ".join(dict.fromkeys(shown_with_origin(value) for value in values))
    default = subject.default(name)
    return f"{show(default)} (the default)" if default is not None and not selection.reasons else "not set"


def listing(literals: Iterable[object], last: str = "or") -> str:
    """`"OFF", "ON" or "OPTIONAL"`."""
    shown = [quote(literal) if isinstance(literal, str) else text_of(literal) for literal in literals]  # type: ignore[arg-type] # literals of rule files
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {last} {shown[-1]}"


def nearest(name: str, known: Sequence[str] | Iterable[str], likeness: float = 0.8) -> str | None:
    """The known name that a name is a slip away from, if there is one; `likeness` (0 to 1) says how small a slip."""
    import difflib

    lower = {candidate.lower(): candidate for candidate in known}
    found = difflib.get_close_matches(name.lower()[:200], lower, n=1, cutoff=likeness)
    return lower[found[0]] if found else None


def hint(name: str, known: Iterable[str]) -> str:
    """`; did you mean name?` where a name is like a known one, else empty. Only a hint, so it need not be a slip."""
    meant = nearest(name, known, 0.6)
    return f"; did you mean {meant}?" if meant else ""
