"""What the name of a file says about it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cogcheck.model import Kind

CONFIGURATION = (".tf", ".tofu", ".tf.json", ".tofu.json")
VARIABLES = (".tfvars", ".tfvars.json")
MANIFEST = "manifest.json"
_HIDING = {".tofu": ".tf", ".tofu.json": ".tf.json"}
_HIDERS = tuple(_HIDING)


def kind(name: str) -> Kind | None:
    """The syntax of a file of this name; None where the name does not tell."""
    if name.endswith((".tf.json", ".tofu.json", ".tfvars.json")):
        return "tfjson"
    if name.endswith((".tf", ".tofu", ".tfvars", ".hcl")):
        return "hcl"
    return "plan" if name.endswith(".json") else None


def is_override(name: str) -> bool:
    """Whether Terraform merges a file of this name (or path) over the others of its directory."""
    name = os.path.basename(name)
    stem = next((name.removesuffix(end) for end in reversed(CONFIGURATION) if name.endswith(end)), "")
    return stem == "override" or stem.endswith("_override")


def hidden(names: set[str]) -> set[str]:
    """The files that others of the directory hide: `foo.tofu` hides `foo.tf`."""
    hiding = [name for name in names if name.endswith(_HIDERS)]
    return {
        name.removesuffix(end) + other for name in hiding for end, other in _HIDING.items() if name.endswith(end)
    } & names
