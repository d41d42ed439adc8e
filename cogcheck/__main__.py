"""The program: `cogcheck`, or `python -m cogcheck`."""

from __future__ import annotations

import sys

from cogcheck import REPOSITORY, __version__


def main() -> None:
    """Run the program with the arguments of the process and end it."""
    if sys.argv[1:] == ["--version"]:
        # Asked by every wrapper, at every start: nothing else is loaded for it.
        print(f"cogcheck {__version__}")
        return
    _open_streams()
    sys.exit(_run(sys.argv[1:]))


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
    except Exception as error:
        return _internal_error(error)


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
