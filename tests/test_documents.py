"""What is found, what is skipped, and what becomes of what cannot be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from samples import TYPE, VALID, write

from cogcheck.documents import (
    Discovery,
    MissingPathError,
    asked,
    discover,
    inside,
    load,
    module_files,
    read,
    repository_root,
    wider,
)
from cogcheck.model import Document, Problem

MENTIONS = (TYPE.encode(),)
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no FIFOs, and links need rights there")


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of its own, which is also the working directory."""
    root = tmp_path / "répo with space"
    (root / ".git").mkdir(parents=True)
    monkeypatch.chdir(root)
    return root


def shown(discovery: Discovery) -> list[str]:
    return [file.shown for file in discovery.files]


def found(*paths: str) -> list[str]:
    return shown(discover(paths, MENTIONS))


def problems(discovery: Discovery) -> list[tuple[str, str, str]]:
    return [(one.slug, one.span.document.path, one.message) for one in discovery.problems]


def test_all_kinds_of_configuration_are_found_in_order(repository: Path) -> None:
    names = ["b/x.tf", "a.tf", "a/x.tofu", "a/y.tf.json", "a/z.tofu.json", "a/terraform.tfvars", "a/q.auto.tfvars.json"]
    write(repository, dict.fromkeys([*names, "README.md", "a/data.json", "only/values.tfvars"], ""))
    expected = [
        "a/q.auto.tfvars.json",
        "a/terraform.tfvars",
        "a/x.tofu",
        "a/y.tf.json",
        "a/z.tofu.json",
        "a.tf",
        "b/x.tf",
    ]
    assert found() == expected
    assert found("b", "a", "a.tf", "a") == expected


def test_kinds_roles_and_directories(repository: Path) -> None:
    write(repository, {"a/main.tf": VALID, "a/x.tf.json": "{}", "a/terraform.tfvars": ""})
    discovery = discover(["a"], MENTIONS)
    assert [(file.shown, file.kind, file.role, file.mentions) for file in discovery.files] == [
        ("a/main.tf", "hcl", "module", True),
        ("a/terraform.tfvars", "hcl", "variables", False),
        ("a/x.tf.json", "tfjson", "module", False),
    ]
    assert discovery.directories == {str(repository / "a"): discovery.files}
    assert discovery.roots == (str(repository),)
    assert discovery.named == (str(repository / "a"),)


def test_bytes_are_kept_only_where_a_directory_mentions_a_name(repository: Path) -> None:
    write(repository, {"a/main.tf": VALID, "a/variables.tf": "", "b/main.tf": "locals {}"})
    kept = {file.shown: file.data for file in discover([], MENTIONS).files}
    assert kept == {"a/main.tf": VALID.encode(), "a/variables.tf": b"", "b/main.tf": None}


def test_local_sources_are_seen_in_both_syntaxes(repository: Path) -> None:
    hcl = (
        'module "a" {\n  source="./a"\n}\nmodule "b" {\n  source  =  "../b//c"\n}\nmodule "c" { source = "x/y/aws" }\n'
    )
    write(repository, {"main.tf": hcl, "x.tf.json": '{"module": {"d": {"source"\n:\n"../d"}, "e": {"source": "./e"}}}'})
    sources = {file.shown: file.sources for file in discover([], MENTIONS).files}
    assert sources == {"main.tf": ("./a", "../b//c"), "x.tf.json": ("../d", "./e")}


def test_hidden_and_ignored_are_skipped_unless_named(repository: Path) -> None:
    write(
        repository,
        {
            ".gitignore": "/build/\n*.gen.tf\n!keep.gen.tf\n",
            ".git/info/exclude": "private\n",
            "main.tf": "",
            "x.gen.tf": "",
            "keep.gen.tf": "",
            ".hidden.tf": "",
            "main.tf~": "",
            ".terraform/modules/m/main.tf": "",
            ".secret/main.tf": "",
            "build/main.tf": "",
            "build/deep/main.tf": "",
            "private/main.tf": "",
            "sub/build/main.tf": "",
            "sub/.gitignore": "/old\n!*.gen.tf\n",
            "sub/old/main.tf": "",
            "sub/y.gen.tf": "",
        },
    )
    assert found() == ["keep.gen.tf", "main.tf", "sub/build/main.tf", "sub/y.gen.tf"]
    assert found("build") == ["build/deep/main.tf", "build/main.tf"]
    assert found(".terraform", ".secret") == [".secret/main.tf", ".terraform/modules/m/main.tf"]
    assert found("sub/old/main.tf") == ["sub/old/main.tf"]
    assert found("private") == ["private/main.tf"]
    assert found("x.gen.tf") == ["keep.gen.tf", "main.tf", "x.gen.tf"]
    assert found(".hidden.tf") == [".hidden.tf", "keep.gen.tf", "main.tf"]


def test_ignored_overrides_and_values_of_a_module_are_read(repository: Path) -> None:
    ignore = "*.tfvars\noverride.tf\n*_override.tf.json\n"
    files = {"main.tf": "", "override.tf": "", "x_override.tf.json": "", "terraform.tfvars": ""}
    write(
        repository, {".gitignore": ignore, **{f"a/{name}": text for name, text in files.items()}, "b/override.tf": ""}
    )
    assert found() == ["a/main.tf", "a/override.tf", "a/terraform.tfvars", "a/x_override.tf.json"]


def test_ignore_files_above_the_named_path_hold_up_to_the_repository(repository: Path) -> None:
    write(repository.parent, {".gitignore": "*"})
    write(repository, {".gitignore": "skipped\n", "a/b/skipped/main.tf": "", "a/b/main.tf": ""})
    assert found("a/b") == ["a/b/main.tf"]


@pytest.mark.parametrize("line", ["[z-a]", "!", "a\\", "*a*a*a*a*a*a*a*a*b", "\x00", "[", "**", "\udcff"])
def test_odd_ignore_patterns_do_no_harm(repository: Path, line: str) -> None:
    content = f"{line}\nbuild\n".encode("utf-8", "surrogateescape")
    write(repository, {".gitignore": content, "build/main.tf": "", f"{'a' * 200}/main.tf": ""})
    assert found() == ([] if line == "**" else [f"{'a' * 200}/main.tf"])


def test_excluded_is_left_out_even_if_named(repository: Path) -> None:
    write(repository, {"a/main.tf": "", "b/main.tf": "", "b/deep/main.tf": "", "c.tf": ""})
    discovery = discover([".", "b/main.tf"], MENTIONS, exclude=("/b/main.tf", "a/", "deep"))
    assert shown(discovery) == ["c.tf"]


def test_tofu_hides_tf(repository: Path) -> None:
    write(repository, dict.fromkeys(["a.tf", "a.tofu", "b.tf.json", "b.tofu.json", "c.tf", "d.tofu", "d.tf.json"], ""))
    assert found() == ["a.tofu", "b.tofu.json", "c.tf", "d.tf.json", "d.tofu"]


MANIFEST = '{"version": "0.20", "stacks": {}}'


def test_cdktf_output_is_entered_although_ignored(repository: Path) -> None:
    write(
        repository,
        {
            ".gitignore": "cdktf.out\nother.out\n*.tf.json\n",
            "cdktf.out/manifest.json": MANIFEST,
            "cdktf.out/stacks/a/cdk.tf.json": "{}",
            "other.out/manifest.json": '{"name": "a browser extension"}',
            "other.out/cdk.tf.json": "{}",
            "web/manifest.json": '{"name": "x"}',
        },
    )
    discovery = discover([], MENTIONS)
    assert [(file.shown, file.role) for file in discovery.files] == [
        ("cdktf.out/manifest.json", "manifest"),
        ("cdktf.out/stacks/a/cdk.tf.json", "module"),
    ]
    assert [file.role for file in discover(["cdktf.out/manifest.json"], MENTIONS).files] == ["manifest"]


def test_json_in_cdk_tf_is_json(repository: Path) -> None:
    write(repository, {"a/cdk.tf": ' {"resource": {}}', "b/cdk.tf": "locals {}", "c/main.tf": "{}"})
    assert [file.kind for file in discover([], MENTIONS).files] == ["tfjson", "hcl", "hcl"]


def test_named_files_bring_their_module(repository: Path) -> None:
    write(repository, {"a/main.tf": "", "a/variables.tf": "", "a/x.tfvars": "", "a/sub/main.tf": "", "plan.json": "{}"})
    assert found("a/main.tf") == ["a/main.tf", "a/variables.tf", "a/x.tfvars"]
    assert found("a/x.tfvars") == ["a/main.tf", "a/variables.tf", "a/x.tfvars"]
    assert [(file.kind, file.role) for file in discover(["plan.json"], MENTIONS).files] == [("plan", "plan")]


def test_named_files_of_other_names_are_judged_by_their_beginning(repository: Path) -> None:
    write(
        repository, {"tfplan.out": b"PK\x03\x04\x00", "plan.txt": ' \n{"format_version": "1.2"}', "README.md": "# Hi"}
    )
    discovery = discover(["tfplan.out", "plan.txt", "README.md"], MENTIONS)
    assert [(file.shown, file.role) for file in discovery.files] == [("plan.txt", "plan"), ("tfplan.out", "plan")]
    assert [one[:2] for one in problems(discovery)] == [("unreadable-file", "README.md")]


@pytest.mark.parametrize("path", ["missing", "main.tf/below", "", "a\n.tf"])
def test_what_is_missing_is_an_error_of_usage(repository: Path, path: str) -> None:
    write(repository, {"main.tf": ""})
    with pytest.raises(MissingPathError) as caught:
        discover([path], MENTIONS)
    assert str(caught.value) == path


@posix
def test_linked_directories_are_followed_once_and_only_inside(repository: Path, tmp_path: Path) -> None:
    write(tmp_path / "outside", {"main.tf": ""})
    write(repository, {"z/real/main.tf": "", "hidden/.git": ""})
    (repository / "a").symlink_to("z/real")
    (repository / "b").symlink_to(tmp_path / "outside")
    (repository / "z/loop").symlink_to(repository)
    (repository / "z/real/again").symlink_to("../real")
    assert found() == ["z/real/main.tf"]
    assert found("a") == ["a/main.tf"]
    assert found("b") == ["b/main.tf"]


@posix
def test_what_is_ignored_is_not_found_through_a_link_either(repository: Path) -> None:
    write(repository, {".gitignore": "/generated\n", "generated/main.tf": ""})
    (repository / "current").symlink_to("generated")
    assert found() == []
    assert found("current") == ["current/main.tf"]


@posix
def test_linked_files(repository: Path, tmp_path: Path) -> None:
    write(tmp_path / "outside", {"x.tf": "", "main.tf": ""})
    write(repository, {"shared/common.tf": VALID, "env/main.tf": ""})
    (repository / "env/common.tf").symlink_to("../shared/common.tf")
    (repository / "env/dangling.tf").symlink_to("nowhere.tf")
    (repository / "env/loop.tf").symlink_to("loop.tf")
    (repository / "env/outside.tf").symlink_to(tmp_path / "outside/x.tf")
    discovery = discover(["env"], MENTIONS)
    assert [(file.shown, file.mentions) for file in discovery.files] == [
        ("env/common.tf", True),
        ("env/main.tf", False),
    ]
    assert problems(discovery) == [
        ("unreadable-file", "env/dangling.tf", "Cannot be read: No such file or directory"),
        ("unreadable-file", "env/loop.tf", "Cannot be read: Too many levels of symbolic links"),
        ("unreadable-file", "env/outside.tf", "Cannot be read: it is a link to a place outside of the repository"),
    ]


@posix
def test_fifos_and_directories_with_the_name_of_a_file(repository: Path) -> None:
    write(repository, {"dir.tf/main.tf": "", "main.tf": ""})
    os.mkfifo(repository / "pipe.tf")
    discovery = discover([], MENTIONS)
    assert shown(discovery) == ["dir.tf/main.tf", "main.tf"]
    assert problems(discovery) == [("unreadable-file", "pipe.tf", "Cannot be read: it is no ordinary file")]
    assert problems(discover(["pipe.tf"], MENTIONS)) == problems(discovery)
    assert found("dir.tf") == ["dir.tf/main.tf"]


def test_a_directory_that_cannot_be_listed(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(repository, {"main.tf": "", "locked/main.tf": ""})
    real = os.scandir

    def scandir(path: str) -> object:
        if path.endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    discovery = discover([], MENTIONS)
    assert shown(discovery) == ["main.tf"]
    assert problems(discovery) == [("unreadable-file", "locked", "Cannot be read: Permission denied")]


def test_names_that_are_no_utf8(repository: Path) -> None:
    name = os.fsdecode(b"caf\xe9.tf")
    try:
        (repository / name).write_text("")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    assert found() == ["caf\\xe9.tf"]


@pytest.mark.parametrize("kind", ["hcl", "tfjson"])
def test_too_large_files_are_not_read(repository: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr("cogcheck.decode.LIMITS", {"hcl": 1024 * 1024})
    monkeypatch.setattr("cogcheck.decode.LIMIT", 2 * 1024 * 1024)
    name, most = ("main.tf", 1) if kind == "hcl" else ("main.tf.json", 2)
    write(repository, {name: b" " * (most * 1024 * 1024 + 1)})
    message = f"The file has more than {most} MiB; at most {most} MiB are read"
    assert problems(discover([], MENTIONS)) == [("file-too-large", name, message)]


def place(problem: Document | Problem) -> tuple[str, tuple[int, int], tuple[int, int]]:
    assert isinstance(problem, Problem)
    return problem.slug, problem.span.first, problem.span.last


def test_reading_keeps_line_ends_and_drops_the_mark(repository: Path) -> None:
    write(repository, {"main.tf": b"\xef\xbb\xbfa = 1\r\nb = 2\r\n"})
    document = read("main.tf")
    assert isinstance(document, Document)
    assert (document.text, document.path, document.kind) == ("a = 1\r\nb = 2\r\n", "main.tf", "hcl")
    assert document.position(7) == (2, 1)


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf"])
def test_empty_files_are_fine(repository: Path, content: bytes) -> None:
    write(repository, {"main.tf": content})
    document = read("main.tf")
    assert isinstance(document, Document)
    assert document.text == ""


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("main.tf", b'# ok\n  name = "caf\xe9"\n', ("not-utf-8", (2, 14), (2, 15))),
        ("main.tf", "é\n".encode() + b"\xc3", ("not-utf-8", (2, 1), (2, 2))),
        ("main.tf", "\ufeffa = 1".encode("utf-16-le"), ("not-utf-8", (1, 1), (1, 1))),
        ("main.tf.json", "\ufeff{}".encode("utf-16-be"), ("not-utf-8", (1, 1), (1, 1))),
        ("main.tf", b"a\n\x00b", ("binary-file", (2, 1), (2, 2))),
        ("main.tf", b"PK\x03\x04rest", ("binary-file", (1, 1), (1, 1))),
        ("plan.json", b"PK\x03\x04rest", ("binary-plan", (1, 1), (1, 1))),
        ("gone.tf", None, ("unreadable-file", (1, 1), (1, 1))),
    ],
)
def test_what_is_no_text(
    repository: Path, name: str, content: bytes | None, expected: tuple[str, tuple[int, int], tuple[int, int]]
) -> None:
    if content is not None:
        write(repository, {name: content})
    assert place(read(name)) == expected


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-16-le", "utf-8"])
def test_plans_as_powershell_writes_them(repository: Path, encoding: str) -> None:
    write(repository, {"plan.json": '{"é": 1}'.encode(encoding)})
    document = read("plan.json")
    assert isinstance(document, Document)
    assert document.text == '{"é": 1}'


def test_a_plan_in_big_endian_utf16(repository: Path) -> None:
    write(repository, {"plan.json": b"\xfe\xff" + "{}".encode("utf-16-be")})
    document = read("plan.json")
    assert isinstance(document, Document)
    assert document.text == "{}"


def test_standard_input_is_a_plan_or_a_file_by_name(repository: Path) -> None:
    write(repository, {"a/main.tf": "old", "a/other.tf": ""})
    plan = discover(["-"], MENTIONS, b'{"format_version": "1.2"}').files
    assert [(file.shown, file.role) for file in plan] == [("<stdin>", "plan")]
    text = discover(["-"], MENTIONS, VALID.encode()).files
    assert [(file.shown, file.role, file.mentions) for file in text] == [("<stdin>", "module", True)]
    edited = discover(["-"], MENTIONS, b"new", "a/main.tf")
    assert shown(edited) == ["a/main.tf", "a/other.tf"]
    document = load(edited.files[0])
    assert isinstance(document, Document)
    assert document.text == "new"
    unsaved = discover(["-"], MENTIONS, b"new", "a/unsaved.tf")
    assert shown(unsaved) == ["a/main.tf", "a/other.tf", "a/unsaved.tf"]


def test_loading_gives_what_is_on_disk(repository: Path) -> None:
    write(repository, {"main.tf": VALID})
    (file,) = discover([], MENTIONS).files
    document = load(file)
    assert isinstance(document, Document)
    assert (document.path, document.file, document.text) == ("main.tf", str(repository / "main.tf"), VALID)


def test_the_repository_and_what_lies_in_it(repository: Path, tmp_path: Path) -> None:
    write(repository, {"a/b/main.tf": ""})
    write(tmp_path, {"free/x/main.tf": ""})
    assert repository_root("a/b") == str(repository)
    assert repository_root("a/b/main.tf") == str(repository)
    assert repository_root(str(tmp_path / "free/x")) == str(tmp_path / "free/x")
    assert inside((str(repository),), "a/b")
    assert not inside((str(repository / "a"),), str(repository / "ab"))
    assert not inside((str(repository),), str(tmp_path))


def test_wider_finds_the_callers_in_the_repository(repository: Path) -> None:
    write(repository, {"root/main.tf": 'module "a" { source = "../a" }', "a/main.tf": VALID, "b/main.tf": ""})
    discovery = wider(discover(["a"], MENTIONS), MENTIONS)
    assert discovery is not None
    assert shown(discovery) == ["a/main.tf", "b/main.tf", "root/main.tf"]
    assert wider(discover(["b"], MENTIONS), MENTIONS) is None
    assert wider(discover(["."], MENTIONS), MENTIONS) is None
    assert wider(discover(["-"], MENTIONS, VALID.encode()), MENTIONS) is None


def test_the_files_of_a_called_module_whatever_is_ignored(repository: Path) -> None:
    write(repository, {".gitignore": "m\n", "m/main.tf": VALID, "m/x.tf": "", "m/sub/main.tf": ""})
    assert [file.shown for file in module_files("m", MENTIONS).files] == ["m/main.tf", "m/x.tf"]
    assert module_files("missing", MENTIONS).files == ()


def test_paths_are_shown_from_the_working_directory(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(repository, {"a/main.tf": "", "b/x": ""})
    monkeypatch.chdir(repository / "b")
    assert found("../a") == ["../a/main.tf"]
    assert found(str(repository / "a")) == ["../a/main.tf"]


def test_a_named_file_is_judged_without_those_that_contradict_it(repository: Path) -> None:
    other = 'variable "x" {}\n'
    write(repository, {"a.tf": VALID, "b.tf": VALID, "c.tf": other, "d_override.tf": VALID})
    assert found("b.tf") == ["b.tf", "c.tf", "d_override.tf"]
    assert found("a.tf", "b.tf") == ["a.tf", "b.tf", "c.tf", "d_override.tf"]
    assert found(".", "b.tf") == ["a.tf", "b.tf", "c.tf", "d_override.tf"]


def test_what_was_asked_for(repository: Path) -> None:
    write(repository, {"a/main.tf": "", "a/other.tf": "", "a/sub/main.tf": "", "b/main.tf": ""})
    main, other, below, elsewhere = (
        str(repository / name) for name in ("a/main.tf", "a/other.tf", "a/sub/main.tf", "b/x")
    )
    named = asked(discover(["a/main.tf"], MENTIONS))
    assert named([main])
    assert named([other, main])
    assert named([below])
    assert named([elsewhere])
    assert named([None])
    assert not named([other])
    assert not named([other, below, None])
    assert asked(discover(["a"], MENTIONS))([other])
    assert asked(discover(["a", "a/main.tf"], MENTIONS))([other])
