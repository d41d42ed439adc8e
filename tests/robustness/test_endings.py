"""How a scan ends that is not left alone: interrupted, unread, without room, or with files that change below it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hostile import TYPE, environment, pool, run, scanned, slugs, write

from cogcheck import files, scan
from cogcheck.model import Kind
from cogcheck.options import Options

MANY_POOLS = "".join(f'resource "{TYPE}" "p{at}" {{\n  mfa_configuration = "X"\n}}\n' for at in range(4_000))
posix = pytest.mark.skipif(os.name != "posix", reason="signals, pipes and devices are those of POSIX")

interruptible = pytest.mark.skipif(
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN,
    reason="a shell that starts something with & has it ignore SIGINT",
)


def start(directory: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "cogcheck", "scan", *arguments],
        cwd=directory,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def _alive(group: int) -> bool:
    """Whether a process of the group is left after some seconds."""
    for _ in range(50):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.1)
    return True


@posix
@interruptible
@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("delay", [0.1, 0.3, 0.8])
def test_interrupted(tmp_path: Path, jobs: str, delay: float) -> None:
    for part in range(4):
        write(tmp_path, {f"m{part}/main.tf": MANY_POOLS})
    process = start(tmp_path, "--jobs", jobs, "--output", "report.txt")
    time.sleep(delay)
    assert process.poll() is None
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    out, err = process.communicate(timeout=20)
    # Before Python runs any of our code, it ends by the signal itself.
    assert process.returncode in ((130,) if delay > 0.2 else (130, -signal.SIGINT, 1))
    if delay > 0.2:
        assert (out, err) == (b"", b"\n")
        assert sorted(path.name for path in tmp_path.iterdir()) == ["m0", "m1", "m2", "m3"]
    assert not _alive(process.pid)


@posix
@pytest.mark.parametrize("form", ["text", "json"])
def test_reader_that_has_seen_enough(tmp_path: Path, form: str) -> None:
    write(tmp_path, {"main.tf": MANY_POOLS})
    with start(tmp_path, "--format", form) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read().decode()
        assert (process.wait(20), "Traceback" in err, "rror" in err) == (1, False, False)


@posix
@pytest.mark.parametrize("form", ["text", "sarif"])
def test_standard_output_without_room(tmp_path: Path, form: str) -> None:
    write(tmp_path, {"main.tf": pool()})
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "cogcheck", "scan", "--format", form],
            cwd=tmp_path, env=environment(), stdout=full, stderr=subprocess.PIPE, timeout=30,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (2, b"Error: cannot write the report: No space left on device\n")


@posix
def test_closed_standard_streams(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": pool()})
    command = f'"{sys.executable}" -m cogcheck scan . - <&- >&- 2>&-'
    assert subprocess.run(command, shell=True, cwd=tmp_path, env=environment(), timeout=30).returncode == 3


@posix
@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("/dev/full", "No space left on device"),
        ("nowhere/report.txt", "No such file or directory"),
        ("main.tf/report.txt", "Not a directory"),
        (".", "Is a directory"),
        ("/proc/report.txt", "No such file or directory"),
        ("a" * 300, "File name too long"),
        ("loop", "Too many levels of symbolic links"),
    ],
)
def test_places_that_cannot_be_written(tmp_path: Path, target: str, reason: str) -> None:
    write(tmp_path, {"main.tf": pool()})
    (tmp_path / "loop").symlink_to("loop")
    before = sorted(path.name for path in tmp_path.iterdir())
    done = run("scan", "--output", target, cwd=tmp_path)
    assert (done.returncode, done.stdout.decode()) == (2, "")
    assert done.stderr.decode() == f"Error: cannot write {target!r}: {reason}\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_report_is_there_as_a_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from cogcheck import output

    target = tmp_path / "report"
    target.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        output.replace_file(os.fspath(target), "new")
    assert (target.read_text(), [path.name for path in tmp_path.iterdir()]) == ("old", ["report"])


@posix
def test_odd_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.tf")
    (tmp_path / "directory.tf").mkdir()
    (tmp_path / "circle.tf").symlink_to("circle.tf")
    (tmp_path / "dangling.tf").symlink_to("nowhere.tf")
    (tmp_path / "device.tf").symlink_to("/dev/zero")
    (tmp_path / "self").symlink_to(".")
    (tmp_path / "above").symlink_to("..")
    os.mkfifo(tmp_path / "x.auto.tfvars")
    os.mkfifo(tmp_path / ".gitignore")
    report = scanned(tmp_path, pool())
    assert {(finding.slug, os.path.basename(finding.span.document.path)) for finding in report.findings} == {
        ("unreadable-file", name) for name in ("fifo.tf", "circle.tf", "dangling.tf", "device.tf")
    }
    assert (report.resources, report.unreadable) == (1, 4)


BYTES = {
    "empty": (b"", {}),
    "only a mark": (b"\xef\xbb\xbf", {}),
    "mark": (b"\xef\xbb\xbf" + pool().encode(), {}),
    "CRLF": (pool().replace("\n", "\r\n").encode(), {}),
    "CR": (pool().replace("\n", "\r").encode(), {"syntax-error": 2}),
    "NUL": (pool().encode() + b"\0", {"binary-file": 1}),
    "Latin 1": (pool('"caf\xe9"').encode("latin-1"), {"not-utf-8": 1}),
    "UTF-16": (pool().encode("utf-16"), {"not-utf-8": 1}),
    "surrogates": (pool('"\ud800"').encode("utf-8", "surrogatepass"), {"not-utf-8": 1}),
    "overlong": (pool().encode() + b"\xc0\xaf", {"not-utf-8": 1}),
    "archive": (b"PK\x03\x04" + pool().encode(), {"binary-file": 1}),
    "program": (b"\x7fELF\x02\x01\x01" + bytes(range(256)) + pool().encode(), {"not-utf-8": 1}),
}


@pytest.mark.parametrize(("data", "expected"), BYTES.values(), ids=BYTES)
def test_bytes_of_any_kind(tmp_path: Path, data: bytes, expected: dict[str, int]) -> None:
    report = scanned(tmp_path, data)
    assert slugs(report) == expected
    assert all(finding.span.first >= (1, 1) for finding in report.findings)
    assert report.unreadable == min(len(expected), 1)


@pytest.mark.parametrize("becomes", [None, b"", b"\xff", pool().encode() * 2, "directory", "fifo"])
def test_files_that_change_while_they_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, becomes: bytes | str | None
) -> None:
    """The bytes that were seen first count; a file that is gone when it is opened is a finding."""
    write(tmp_path, {".git/HEAD": "", "gone.tf": pool(), "other/main.tf": pool().replace('"a"', '"b"')})
    gone, original = tmp_path / "gone.tf", files.read_bytes

    def read(path: str, shown: str, kind: Kind) -> object:
        if path.endswith("gone.tf"):
            gone.unlink(missing_ok=True)
            if isinstance(becomes, bytes):
                gone.write_bytes(becomes)
            elif becomes == "directory":
                gone.mkdir(exist_ok=True)
            elif becomes == "fifo":
                os.mkfifo(gone)
        return original(path, shown, kind)

    for module in ("files", "walk", "documents"):
        monkeypatch.setattr(f"cogcheck.{module}.read_bytes", read)
    report = scan.scan([tmp_path], Options(jobs=1))
    expected = {None: 1, "directory": 1, "fifo": 1, b"\xff": 0}.get(becomes, 0)
    assert slugs(report)["unreadable-file"] == expected
    assert report.resources >= 1
