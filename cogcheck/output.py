"""Where results go: standard output, a terminal in colour, or a file that is replaced as a whole."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Iterable, Mapping
from typing import Literal, TextIO

Color = Literal["auto", "always", "never"]


def wants_color(choice: Color, stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether to colour what goes to a stream: as chosen, else as NO_COLOR and FORCE_COLOR say, else on terminals."""
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return stream.isatty() and environment.get("TERM") != "dumb"


def columns() -> int:
    """How wide lines may be: the terminal, or what is easy to read where there is none."""
    if "COLUMNS" not in os.environ and not sys.stdout.isatty():
        return 120
    import shutil  # loads much, and most reports go to no terminal

    return shutil.get_terminal_size((120, 24)).columns


class WriteError(OSError):
    """A standard stream takes no more: its disk is full."""


def write(text: str, stream: TextIO) -> None:
    """Write to a standard stream. A reader who has gone away (`| head`) has seen enough. Raises WriteError."""
    try:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal that is not in UTF-8 is no reason to fail
        stream.write(text)
        stream.flush()
    except OSError as error:
        # Python would try again at its end, and complain.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if not isinstance(error, BrokenPipeError):
            raise WriteError(error.errno, error.strerror) from error


def write_lines(lines: Iterable[str], stream: TextIO) -> None:
    """Write lines that hold what others have written; nothing in them steers the terminal."""
    from cogcheck.reporters.screen import visible

    write("".join(f"{visible(line)}\n" for line in lines), stream)


def replace_file(path: str, text: str) -> None:
    """Write a file in UTF-8 so that nobody ever sees a part of it. Raises OSError."""
    data = text.encode("utf-8", "backslashreplace")
    target = os.path.realpath(path)
    try:
        mode = os.stat(target).st_mode
    except FileNotFoundError:
        mode = stat.S_IFREG | (0o666 & ~_umask())
    if not stat.S_ISREG(mode):  # /dev/stdout, a FIFO: there is nothing to replace
        with open(target, "wb") as file:
            file.write(data)
        return
    import tempfile  # only reports in files need it

    descriptor, temporary = tempfile.mkstemp(prefix=".cogcheck-", dir=os.path.dirname(target))
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
        os.chmod(temporary, stat.S_IMODE(mode))
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
