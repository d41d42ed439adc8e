"""Names that no release is known to have: a slip, a name from another block, or something newer than the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cogcheck.catalogue.display import nearest, shorten
from cogcheck.catalogue.paths import Node, join
from cogcheck.catalogue.shapes import BlockShape, ResourceShape, show_release
from cogcheck.model import Versions
from cogcheck.record import dataclass
from cogcheck.report import Severity

_SHORTEST = 3
"""Characters of a name that say enough about the one it is the beginning of."""


@dataclass(frozen=True, slots=True)
class Told:
    """What to say about an unknown name, and how sure it is that it is refused."""

    severity: Severity
    message: str
    help: str


def unknown(kind: str, name: str, node: Node, shape: ResourceShape, versions: Versions) -> Told:
    """Judge the unknown name of an argument or block.

    An error only where a known name is a slip away, where the name belongs elsewhere in this resource, or where every
    release that may apply is known; else the name may be newer than the catalogue.
    """
    assert node.shape is not None  # noqa: S101 - only asked where there is one
    where = f" in {node.path}" if node.path else ""
    message = f"there is no {kind} {shorten(name)}{where}"
    meant = _like(name, node.shape)
    if meant is not None and not goes_on(name, meant):
        return Told("error", f"{message}; did you mean {meant}?", f"Write {meant}.")
    homes = sorted(_homes(shape.root, name, ""))
    if homes:
        home = homes[0]
        return Told("error", f"{message}; {name} belongs {home}", f"Move it {home}.")
    newest = show_release(shape.verified[1])
    if versions.high is not None and versions.high <= shape.verified[1]:
        return Told("error", message, f"Remove {shorten(name)}.")
    return Told(
        "warning",
        f"{message} in any release up to {newest}",
        f"{f'Write {meant}' if meant else f'Remove {shorten(name)}'}, or ignore this if a newer provider has it.",
    )


def slip(name: str, shape: BlockShape) -> str | None:
    """The argument or block that an unknown name is a slip for, or the one of this very name that is the other kind."""
    meant = _like(name, shape)
    return None if meant is not None and goes_on(name, meant) else meant


def _like(name: str, shape: BlockShape) -> str | None:
    here = [*shape.arguments, *shape.blocks]
    return nearest(name, here) or _written_otherwise(name, here)


def _written_otherwise(name: str, known: Iterable[str]) -> str | None:
    """The one known name that a name is, apart from underscores and a plural, or that it is the beginning of."""
    plain = {_plain(candidate): candidate for candidate in known}
    written = _plain(name)
    same = plain.get(written) or plain.get(f"{written}s") or plain.get(written.removesuffix("s"))
    if same is not None or len(written) < _SHORTEST:
        return same
    begun = [candidate for other, candidate in plain.items() if other.startswith(written)]
    return begun[0] if len(begun) == 1 else None


def goes_on(name: str, known: str) -> bool:
    """Whether a name is a known one with further words in it, as newer ones often are.

    `email_mfa_configuration` came years after `email_configuration`, `pre_token_generation_config` after
    `pre_token_generation`.
    """
    written = iter(name.lower().split("_"))
    return len(name) > len(known) and all(word in written for word in known.lower().split("_"))


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def _homes(shape: BlockShape, name: str, path: str) -> Iterator[str]:
    if name in shape.arguments or name in shape.blocks:
        yield f"into {path}" if path else "into the resource itself"
    for type_, block in shape.blocks.items():
        yield from _homes(block, name, join(path, type_))
