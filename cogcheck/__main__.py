"""The program: `cogcheck`, or `python -m cogcheck`."""

from __future__ import annotations

import sys

from cogcheck import REPOSITORY, __version__


def main() -> None:
    """Run the program with the arguments of the process and end it."""
    _open_streams()
    if sys.argv[1:] == ["--version"]:
        # Asked by every wrapper, at every start: nothing else is loaded for it.
        _leave(_version())
    try:
        _distrust_working_directory()
    except OSError as error:
        print(f"Error: the working directory cannot be used: {error.strerror}", file=sys.stderr)
        sys.exit(2)
    _end_cleanly()
    _leave(_run(sys.argv[1:]))


def _distrust_working_directory() -> None:
    """What lies there is scanned, so it is not to be run: `python -m` would import click or yaml from there. Raises
    OSError.
    """
    import os

    if os.getcwd() == os.path.realpath(sys.path[0]):
        del sys.path[0]


def _end_cleanly() -> None:
    """Let who ends the program find no half of a file, and no process at work."""
    import signal

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, lambda received, _: sys.exit(128 + received))


def _open_streams() -> None:
    """Give the program somewhere to write to where it was started without standard streams (`>&-`)."""
    import os

    if sys.stdin is None:
        sys.stdin = open(os.devnull)  # noqa: SIM115 - open as long as the program runs
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115


def _run(arguments: list[str]) -> int:
    try:
        from cogcheck.cli import run

        return run(arguments)
    except KeyboardInterrupt:
        return 130  # 128 and the number of SIGINT, as shells say it
    except MemoryError:
        print("cogcheck: there is not enough memory. Scan fewer paths, or exclude the largest files.", file=sys.stderr)
        return 3
    except Exception as error:
        return _internal_error(error)


def _version() -> int:
    try:
        print(f"cogcheck {__version__}", flush=True)
    except OSError as error:
        from cogcheck.cli import unwritten

        return unwritten(error)
    return 0


def _leave(code: int) -> None:
    """End the process as it stands: to free what it has made, piece by piece, takes a tenth of a short scan.

    Nothing that waits for the end of Python is run, such as what a profiler has to say.
    """
    import os

    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):  # ValueError: it is closed
        sys.exit(code)
    os._exit(code)


def _internal_error(error: Exception) -> int:
    """A mistake of ours: one line, with a way to tell us; the details for those who ask."""
    import os

    if os.environ.get("COGCHECK_DEBUG"):
        import traceback

        traceback.print_exc()
    told = " ".join(f"{type(error).__name__}: {error}".split())[:500]
    print(
        f"cogcheck: internal error ({told!a}). Please report it at {REPOSITORY}/issues; "
        "COGCHECK_DEBUG=1 shows where it happened.",
        file=sys.stderr,
    )
    return 3


if __name__ == "__main__":
    main()
