"""Compiles the rules to one JSON file in the wheel, so that a start needs no YAML parser."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class RulesHook(BuildHookInterface):  # type: ignore[type-arg] # hatchling exports no type to fill in
    """Adds `cogcheck/rules/catalogue.json` to the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the rules of this checkout; an editable install reads them where they are."""
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        try:
            from cogcheck.catalogue.load import COMPILED, compile_catalogue
        finally:
            sys.path.remove(str(root))
        self._directory = tempfile.TemporaryDirectory()
        compiled = Path(self._directory.name) / COMPILED
        compiled.write_text(json.dumps(compile_catalogue(root / "rules"), ensure_ascii=False), encoding="utf-8")
        build_data["force_include"][str(compiled)] = f"cogcheck/rules/{COMPILED}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was only needed for the wheel."""
        if version != "editable":
            self._directory.cleanup()
