"""Parses all files below a directory with a bare parser, in one process: `parse.py python-hcl2|tree-sitter DIRECTORY`.

`parse.py read DIRECTORY` only reads their bytes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable


def _python_hcl2() -> Callable[[bytes], object]:
    import hcl2

    return lambda data: hcl2.loads(data.decode())


def _tree_sitter() -> Callable[[bytes], object]:
    import tree_sitter_hcl
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_hcl.language())).parse


WORK: dict[str, Callable[[], Callable[[bytes], object]]] = {
    "python-hcl2": _python_hcl2,
    "tree-sitter": _tree_sitter,
    "read": lambda: len,
}


def main(name: str, directory: str) -> None:
    """Do it to each file."""
    work = WORK[name]()
    for at, _, files in os.walk(directory):
        for file in files:
            if file.endswith(".tf"):
                with open(os.path.join(at, file), "rb") as opened:
                    work(opened.read())


if __name__ == "__main__":
    main(*sys.argv[1:])
