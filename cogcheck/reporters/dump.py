"""Data as the JSON of a report."""

from __future__ import annotations

import json

from cogcheck.reporters.screen import COMMAND


def dumped(data: object) -> str:
    """The data in ASCII, so that no encoding can break it, and with nothing that a workflow would obey in its log."""
    return COMMAND.sub("\\\\u0023", json.dumps(data, indent=2)) + "\n"
