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


WRITTEN = [["scan"], ["scan", "--format", "sarif"], ["--version"], ["--help"], ["scan", "-h"], ["rules", "COG4001"]]


@posix
@pytest.mark.parametrize("arguments", WRITTEN, ids=" ".join)
def test_standard_output_without_room(tmp_path: Path, arguments: list[str]) -> None:
    write(tmp_path, {"main.tf": pool()})
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "cogcheck", *arguments],
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


def limited(directory: Path, *arguments: str, **limits: int) -> subprocess.CompletedProcess[bytes]:
    """The program in a process of its own that the system gives no more than this."""
    import resource

    def set_limits() -> None:
        for name, limit in limits.items():
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (limit, limit))

    return subprocess.run(
        [sys.executable, "-m", "cogcheck", *arguments],
        cwd=directory, env=environment(), capture_output=True, timeout=60, preexec_fn=set_limits,
    )  # fmt: skip


@posix
@pytest.mark.parametrize("number", ["SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ended_by_others(tmp_path: Path, number: str, jobs: str) -> None:
    for part in range(4):
        write(tmp_path, {f"m{part}/main.tf": MANY_POOLS})
    process = start(tmp_path, "--jobs", jobs, "--output", "report.txt")
    time.sleep(1)
    os.kill(process.pid, getattr(signal, number))
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (128 + getattr(signal, number), b"", b"")
    assert not _alive(process.pid)


@posix
def test_ended_while_the_report_is_written(tmp_path: Path) -> None:
    """What was begun is not left behind."""
    write(tmp_path, {"main.tf": pool()})
    code = (
        "import os, signal, sys; import cogcheck.__main__ as program;"
        "os.chmod = lambda *_: os.kill(os.getpid(), signal.SIGTERM);"
        "sys.argv = ['cogcheck', 'scan', '--output', 'report.txt']; program.main()"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment(), timeout=30)
    assert done.returncode == 128 + signal.SIGTERM
    assert [path.name for path in tmp_path.iterdir()] == ["main.tf"]


@posix
@pytest.mark.parametrize("arguments", [["scan", "--output", "report"], ["baseline", "--output", "report"]])
@pytest.mark.parametrize("form", ["file", "link"])
def test_a_full_disk(tmp_path: Path, arguments: list[str], form: str) -> None:
    """The old report stays as it was, and nothing else is left."""
    write(tmp_path, {"main.tf": MANY_POOLS, "old/report": "old"})
    report = tmp_path / "report"
    if form == "link":
        report.symlink_to("old/report")
    else:
        report.write_text("old")
    before = sorted(path.name for path in tmp_path.rglob("*"))
    done = limited(tmp_path, *arguments, FSIZE=4096)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode() == "Error: cannot write 'report': File too large\n"
    assert report.read_text() == "old"
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


@posix
def test_permissions_of_a_report_stay(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": pool(), "old/report": "old"})
    (tmp_path / "old/report").chmod(0o640)
    (tmp_path / "report").symlink_to("old/report")
    assert run("scan", "--output", "report", cwd=tmp_path).returncode == 0
    assert (tmp_path / "report").is_symlink()
    assert (tmp_path / "old/report").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "old/report").read_text() != "old"


@pytest.mark.parametrize("place", ["terraform.evaluate.Env.run", "engine.Engine.judge"])
def test_without_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    """Nothing that is left of a scan could be trusted, and no mistake of ours is to be reported."""
    from cogcheck.__main__ import _run

    def full(*_: object) -> None:
        raise MemoryError

    write(tmp_path, {"main.tf": pool('upper("a")')})
    monkeypatch.setattr(f"cogcheck.{place}", full)
    assert _run(["scan", "--jobs", "1", str(tmp_path)]) == 3
    message = "cogcheck: there is not enough memory. Scan fewer paths, or exclude the largest files.\n"
    assert capsys.readouterr() == ("", message)


@posix
def test_without_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {f"m{at}/main.tf": pool(body="  x = 1\n") for at in range(4)})

    def none() -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr("cogcheck.workers.Pipe", none)
    report = scan.scan([tmp_path], Options(jobs=2))
    assert (report.resources, slugs(report)) == (4, {"unknown-argument": 4})


@posix
def test_a_working_directory_that_is_gone(tmp_path: Path) -> None:
    command = f'mkdir gone && cd gone && rmdir ../gone && exec "{sys.executable}" -P -m cogcheck scan'
    done = subprocess.run(command, shell=True, cwd=tmp_path, env=environment(), capture_output=True, timeout=30)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode() == "Error: the working directory cannot be used: No such file or directory\n"


def test_nothing_is_imported_from_the_working_directory(tmp_path: Path) -> None:
    names = ("click", "yaml", "json", "tree_sitter", "pathspec", "difflib", "tomllib", "jsonschema", "signal")
    write(tmp_path, {f"{name}.py": "raise SystemExit('run')\n" for name in names})
    write(tmp_path, {".cogcheck.toml": "exclude = ['x']\n", "main.tf": pool(body="  x = 1\n")})
    done = run("scan", "--format", "json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b'"unknown-argument"' in done.stdout
